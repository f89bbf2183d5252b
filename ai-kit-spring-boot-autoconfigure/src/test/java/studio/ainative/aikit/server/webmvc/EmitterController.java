package studio.ainative.aikit.server.webmvc;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.server.Answers;

/**
 * Responses as emitters, written by AI Kit and, below {@code /spring}, by Spring.
 */
@RestController
@RequestMapping({ "", SpringsEmitters.PATH })
class EmitterController {

	private final Answers answers;

	/** The last one. */
	volatile SseEmitter emitter = new SseEmitter();

	EmitterController(Answers answers) {
		this.answers = answers;
	}

	@GetMapping({ "/emitter", "/kept-emitter" })
	SseEmitter emitter() {
		return this.answers.from().toSseEmitter();
	}

	@GetMapping("/beating-emitter")
	SseEmitter beating() {
		return this.answers.beating().toSseEmitter();
	}

	@RequestMapping("/late-emitter")
	SseEmitter late() {
		return this.answers.late().toSseEmitter();
	}

	@RequestMapping("/silent-emitter")
	SseEmitter silent() {
		return this.answers.silent().toSseEmitter();
	}

	@GetMapping("/scripted-emitter")
	SseEmitter scripted(@RequestParam(defaultValue = "false") boolean raw) {
		return this.answers.scripted(raw).toSseEmitter();
	}

	@GetMapping("/unread-emitter")
	SseEmitter unread() {
		return this.answers.unread().toSseEmitter();
	}

	@GetMapping("/watched-emitter")
	SseEmitter watched() {
		SseEmitter watched = this.answers.beating().toSseEmitter();
		this.emitter = watched;
		watched.onCompletion(this.answers.script.completed::incrementAndGet);
		return watched;
	}

}
