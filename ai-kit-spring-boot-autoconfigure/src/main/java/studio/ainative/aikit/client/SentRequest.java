package studio.ainative.aikit.client;

import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientRequest;

import org.springframework.http.client.reactive.ClientHttpRequest;

/**
 * The request of one try, as far as Reactor Netty must be told what to do with it.
 * <p>
 * Its connection is closed when the caller leaves. Usually that happens by itself; but if
 * the caller leaves just when the headers have arrived and nobody has asked for the body
 * yet, {@code WebClient} would read the answer to its end, for as long as the provider
 * goes on.
 */
final class SentRequest {

	private volatile @Nullable Object nativeRequest;

	private volatile boolean abandoned;

	/**
	 * The request is about to be sent. What the application's HTTP client may be set to,
	 * but not for streams: a response timeout ({@code spring.http.clients.read-timeout}),
	 * which is meant for answers that come at once, and redirects, which would take the
	 * key and the prompt to whatever address the response names.
	 * @param request the request
	 * @throws StreamInterruptedException if it follows a redirect
	 */
	void sending(ClientHttpRequest request) {
		if (DefaultAIStreamBuilder.REACTOR_NETTY) {
			Object sent = request.getNativeRequest();
			ReactorNetty.check(sent);
			this.nativeRequest = sent;
		}
	}

	/**
	 * The answer has ended: the connection may serve another call.
	 */
	void answered() {
		this.nativeRequest = null;
	}

	/**
	 * The caller leaves. Called before the cancellation goes up: from there on the
	 * library may take the answer's body for itself, to drain it.
	 */
	void abandon() {
		this.abandoned = true;
	}

	/**
	 * Nobody listens any more. If that is because the caller has left, the cancellation
	 * has gone all the way up by now, so that the close is not taken for the provider's.
	 * @param signal how it came to that
	 */
	void finished(SignalType signal) {
		Object sent = this.nativeRequest;
		if (signal == SignalType.CANCEL && sent != null) {
			ReactorNetty.close(sent);
		}
	}

	/**
	 * Whether the caller has left. An answer that begins after that is not to be read:
	 * its connection is being closed.
	 * @return {@code true} once the caller has left
	 */
	boolean isAbandoned() {
		return this.abandoned;
	}

	/**
	 * What a failure to read the answer comes to. Once the caller has left it is nothing:
	 * whoever took the body for themselves caused it, and {@code WebClient} would answer
	 * it by reading the body yet again.
	 * @param <T> what is read
	 * @param failure the failure
	 * @return the failure, or no signal at all
	 */
	<T> Mono<T> failure(Throwable failure) {
		return this.abandoned ? Mono.never() : Mono.error(failure);
	}

	/** Loaded only where Reactor Netty is. */
	private static final class ReactorNetty {

		// Null means none, which the library's signature can't say
		@SuppressWarnings("NullAway")
		static void check(Object request) {
			if (request instanceof HttpClientRequest httpRequest) {
				if (httpRequest.redirectedFrom().length > 0) {
					throw new StreamInterruptedException("The provider's redirect was not followed", false, null);
				}
				httpRequest.responseTimeout(null);
			}
		}

		/** Where the connection belongs to another call by then, it is left alone. */
		static void close(Object request) {
			if (request instanceof Connection connection) {
				connection.channel().eventLoop().execute(() -> {
					if (Connection.from(connection.channel()) == connection) {
						// Else the library warns that the provider closed too early
						connection.dispose();
						// Nobody waits for it
						ChannelFuture unused = connection.channel().close();
					}
				});
			}
		}

	}

}
