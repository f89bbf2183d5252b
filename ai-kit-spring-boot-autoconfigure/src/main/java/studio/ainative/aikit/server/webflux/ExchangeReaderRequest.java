package studio.ainative.aikit.server.webflux;

import java.security.Principal;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

import studio.ainative.aikit.server.ReaderRequest;

/**
 * A request to Spring WebFlux.
 */
final class ExchangeReaderRequest implements ReaderRequest {

	/** What Spring Security puts in a principal's place where it is told to. */
	private static final String ANONYMOUS = "org.springframework.security.authentication.AnonymousAuthenticationToken";

	private final ServerWebExchange exchange;

	private final @Nullable String principal;

	private ExchangeReaderRequest(ServerWebExchange exchange, @Nullable String principal) {
		this.exchange = exchange;
		this.principal = principal;
	}

	static Mono<ReaderRequest> of(ServerWebExchange exchange) {
		return exchange.getPrincipal()
			.filter((principal) -> !isAnonymous(principal))
			.map(Principal::getName)
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.map((principal) -> new ExchangeReaderRequest(exchange, principal.orElse(null)));
	}

	/** All who are nobody in particular would be one and the same. */
	private static boolean isAnonymous(Principal principal) {
		for (Class<?> type = principal.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getName().equals(ANONYMOUS)) {
				return true;
			}
		}
		return false;
	}

	@Override
	public @Nullable String principal() {
		return this.principal;
	}

	@Override
	public @Nullable String header(String name) {
		return this.exchange.getRequest().getHeaders().getFirst(name);
	}

	@Override
	public String fingerprint() {
		return FingerprintFilter.fingerprint(this.exchange);
	}

}
