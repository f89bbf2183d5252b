package studio.ainative.aikit.server.webflux;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

import studio.ainative.aikit.server.Refusal;

/**
 * Answers requests to Spring WebFlux that get no stream, as {@link Refusal} says. The
 * application's own {@code @ExceptionHandler} methods are asked before.
 *
 * @since 0.1.0
 */
public final class RefusalHandler implements WebExceptionHandler, Ordered {

	/** Before Spring Boot's, at -1, which answers every exception. */
	private static final int ORDER = -2;

	/**
	 * Make the handler.
	 */
	public RefusalHandler() {
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
		ServerHttpResponse response = exchange.getResponse();
		Refusal refusal = response.isCommitted() ? null
				: Refusal.of(ex, exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE));
		if (refusal == null) {
			return Mono.error(ex);
		}
		byte[] body = refusal.body();
		response.setStatusCode(refusal.status());
		response.getHeaders().putAll(refusal.headers());
		if (body.length == 0) {
			return response.setComplete();
		}
		response.getHeaders().setContentLength(body.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
