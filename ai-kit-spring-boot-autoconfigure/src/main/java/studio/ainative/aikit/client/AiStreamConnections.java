package studio.ainative.aikit.client;

import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import javax.net.ssl.SSLException;

import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import reactor.core.Disposable;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider;

import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;

/**
 * Connections that suit streams: a pool of 1000 connections to each remote host, with a
 * wait of at most 5 seconds for a free one, and with idle connections closed a second
 * before the server would, if it says when ({@code Keep-Alive: timeout=…}, of which 10
 * minutes are believed), else after 3 minutes. The default pool of Reactor Netty stops at
 * 500 and lets the next caller wait 45 seconds.
 * <p>
 * Needs Reactor Netty. No thread is taken up by an open stream.
 *
 * @since 0.1.0
 */
public final class AiStreamConnections {

	private static final int MAX_CONNECTIONS = 1000;

	private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);

	/** How often idle connections are looked at that no call asks for. */
	private static final Duration EVICTION_INTERVAL = Duration.ofSeconds(30);

	/**
	 * As long as most servers keep such a connection, and then some: which is in nobody's
	 * way, since one connection serves all calls. Servers say when they leave, and a
	 * connection that died without a sign is found by the next call.
	 */
	private static final Duration MAX_HTTP2_IDLE_TIME = Duration.ofMinutes(10);

	private static final ConnectionProvider SHARED = newPool(MAX_CONNECTIONS);

	private static final ConnectionProvider SHARED_HTTP2 = newHttp2Pool(MAX_CONNECTIONS);

	/** By connect timeout. */
	private static final Map<Duration, ClientHttpConnector> CONNECTORS = new ConcurrentHashMap<>();

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
	 * What streams have that nobody has given a {@code WebClient} to: as
	 * {@link #negotiating(ClientHttpConnector, Supplier, StreamTimeouts)}, on pools that
	 * nothing disposes of.
	 * @param timeouts holds the connect timeout
	 * @return the same connector for each such limit
	 */
	static ClientHttpConnector connector(StreamTimeouts timeouts) {
		return CONNECTORS.computeIfAbsent(timeouts.connect(),
				(connect) -> negotiating(new ReactorClientHttpConnector(httpClient(timeouts)),
						() -> new ReactorClientHttpConnector(offerHttp2(http2Client(timeouts))), timeouts));
	}

	private static HttpClient http2Client(StreamTimeouts timeouts) {
		try {
			SslContext tls = http2Tls().build();
			return configure(HttpClient.create(SHARED_HTTP2), timeouts).secure((spec) -> spec.sslContext(tls));
		}
		catch (SSLException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A new pool as above, for who can say when it is no longer needed: an application
	 * that closes, before the event loops of the connections do. It holds nothing until a
	 * connection is asked of it. Its {@linkplain ConnectionProvider#disposeLater()
	 * disposal} closes idle connections at once and those in use when they are given
	 * back.
	 * @param maxConnections how many connections each remote host may have, at least 1;
	 * twice as many calls may wait for one
	 * @return the pool, to be disposed of by the caller
	 * @throws IllegalArgumentException if the number is less than 1
	 */
	public static ConnectionProvider newPool(int maxConnections) {
		return ConnectionProvider.builder("ai-kit")
			.maxConnections(maxConnections)
			.pendingAcquireTimeout(ACQUIRE_TIMEOUT)
			.evictionPredicate((connection, metadata) -> KeepAlive.isOver(connection, metadata.idleTime()))
			.evictInBackground(EVICTION_INTERVAL)
			.build();
	}

	/**
	 * A new pool for {@link #offerHttp2(HttpClient)}: up to 100 streams share a
	 * connection before another one is opened, or fewer if the server says so, and idle
	 * connections are kept for 10 minutes. For connections on which HTTP/1.1 was agreed,
	 * as above.
	 * @param maxConnections how many connections each remote host may have, at least 1
	 * @return the pool, to be disposed of by the caller
	 * @throws IllegalArgumentException if the number is less than 1
	 */
	public static ConnectionProvider newHttp2Pool(int maxConnections) {
		return ConnectionProvider.builder("ai-kit")
			.pendingAcquireTimeout(ACQUIRE_TIMEOUT)
			.allocationStrategy(Http2AllocationStrategy.builder()
				.minConnections(1)
				.maxConnections(maxConnections)
				.maxConcurrentStreams(Http2Link.STREAMS)
				.build())
			.evictionPredicate((connection, metadata) -> {
				boolean shared = connection.channel().pipeline().context(Http2FrameCodec.class) != null;
				return shared ? metadata.idleTime() >= MAX_HTTP2_IDLE_TIME.toMillis()
						: KeepAlive.isOver(connection, metadata.idleTime());
			})
			.evictInBackground(EVICTION_INTERVAL)
			.build();
	}

	/**
	 * Offer HTTP/2 to servers when a TLS connection is made. What a stream does not read
	 * is held for it up to its window, 64 KB, and holds up no other stream.
	 * @param httpClient the client, with a pool of {@link #newHttp2Pool(int)}
	 * @return a changed client, or the same one if its own TLS context does not negotiate
	 * protocols
	 */
	public static HttpClient offerHttp2(HttpClient httpClient) {
		SslProvider tls = httpClient.configuration().sslProvider();
		if (tls != null && !tls.getSslContext()
			.applicationProtocolNegotiator()
			.protocols()
			.contains(ApplicationProtocolNames.HTTP_2)) {
			return httpClient;
		}
		return httpClient.protocol(HttpProtocol.H2, HttpProtocol.HTTP11).doOnChannelInit(new Http2Limits());
	}

	/**
	 * TLS that offers HTTP/2 and HTTP/1.1. The ciphers are those that HTTP/1.1 has, not
	 * only what HTTP/2 allows: servers that lack the latter choose HTTP/1.1.
	 * @return a builder, which trusts whom the platform does
	 */
	public static SslContextBuilder http2Tls() {
		return SslContextBuilder.forClient()
			.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
					ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
					ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2,
					ApplicationProtocolNames.HTTP_1_1));
	}

	/**
	 * A connector that speaks HTTP/2 with servers that offer it over TLS, and HTTP/1.1
	 * with all others. It asks each server once.
	 * @param http11 speaks HTTP/1.1
	 * @param either speaks what is agreed on, over a client of
	 * {@link #offerHttp2(HttpClient)}; made when it is needed first
	 * @param timeouts holds the connect timeout; a call that waits for a connection that
	 * it may share waits 5 seconds longer at most
	 * @return the connector
	 */
	public static ClientHttpConnector negotiating(ClientHttpConnector http11, Supplier<ClientHttpConnector> either,
			StreamTimeouts timeouts) {
		return new NegotiatingConnector(http11, either, timeouts.connect().plus(ACQUIRE_TIMEOUT));
	}

	/**
	 * Keep a connection ready, so that the next call need not open one. It is opened now,
	 * and again when it has ended; not more often than every 10 seconds, and when it
	 * can't be had after pauses of up to a minute. Over HTTP/2 a PING is sent on it every
	 * 30 seconds, over HTTP/1.1 a request to open it that asks for nothing
	 * ({@code OPTIONS}, without a key). Nobody waits for it, and its failures reach
	 * nobody.
	 * @param connector a connector of Reactor Netty, such as
	 * {@link #negotiating(ClientHttpConnector, Supplier, StreamTimeouts)} makes
	 * @param endpoint where calls go
	 * @return ends that; the connection stays, as any other
	 */
	public static Disposable keepWarm(ClientHttpConnector connector, URI endpoint) {
		return WarmConnection.keep(connector, endpoint);
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
