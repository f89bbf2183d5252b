package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * A provider on loopback behind TLS, with a certificate that nobody trusts who doesn't
 * know its trust store.
 */
final class TlsServer implements AutoCloseable {

	static final String PASSWORD = TestCertificate.PASSWORD;

	private final LoopResources loops = LoopResources.create("tls-server", 1, true);

import studio.ainative.aikit.client.TestCertificate;

	private final AtomicInteger connections = new AtomicInteger();

	private final Path trustStore;

	private final DisposableServer server;

	/** Of the requests, in order. */
	private final List<String> protocols = new CopyOnWriteArrayList<>();

	private TlsServer(Path trustStore, SslContext context, HttpProtocol... protocols) {
		this.trustStore = trustStore;
		this.server = HttpServer.create()
			.runOn(this.loops)
			.host("localhost")
			.port(0)
			.doOnChannelInit((observer, channel, address) -> this.connections.incrementAndGet())
			.secure((spec) -> spec.sslContext(context))
			.protocol(protocols)
			.handle((request, response) -> {
				this.protocols.add(request.protocol());
				return response.sse().sendString(Flux.just(FakeProvider.HELLO));
			})
			.bindNow();
	}

	static TlsServer start(Path folder) throws Exception {
		return start(TestCertificate.in(folder));
	}

	static TlsServer start(TestCertificate certificate) throws Exception {
		return new TlsServer(certificate.trustStore(), SslContextBuilder.forServer(certificate.keys()).build(),
				HttpProtocol.HTTP11);
	}

	static TlsServer startWithHttp2(TestCertificate certificate) throws Exception {
		SslContext context = SslContextBuilder.forServer(certificate.keys())
			.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
					ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
					ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2,
					ApplicationProtocolNames.HTTP_1_1))
			.build();
		return new TlsServer(certificate.trustStore(), context, HttpProtocol.H2, HttpProtocol.HTTP11);
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

	@Override
	public void close() {
		this.server.disposeNow();
		this.loops.dispose();
	}

}
