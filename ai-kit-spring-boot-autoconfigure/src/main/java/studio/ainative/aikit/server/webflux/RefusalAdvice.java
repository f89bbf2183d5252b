package studio.ainative.aikit.server.webflux;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ServerWebExchange;

import studio.ainative.aikit.server.Refusal;

/**
 * Spring's problem details for all controllers, with AI Kit's own sentences for those
 * that stream: a reader who accepts event streams alone would be sent Spring's as an
 * event.
 *
 * @since 0.1.0
 */
@ControllerAdvice
public class RefusalAdvice extends ResponseEntityExceptionHandler {

	/**
	 * Make the advice.
	 */
	public RefusalAdvice() {
	}

	@Override
	protected Mono<ResponseEntity<Object>> handleExceptionInternal(Exception ex, @Nullable Object body,
			@Nullable HttpHeaders headers, HttpStatusCode status, ServerWebExchange exchange) {
		Refusal refusal = exchange.getResponse().isCommitted() ? null
				: Refusal.of(ex, exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE));
		if (refusal == null) {
			return super.handleExceptionInternal(ex, body, headers, status, exchange);
		}
		return Mono
			.just(ResponseEntity.status(refusal.status()).headers(refusal.headers()).body((Object) refusal.body()));
	}

}
