package studio.ainative.aikit.server.webflux;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerResponse;

import studio.ainative.aikit.server.FrameSource;

/**
 * The forms that a response takes on Spring WebFlux.
 *
 * @since 0.1.0
 */
public final class WebFluxResponses {

	private WebFluxResponses() {
	}

	/**
	 * For a functional route.
	 * @param frames the response
	 * @return the route's response, which sets headers and writes the body
	 */
	public static Mono<ServerResponse> serverResponse(FrameSource frames) {
		return ServerResponse.ok().build((exchange, context) -> FrameBody.write(frames, HttpHeaders.EMPTY, exchange));
	}

	/**
	 * For an {@code HttpHandler}, which has neither controllers nor routes. Such a
	 * response is not kept for readers who come back.
	 * @param frames the response
	 * @param request what is answered
	 * @param response where headers are set and the body is written
	 * @return completes when all is written, or the reader has left
	 */
	public static Mono<Void> write(FrameSource frames, ServerHttpRequest request, ServerHttpResponse response) {
		return FrameBody.write(frames, request, response);
	}

}
