package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLSession;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

import studio.ainative.aikit.client.TestCertificate;

/**
 * A provider on loopback behind TLS, with a certificate that nobody trusts who doesn't
 * know its trust store.
 */
final class TlsServer implements AutoCloseable {

	static final String PASSWORD = TestCertificate.PASSWORD;

	private final LoopResources loops = LoopResources.create("tls-server", 1, true);

	private final AtomicInteger connections = new AtomicInteger();

	private final Path trustStore;

	private final DisposableServer server;

	/** Of the requests, in order. */
	private final List<String> protocols = new CopyOnWriteArrayList<>();

	/** When each session began that a request came by. */
	private final Set<Long> sessions = ConcurrentHashMap.newKeySet();

	private final List<String> connectionsOfRequests = new CopyOnWriteArrayList<>();

	private final Queue<Channel> open = new ConcurrentLinkedQueue<>();

	private TlsServer(TestCertificate certificate, boolean http2) throws Exception {
		this.trustStore = certificate.trustStore();
		SslContext context = SslContextBuilder.forServer(certificate.keys())
			.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
					ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
					ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
					http2 ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
							: List.of(ApplicationProtocolNames.HTTP_1_1)))
			.build();
		this.server = HttpServer.create()
			.runOn(this.loops)
			.host("localhost")
			.port(0)
			.doOnChannelInit((observer, channel, address) -> {
				this.connections.incrementAndGet();
				this.open.add(channel);
			})
			.secure((spec) -> spec.sslContext(context))
			.protocol(http2 ? new HttpProtocol[] { HttpProtocol.H2, HttpProtocol.HTTP11 }
					: new HttpProtocol[] { HttpProtocol.HTTP11 })
			.handle((request, response) -> {
				request.withConnection((connection) -> {
					this.connectionsOfRequests.add(connection.channel().id().asLongText());
					this.sessions.add(sessionOf(connection.channel()).getCreationTime());
				});
				this.protocols.add(request.protocol());
				return response.sse().sendString(Flux.just(FakeProvider.HELLO));
			})
			.bindNow();
	}

	static TlsServer start(Path folder) throws Exception {
		return start(TestCertificate.in(folder));
	}

	static TlsServer start(TestCertificate certificate) throws Exception {
		return new TlsServer(certificate, false);
	}

	static TlsServer startWithHttp2(TestCertificate certificate) throws Exception {
		return new TlsServer(certificate, true);
	}

	/** Holds the server's certificate. */
	Path trustStore() {
		return this.trustStore;
	}

	String endpoint() {
		return URI.create("https://localhost:" + this.server.port() + "/v1/chat/completions").toString();
	}

	List<String> protocols() {
		return this.protocols;
	}

	/** How often somebody tried. */
	int connections() {
		return this.connections.get();
	}

	/** For each request of HTTP/1.1 what tells its connection from others. */
	List<String> connectionsOfRequests() {
		return this.connectionsOfRequests;
	}

	/**
	 * How many sessions began. One that is taken up keeps the time of its beginning; the
	 * certificate's key is asked for then, too, on Java 25.
	 */
	int fullHandshakes() {
		return this.sessions.size();
	}

	private static SSLSession sessionOf(Channel channel) {
		SslHandler tls = channel.pipeline().get(SslHandler.class);
		// Of HTTP/2 it is a stream's channel
		return ((tls != null) ? tls : channel.parent().pipeline().get(SslHandler.class)).engine().getSession();
	}

	/** Close what is open, and wait until that is done. */
	void closeConnections() {
		for (Channel channel = this.open.poll(); channel != null; channel = this.open.poll()) {
			channel.pipeline().firstContext().close().awaitUninterruptibly();
		}
	}

	@Override
	public void close() {
		this.server.disposeNow();
		this.loops.dispose();
	}

}
