package studio.ainative.aikit.server.webflux;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import studio.ainative.aikit.server.Fingerprint;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Takes the fingerprint of requests that have an {@code Idempotency-Key}, while their
 * body is read. Others are not touched.
 *
 * @since 0.1.0
 */
public final class FingerprintFilter implements WebFilter {

	private static final String ATTRIBUTE = FingerprintFilter.class.getName();

	/**
	 * Make the filter.
	 */
	public FingerprintFilter() {
	}

	static String fingerprint(ServerWebExchange exchange) {
		return (exchange.getAttribute(ATTRIBUTE) instanceof Fingerprint fingerprint) ? fingerprint.value() : "";
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		if (request.getHeaders().getFirst(StreamingResponses.IDEMPOTENCY_KEY_HEADER) == null) {
			return chain.filter(exchange);
		}
		Fingerprint fingerprint = new Fingerprint(request.getMethod().name(), request.getURI().getRawPath(),
				request.getURI().getRawQuery());
		exchange.getAttributes().put(ATTRIBUTE, fingerprint);
		return chain.filter(exchange.mutate().request(new ObservedRequest(request, fingerprint)).build());
	}

	/**
	 * A request whose body is looked at on its way.
	 */
	private static final class ObservedRequest extends ServerHttpRequestDecorator {

		private final Fingerprint fingerprint;

		ObservedRequest(ServerHttpRequest request, Fingerprint fingerprint) {
			super(request);
			this.fingerprint = fingerprint;
		}

		@Override
		public Flux<DataBuffer> getBody() {
			return super.getBody().doOnNext((buffer) -> {
				try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
					parts.forEachRemaining(this.fingerprint::add);
				}
			});
		}

	}

}
