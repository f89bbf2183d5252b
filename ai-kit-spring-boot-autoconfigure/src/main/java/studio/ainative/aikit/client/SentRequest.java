package studio.ainative.aikit.client;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientRequest;
import reactor.util.retry.Retry;

import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClientException;

/**
 * The request of one try, as far as Reactor Netty must be told what to do with it.
 * <p>
 * Its connection, over HTTP/2 its stream, is closed when the caller leaves. Usually that
 * happens by itself; but if the caller leaves just when the headers have arrived and
 * nobody has asked for the body yet, {@code WebClient} would read the answer to its end,
 * for as long as the provider goes on.
 */
final class SentRequest {

	/** The name of a request's attribute that holds what is known of it here. */
	static final String ATTRIBUTE = SentRequest.class.getName();

	/**
	 * Besides the retries of {@link RetryConfig}, which are for calls that a server may
	 * have worked on. Together they take about two and a half seconds.
	 */
	private static final int UNPROCESSED_RETRIES = 8;

	private static final String NO_STREAM = "Max active streams is reached";

	private static final Duration UNPROCESSED_DELAY = Duration.ofMillis(10);

	private volatile Consumer<? super IOException> broken = (failure) -> {
	};

	private volatile @Nullable Object nativeRequest;

	/**
	 * Closes the connection, as long as it is this request's, after what is to be done
	 * first.
	 */
	private volatile @Nullable Consumer<Runnable> connection;

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
			this.connection = ReactorNetty.connection(sent);
			if (this.abandoned) {
				// The caller left too early for the library to see it
				leave(() -> {
				});
			}
			else {
				ReactorNetty.watch(sent, this.broken);
			}
		}
	}

	/**
	 * Exchange the request for a response. A part of each call's {@code WebClient}, next
	 * to the connection, so that whatever the application has put around it sees how the
	 * exchange ends.
	 * @param request the request, with its {@link #ATTRIBUTE}
	 * @param next what exchanges it
	 * @return the response
	 */
	static Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next) {
		return (request.attribute(ATTRIBUTE).orElse(null) instanceof SentRequest sent) ? sent.exchangeBy(request, next)
				: next.exchange(request);
	}

	private Mono<ClientResponse> exchangeBy(ClientRequest request, ExchangeFunction next) {
		return new MonoOperator<ClientResponse, ClientResponse>(next.exchange(request)) {

			@Override
			public void subscribe(CoreSubscriber<? super ClientResponse> actual) {
				SentRequest.this.nativeRequest = null;
				BreakableExchange exchange = new BreakableExchange(actual);
				SentRequest.this.broken = exchange::breaks;
				this.source.subscribe(exchange);
			}

		}.onErrorMap(this::isUnsent, (failure) -> new UnprocessedCallException("No stream", failure))
			.retryWhen(Retry.indefinitely().filter(StaleConnectionException.class::isInstance))
			.retryWhen(Retry.backoff(UNPROCESSED_RETRIES, UNPROCESSED_DELAY)
				.filter(UnprocessedCallException.class::isInstance)
				.onRetryExhaustedThrow((retry, last) -> last.failure()));
	}

	/**
	 * Whether Reactor Netty had a connection, but no stream on it for the request: the
	 * peer's limit was reached, or it has said that it leaves, which only the message
	 * tells; or it has just closed the connection. One that breaks while it is made fails
	 * with another class.
	 */
	private boolean isUnsent(Throwable failure) {
		Throwable cause = (failure instanceof WebClientException) ? failure.getCause() : failure;
		return this.nativeRequest == null && cause instanceof IOException
				&& (Objects.requireNonNullElse(cause.getMessage(), "").contains(NO_STREAM)
						|| cause.getClass() == ClosedChannelException.class);
	}

	/**
	 * The connection must not serve another call, though the response may be read to its
	 * end.
	 */
	void closeAfterwards() {
		Object sent = this.nativeRequest;
		if (sent != null) {
			ReactorNetty.closeAfterwards(sent);
		}
	}

	/**
	 * Follow what becomes of the request.
	 * @param <T> events, or the bytes that they come in
	 * @param events the events of its answer
	 * @param errors makes the try's error of the transport's
	 * @return the events; cancelling them closes the connection
	 */
	<T> Flux<T> track(Flux<T> events, UnaryOperator<Throwable> errors) {
		return PassThrough.applyToAny(events, (actual) -> new Tracked<>(actual, errors));
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

	private void leave(Runnable cancellation) {
		Consumer<Runnable> connection = this.connection;
		if (connection != null) {
			connection.accept(cancellation);
		}
		else {
			cancellation.run();
		}
	}

	/** The request's answer, as far as it has come. */
	private final class Tracked<T> extends PassThrough<T> {

		private final UnaryOperator<Throwable> errors;

		Tracked(CoreSubscriber<? super T> actual, UnaryOperator<Throwable> errors) {
			super(actual);
			this.errors = errors;
		}

		@Override
		public void onError(Throwable failure) {
			answered();
			super.onError(this.errors.apply(failure));
		}

		@Override
		public void onComplete() {
			answered();
			super.onComplete();
		}

		/** The connection may serve another call. */
		private void answered() {
			SentRequest.this.connection = null;
		}

		/**
		 * The caller leaves. That is noted before the cancellation goes up: from there on
		 * the library may take the answer's body for itself, to drain it. The connection
		 * is closed after it, so that the close is not taken for the provider's.
		 */
		@Override
		public void cancel() {
			SentRequest.this.abandoned = true;
			leave(super::cancel);
		}

	}

	/** Loaded only where Reactor Netty is. */
	private static final class ReactorNetty {

		static void watch(Object request, Consumer<? super IOException> broken) {
			if (request instanceof Connection connection) {
				boolean reused = ConnectionGuard.guard(connection);
				UnansweredCall.watch(connection, reused, broken);
			}
		}

		static void closeAfterwards(Object request) {
			if (request instanceof Connection connection) {
				connection.markPersistent(false);
			}
		}

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

		/**
		 * The channel is asked for now: from the end of the request on, the library
		 * answers with one that belongs to no event loop.
		 */
		static @Nullable Consumer<Runnable> connection(Object request) {
			if (!(request instanceof Connection connection) || !connection.channel().isRegistered()) {
				return null;
			}
			Channel channel = connection.channel();
			return (cancellation) -> leave(connection, channel, cancellation);
		}

		/**
		 * On the event loop, between two signals: a cancellation from elsewhere may come
		 * into the middle of the connection's end, of which the library then warns.
		 */
		private static void leave(Connection connection, Channel channel, Runnable cancellation) {
			EventLoop loop = channel.eventLoop();
			boolean between = loop.inEventLoop();
			if (between) {
				cancellation.run();
			}
			try {
				loop.execute(() -> {
					if (!between) {
						cancellation.run();
					}
					close(connection, channel);
				});
			}
			catch (RejectedExecutionException ex) {
				// The event loop has ended, and its connections with it
				if (!between) {
					cancellation.run();
				}
			}
		}

		/** Where the connection belongs to another call by then, it is left alone. */
		private static void close(Connection connection, Channel channel) {
			if (Connection.from(channel) == connection) {
				// Else the library warns that the provider closed too early
				connection.dispose();
				// Nobody waits for it
				ChannelFuture unused = channel.close();
			}
		}

	}

}
