package studio.ainative.aikit.server.webmvc;

import reactor.core.publisher.Flux;

import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.server.FrameSource;

/**
 * The forms that a response takes on Spring MVC.
 *
 * @since 0.1.0
 */
public final class WebMvcResponses {

	private WebMvcResponses() {
	}

	/**
	 * For a controller that returns an emitter.
	 * @param frames the response
	 * @return an emitter without timeout, which starts when Spring MVC takes it
	 */
	public static SseEmitter sseEmitter(FrameSource frames) {
		return new StreamingSseEmitter(frames);
	}

	/**
	 * For a controller that returns a {@code Flux}.
	 * @param frames the response
	 * @param events the response as a {@code Flux}
	 * @param <T> the type of the events
	 * @return the same, but none where Spring MVC subscribes for a request that asks for
	 * headers only
	 */
	public static <T> Flux<T> flux(FrameSource frames, Flux<T> events) {
		return Flux.defer(() -> {
			if (CurrentRequest.isForHeaders()) {
				frames.discard();
				return Flux.empty();
			}
			return events;
		});
	}

	/**
	 * For a functional route.
	 * @param frames the response
	 * @return the route's response, which sets headers and writes the body
	 */
	public static ServerResponse serverResponse(FrameSource frames) {
		return new StreamingServerResponse(frames);
	}

}
