package studio.ainative.aikit.autoconfigure;

import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
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

	private final CountingKeyManager keys;

	private final List<String> connectionsOfRequests = new CopyOnWriteArrayList<>();

	private final Queue<Channel> open = new ConcurrentLinkedQueue<>();

	private TlsServer(TestCertificate certificate, boolean http2) throws Exception {
		this.trustStore = certificate.trustStore();
		this.keys = new CountingKeyManager((X509ExtendedKeyManager) certificate.keys().getKeyManagers()[0]);
		SslContext context = SslContextBuilder.forServer(this.keys)
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
				request.withConnection(
						(connection) -> this.connectionsOfRequests.add(connection.channel().id().asLongText()));
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

	/** How often the certificate was shown: once for each new session. */
	int fullHandshakes() {
		return this.keys.chosen.get();
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

	private static final class CountingKeyManager extends X509ExtendedKeyManager {

		private final X509ExtendedKeyManager keys;

		private final AtomicInteger chosen = new AtomicInteger();

		CountingKeyManager(X509ExtendedKeyManager keys) {
			this.keys = keys;
		}

		@Override
		public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
			String alias = this.keys.chooseEngineServerAlias(type, issuers, engine);
			if (alias != null) {
				this.chosen.incrementAndGet();
			}
			return alias;
		}

		@Override
		public String[] getServerAliases(String type, Principal[] issuers) {
			return this.keys.getServerAliases(type, issuers);
		}

		@Override
		public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
			return this.keys.chooseServerAlias(type, issuers, socket);
		}

		@Override
		public String[] getClientAliases(String type, Principal[] issuers) {
			return this.keys.getClientAliases(type, issuers);
		}

		@Override
		public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
			return this.keys.chooseClientAlias(types, issuers, socket);
		}

		@Override
		public X509Certificate[] getCertificateChain(String alias) {
			return this.keys.getCertificateChain(alias);
		}

		@Override
		public PrivateKey getPrivateKey(String alias) {
			return this.keys.getPrivateKey(alias);
		}

	}

}
