package studio.ainative.aikit.server.webflux;

import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

import studio.ainative.aikit.server.ReaderRequest;

/**
 * The request that a subscriber is at work for, which {@link OpenedResponsesFilter} has
 * put into its context.
 *
 * @since 0.1.0
 */
public final class CallingRequest {

	static final Class<CallingRequest> KEY = CallingRequest.class;

	private CallingRequest() {
	}

	/**
	 * Find the request.
	 * @return the request, empty where the subscriber's context has none
	 */
	public static Mono<ReaderRequest> current() {
		return Mono.deferContextual((context) -> context.<ServerWebExchange>getOrEmpty(KEY)
			.map(ExchangeReaderRequest::of)
			.orElseGet(Mono::empty));
	}

}
