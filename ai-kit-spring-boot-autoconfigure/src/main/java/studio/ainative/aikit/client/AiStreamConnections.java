package studio.ainative.aikit.client;

import java.time.Duration;

import io.netty.channel.ChannelOption;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Connections that suit streams: a pool of 1000 connections to each remote host, with a
 * wait of at most 5 seconds for a free one, and with idle connections closed after 30
 * seconds, before most servers and proxies do. The default pool of Reactor Netty stops at
 * 500 and lets the next caller wait 45 seconds.
 * <p>
 * Needs Reactor Netty. No thread is taken up by an open stream.
 *
 * @since 0.1.0
 */
public final class AiStreamConnections {

	private static final int MAX_CONNECTIONS = 1000;

	private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);

	private static final Duration MAX_IDLE_TIME = Duration.ofSeconds(30);

	private static final ConnectionProvider SHARED = newPool();

	private AiStreamConnections() {
	}

	/**
	 * An HTTP client with the settings of {@link #configure(HttpClient, StreamTimeouts)}
	 * and a pool as above, the same one for each such client of this process. Nothing
	 * disposes of that pool.
	 * @param timeouts holds the connect timeout
	 * @return the client
	 */
	public static HttpClient httpClient(StreamTimeouts timeouts) {
		return configure(HttpClient.create(SHARED), timeouts);
	}

	/**
	 * A new pool as above, for who can say when it is no longer needed: an application
	 * that closes, before the event loops of the connections do. It holds nothing until a
	 * connection is asked of it. Its {@linkplain ConnectionProvider#disposeLater()
	 * disposal} closes idle connections at once and those in use when they are given
	 * back.
	 * @return the pool, to be disposed of by the caller
	 */
	public static ConnectionProvider newPool() {
		return ConnectionProvider.builder("ai-kit")
			.maxConnections(MAX_CONNECTIONS)
			.pendingAcquireTimeout(ACQUIRE_TIMEOUT)
			.maxIdleTime(MAX_IDLE_TIME)
			.evictInBackground(MAX_IDLE_TIME)
			.build();
	}

	/**
	 * Set what a stream needs on an HTTP client that an application has made, leaving its
	 * TLS, proxy, resolver and connections as they are: the connect timeout; no response
	 * timeout (those of the {@link StreamTimeouts} apply); no redirects, because the
	 * request and its key would be sent on to whatever address the response names; no
	 * retries of its own, because {@link RetryConfig} promises a number of requests.
	 * @param httpClient the client
	 * @param timeouts holds the connect timeout
	 * @return a changed client
	 */
	public static HttpClient configure(HttpClient httpClient, StreamTimeouts timeouts) {
		return httpClient
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
					(int) Math.min(Math.max(timeouts.connect().toMillis(), 1), Integer.MAX_VALUE))
			.disableRetry(true)
			.followRedirect(false);
	}

}
