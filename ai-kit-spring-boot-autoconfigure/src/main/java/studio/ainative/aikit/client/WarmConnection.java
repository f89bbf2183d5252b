package studio.ainative.aikit.client;

import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.FutureMono;
import reactor.util.retry.Retry;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;

/**
 * A connection that is there before a call needs it. It is opened anew when it has ended.
 * <p>
 * Over HTTP/2 nothing is sent but a PING every half a minute, so that nobody on the way
 * forgets the connection, and its end is found before a call depends on it. Over HTTP/1.1
 * a connection comes to the pool by a request only: by one that asks for nothing
 * ({@code OPTIONS}), without a key.
 * <p>
 * Needs Reactor Netty.
 */
final class WarmConnection {

	private static final Log logger = LogFactory.getLog(AIStream.class);

	/** Balancers forget a connection that is silent for a minute, at the soonest. */
	static final Duration INTERVAL = Duration.ofSeconds(30);

	/** A connection that lasts for less is not worth a second one at once. */
	static final Duration SHORT = Duration.ofSeconds(10);

	/** After one that was short, or several that could not be had. */
	static final Duration PAUSE = Duration.ofMinutes(1);

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ClientHttpConnector connector;

	private final URI endpoint;

	private WarmConnection(ClientHttpConnector connector, URI endpoint) {
		this.connector = connector;
		this.endpoint = endpoint;
	}

	/**
	 * Keep a connection from now on.
	 * @param connector makes it
	 * @param endpoint where it leads to
	 * @return ends that
	 */
	static Disposable keep(ClientHttpConnector connector, URI endpoint) {
		return keep(Mono.defer(new WarmConnection(connector, endpoint)::open));
	}

	/**
	 * Keep a connection from now on.
	 * @param open opens it, or finds that it is still there
	 * @return ends that
	 */
	static Disposable keep(Mono<Opened> open) {
		return open.flatMap(WarmConnection::untilNeeded)
			.repeat()
			.retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_PAUSE)
				.maxBackoff(PAUSE)
				.transientErrors(true)
				.doBeforeRetry((retry) -> logger
					.debug("No connection could be opened ahead of calls: " + retry.failure().getClass().getName())))
			.subscribe();
	}

	private static Mono<Boolean> untilNeeded(Opened opened) {
		Mono<Boolean> closed = opened.closed().thenReturn(true);
		Mono<Boolean> renewal = opened.shared() ? Mono.delay(INTERVAL).thenReturn(true) : Mono.never();
		Mono<Boolean> needed = Mono.firstWithSignal(closed, renewal);
		if (!opened.fresh()) {
			return needed;
		}
		return Mono.firstWithSignal(closed, Mono.delay(SHORT).thenReturn(false))
			.flatMap((early) -> early ? Mono.delay(PAUSE).thenReturn(true) : needed);
	}

	private Mono<Opened> open() {
		boolean unknown = this.connector instanceof NegotiatingConnector negotiating
				&& !negotiating.knows(this.endpoint);
		Sinks.One<Opened> found = Sinks.one();
		AtomicReference<@Nullable Opened> asked = new AtomicReference<>();
		Mono<Opened> answered = this.connector.connect(HttpMethod.OPTIONS, this.endpoint, (request) -> {
			Connection connection = (Connection) request.getNativeRequest();
			Channel channel = connection.channel();
			if (channel instanceof Http2StreamChannel) {
				touch(channel, found);
				return Mono.never();
			}
			if (unknown) {
				// Calls will go another way, now that this is known
				found.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
				return Mono.never();
			}
			boolean reused = ConnectionGuard.guard(connection);
			UnansweredCall.watch(connection, reused, (failure) -> fail(found, failure));
			asked.set(new Opened(closed(channel), false, !reused));
			return ask(request);
		})
			.flatMap((response) -> response.getBody().doOnNext(DataBufferUtils::release).then())
			.then(Mono.fromSupplier(asked::get));
		// What was found cancels the request, which has not been sent then
		return Mono.firstWithSignal(found.asMono(), answered)
			.timeout(TIMEOUT)
			.switchIfEmpty(unknown ? Mono.defer(this::open) : Mono.error(ClosedChannelException::new));
	}

	private static void touch(Channel stream, Sinks.One<Opened> found) {
		Channel connection = stream.parent();
		Http2Link link = Http2Link.of(stream);
		boolean fresh = link != null && !link.use();
		if (link != null) {
			link.ask(connection, () -> fail(found, new ClosedChannelException()));
		}
		Opened opened = new Opened(closed(connection), true, fresh);
		Http2Limits.whenKnown(connection, () -> found.emitValue(opened, Sinks.EmitFailureHandler.FAIL_FAST));
	}

	private static void fail(Sinks.One<Opened> found, Exception failure) {
		// It may be there already
		Sinks.EmitResult unused = found.tryEmitError(failure);
	}

	private static Mono<Void> ask(ClientHttpRequest request) {
		request.getHeaders().setContentLength(0);
		return request.setComplete();
	}

	private static Mono<Void> closed(Channel channel) {
		return FutureMono.from(channel.closeFuture());
	}

	/**
	 * A connection that is there.
	 *
	 * @param closed completes when it has ended
	 * @param shared whether many calls share it
	 * @param fresh whether it was opened for this
	 */
	record Opened(Mono<Void> closed, boolean shared, boolean fresh) {
	}

}
