package studio.ainative.aikit.client;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http2.Http2StreamChannel;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.util.function.SingletonSupplier;

/**
 * Speaks HTTP/2 with servers that offer it and HTTP/1.1 with all others.
 * <p>
 * The first call to a server finds out; those that come meanwhile wait until its
 * connection is there, and what the server allows on it, as they may share it; if it
 * can't be had, they fail with it. A server without HTTP/2 is called as if that did not
 * exist from then on: Reactor Netty would open connections to it one after another, lest
 * there be more than HTTP/2 needs.
 */
final class NegotiatingConnector implements ClientHttpConnector {

	private final ClientHttpConnector http11;

	private final Supplier<ClientHttpConnector> http2;

	private final Duration patience;

	/** What is known of servers, or is being found out. */
	private final Map<String, Sinks.One<Boolean>> servers = new ConcurrentHashMap<>();

	/**
	 * Create a connector.
	 * @param http11 speaks HTTP/1.1
	 * @param http2 speaks either, made when it is needed
	 * @param patience how long a call waits for a connection that it may share
	 */
	NegotiatingConnector(ClientHttpConnector http11, Supplier<ClientHttpConnector> http2, Duration patience) {
		this.patience = patience;
		this.http11 = http11;
		this.http2 = SingletonSupplier.of(http2);
	}

	@Override
	public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> request) {
		if (!"https".equalsIgnoreCase(uri.getScheme())) {
			return this.http11.connect(method, uri, request);
		}
		return Mono.defer(() -> {
			Sinks.One<Boolean> unknown = Sinks.one();
			Sinks.One<Boolean> known = this.servers.putIfAbsent(uri.getAuthority(), unknown);
			return (known != null) ? follow(known, method, uri, request) : lead(unknown, method, uri, request);
		});
	}

	/**
	 * Whether it is known how to speak with a server.
	 * @param uri an address of the server
	 * @return {@code false} if the next call is the one that finds out
	 */
	boolean knows(URI uri) {
		Sinks.One<Boolean> server = this.servers.get(uri.getAuthority());
		return !"https".equalsIgnoreCase(uri.getScheme())
				|| (server != null && Boolean.TRUE.equals(server.scan(Scannable.Attr.TERMINATED)));
	}

	private Mono<ClientHttpResponse> follow(Sinks.One<Boolean> server, HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> request) {
		return server.asMono().map(Optional::of).defaultIfEmpty(Optional.empty()).flatMap((http2) -> {
			if (http2.isEmpty()) {
				return connect(method, uri, request);
			}
			return http2.get() ? share(method, uri, request) : this.http11.connect(method, uri, request);
		});
	}

	/**
	 * Calls wait for connections that are being made, which are made one after another:
	 * where none can be had, the last of many would learn it late.
	 */
	private Mono<ClientHttpResponse> share(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> request) {
		AtomicBoolean connected = new AtomicBoolean();
		Mono<?> late = Mono.delay(this.patience).filter((tick) -> !connected.get()).switchIfEmpty(Mono.never());
		return either().connect(method, uri, (sent) -> {
			connected.set(true);
			if (!isHttp2(sent)) {
				Sinks.One<Boolean> changed = Sinks.one();
				changed.emitValue(false, Sinks.EmitFailureHandler.FAIL_FAST);
				this.servers.put(uri.getAuthority(), changed);
			}
			return request.apply(sent);
		}).timeout(late, Mono.error(() -> new ConnectTimeoutException("No connection within " + this.patience)));
	}

	private Mono<ClientHttpResponse> lead(Sinks.One<Boolean> server, HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> request) {
		return either().connect(method, uri, (sent) -> {
			if (isHttp2(sent)) {
				Channel connection = ((Connection) sent.getNativeRequest()).channel().parent();
				Http2Limits.whenKnown(connection, () -> known(server, true));
			}
			else {
				known(server, false);
			}
			return request.apply(sent);
		})
			.doOnNext((response) -> known(server, true))
			.doOnError((failure) -> forget(uri, server, () -> server.tryEmitError(failure)))
			.doOnCancel(() -> forget(uri, server, server::tryEmitEmpty));
	}

	private static void known(Sinks.One<Boolean> server, boolean http2) {
		// It may be known already
		Sinks.EmitResult unused = server.tryEmitValue(http2);
	}

	/** Does nothing if it is known by now. */
	private void forget(URI uri, Sinks.One<Boolean> server, Supplier<Sinks.EmitResult> tell) {
		if (!Boolean.TRUE.equals(server.scan(Scannable.Attr.TERMINATED))) {
			this.servers.remove(uri.getAuthority(), server);
			Sinks.EmitResult unused = tell.get();
		}
	}

	private ClientHttpConnector either() {
		return this.http2.get();
	}

	private static boolean isHttp2(ClientHttpRequest request) {
		Object sent = request.getNativeRequest();
		return sent instanceof Connection connection && connection.channel() instanceof Http2StreamChannel;
	}

}
