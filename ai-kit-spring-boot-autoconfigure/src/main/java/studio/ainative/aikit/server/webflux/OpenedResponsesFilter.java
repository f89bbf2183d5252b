package studio.ainative.aikit.server.webflux;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import studio.ainative.aikit.server.FrameSource;

/**
 * Closes what a request has opened when the request is over, however that came. Spring
 * doesn't cancel a body whose headers could not be written (the reader has reset the
 * connection, say), and its source would run on for nobody.
 * <p>
 * Needed for responses as a {@code Flux}, which Spring writes. The others see to it
 * themselves. What is subscribed to on the way finds its {@link CallingRequest}.
 *
 * @since 0.1.0
 */
public final class OpenedResponsesFilter implements WebFilter {

	/**
	 * Make the filter.
	 */
	public OpenedResponsesFilter() {
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return Mono.defer(() -> {
			Queue<FrameSource> opened = new ConcurrentLinkedQueue<>();
			Consumer<FrameSource> keep = opened::add;
			return chain.filter(exchange)
				.doFinally((signal) -> opened.forEach(FrameSource::close))
				.contextWrite((context) -> context.put(FrameSource.OPENED, keep).put(CallingRequest.KEY, exchange));
		});
	}

}
