package studio.ainative.aikit.server;

import reactor.core.publisher.Flux;

import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The same on both stacks.
 */
@RestController
public class AnswerController {

	private final Answers answers;

	public AnswerController(Answers answers) {
		this.answers = answers;
	}

	@GetMapping("/created")
	StreamingResponse created() {
		return this.answers.created();
	}

	@GetMapping("/from")
	StreamingResponse from() {
		return this.answers.from();
	}

	@GetMapping("/flux")
	Flux<ServerSentEvent<Object>> flux() {
		return this.answers.from().toFlux();
	}

	@GetMapping("/flux-entity")
	ResponseEntity<Flux<ServerSentEvent<Object>>> fluxEntity() {
		return ResponseEntity.ok(this.answers.from().toFlux());
	}

	@GetMapping("/mapped-flux")
	Flux<ServerSentEvent<Object>> mappedFlux() {
		return bySpring(this.answers.from());
	}

	@GetMapping("/gated")
	StreamingResponse gated() {
		return this.answers.gated();
	}

	@GetMapping("/beating")
	StreamingResponse beating() {
		return this.answers.beating();
	}

	@RequestMapping("/late")
	StreamingResponse late() {
		return this.answers.late();
	}

	@RequestMapping("/late-flux")
	Flux<ServerSentEvent<Object>> lateFlux() {
		return bySpring(this.answers.late());
	}

	@RequestMapping("/silent")
	StreamingResponse silent() {
		return this.answers.silent();
	}

	@RequestMapping("/silent-flux")
	Flux<ServerSentEvent<Object>> silentFlux() {
		return bySpring(this.answers.silent());
	}

	@GetMapping("/compressed")
	StreamingResponse compressed() {
		return this.answers.compressed();
	}

	@GetMapping("/endless")
	StreamingResponse endless() {
		return this.answers.endless();
	}

	@GetMapping("/unread")
	StreamingResponse unread() {
		return this.answers.unread();
	}

	@GetMapping("/unread-flux")
	Flux<ServerSentEvent<Object>> unreadFlux() {
		return this.answers.unread().toFlux();
	}

	@GetMapping("/impatient")
	StreamingResponse impatient() {
		return this.answers.impatient();
	}

	@GetMapping("/broken")
	StreamingResponse broken() {
		return this.answers.broken();
	}

	@GetMapping("/overloaded")
	StreamingResponse overloaded() {
		return this.answers.overloaded();
	}

	@GetMapping("/hostile")
	StreamingResponse hostile() {
		return this.answers.hostile();
	}

	@GetMapping("/concurrent")
	StreamingResponse concurrent() {
		return this.answers.concurrent();
	}

	@GetMapping("/pushed")
	StreamingResponse pushed() {
		return this.answers.pushed();
	}

	@GetMapping("/hurried")
	StreamingResponse hurried() {
		return this.answers.hurried();
	}

	@GetMapping("/empty")
	StreamingResponse empty() {
		return this.answers.empty();
	}

	@GetMapping("/unsubscribable")
	StreamingResponse unsubscribable() {
		return this.answers.unsubscribable();
	}

	@GetMapping("/unlinkable")
	StreamingResponse unlinkable() {
		return this.answers.unlinkable();
	}

	@GetMapping("/broken-midway")
	StreamingResponse brokenMidway() {
		return this.answers.brokenMidway();
	}

	@GetMapping("/exposed")
	StreamingResponse exposed() {
		return this.answers.exposed();
	}

	@GetMapping("/reported")
	StreamingResponse reported() {
		return this.answers.reported();
	}

	@GetMapping("/scripted")
	StreamingResponse scripted(@RequestParam(defaultValue = "false") boolean raw) {
		return this.answers.scripted(raw);
	}

	@GetMapping("/scripted-flux")
	Flux<ServerSentEvent<Object>> scriptedFlux(@RequestParam(defaultValue = "false") boolean raw) {
		return bySpring(this.answers.scripted(raw));
	}

	@GetMapping("/many")
	StreamingResponse many() {
		return this.answers.many();
	}

	/** Events that something was done with: Spring writes them. */
	private static Flux<ServerSentEvent<Object>> bySpring(StreamingResponse response) {
		return response.toFlux().map((event) -> event);
	}

}
