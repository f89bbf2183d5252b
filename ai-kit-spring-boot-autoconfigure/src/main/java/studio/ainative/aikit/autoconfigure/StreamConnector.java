package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.handler.ssl.SslContext;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.NoopAddressResolverGroup;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientConfig;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NativeDetector;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AiStreamConnections;
import studio.ainative.aikit.client.StreamTimeouts;
import studio.ainative.aikit.provider.Provider;

/**
 * Makes {@link WebClient} builders for streams: with everything that the application has
 * set for its own (connector customizers, TLS bundle, proxy, filters, observation), but
 * on connections of our own, which suit streams. The shared pool stops at 500 connections
 * and lets the next caller wait for 45 seconds.
 * <p>
 * The connections live as long as the application: they are closed when it stops, while
 * their event loops still run, and an application that starts again has new ones.
 */
class StreamConnector implements SmartLifecycle, DisposableBean {

	private static final Log logger = LogFactory.getLog(StreamConnector.class);

	/** Boot's customizer that sets the shared connector; ours takes its place. */
	private static final String SHARED_CONNECTOR_CUSTOMIZER = "webClientHttpConnectorCustomizer";

	/**
	 * Stopped after whatever may still call, and before {@link ReactorResourceFactory}.
	 */
	private static final int PHASE = 1;

	/** How long a stop waits for connections to close, which needs no answer. */
	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final ListableBeanFactory beanFactory;

	private final ObjectProvider<ClientHttpConnectorBuilder<?>> connectorBuilder;

	private final ObjectProvider<HttpClientSettings> settings;

	private final ObjectProvider<ReactorResourceFactory> reactorResources;

	private final ConnectionProvider connections;

	/** For connections that may be shared, which takes other rules. */
	private final ConnectionProvider http2Connections;

	/** With the event loops of this start of the application. */
	private final Map<Kind, ClientHttpConnector> reactorConnectors = new ConcurrentHashMap<>();

	/** By connect timeout. Such a connector has threads of its own. */
	private final Map<Duration, ClientHttpConnector> otherConnectors = new ConcurrentHashMap<>();

	/** To where connections are kept ready. */
	private final Set<Warm> warm = ConcurrentHashMap.newKeySet();

	/** What those connections are for. */
	private final Set<RehearsedAnswer> rehearsed = ConcurrentHashMap.newKeySet();

	private volatile Disposable.Composite warming = Disposables.composite();

	private volatile boolean running;

	StreamConnector(int maxConnections, ListableBeanFactory beanFactory,
			ObjectProvider<ClientHttpConnectorBuilder<?>> connectorBuilder, ObjectProvider<HttpClientSettings> settings,
			ObjectProvider<ReactorResourceFactory> reactorResources) {
		this.connections = AiStreamConnections.newPool(maxConnections);
		this.http2Connections = AiStreamConnections.newHttp2Pool(maxConnections);
		this.beanFactory = beanFactory;
		this.connectorBuilder = connectorBuilder;
		this.settings = settings;
		this.reactorResources = reactorResources;
	}

	/**
	 * Make a builder for calls with the given limits.
	 * @param timeouts holds the limit on connecting
	 * @param http2 whether HTTP/2 is spoken with servers that offer it
	 * @return the builder
	 */
	WebClient.Builder webClientBuilder(StreamTimeouts timeouts, boolean http2) {
		WebClient.Builder builder = WebClient.builder();
		ClientHttpConnector connector = connector(timeouts, http2);
		if (connector != null) {
			builder.clientConnector(connector);
		}
		Object shared = (connector != null) ? sharedConnectorCustomizer() : null;
		this.beanFactory.getBeanProvider(WebClientCustomizer.class)
			.orderedStream()
			.filter((customizer) -> customizer != shared)
			.forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

	/**
	 * Keep a connection ready while the application runs, and have what its calls need
	 * loaded when the application starts.
	 * @param provider what is spoken
	 * @param endpoint where it leads to
	 * @param timeouts holds the limit on connecting
	 * @param http2 whether HTTP/2 is spoken with servers that offer it
	 * @return {@code false} if that can't be done, as others make the connections
	 */
	boolean keepWarm(Provider provider, URI endpoint, StreamTimeouts timeouts, boolean http2) {
		if (!(this.connectorBuilder.getIfAvailable() instanceof ReactorClientHttpConnectorBuilder)) {
			return false;
		}
		this.rehearsed.add(RehearsedAnswer.of(provider));
		Warm wanted = new Warm(endpoint, timeouts, http2);
		if (this.warm.add(wanted) && this.running) {
			keepWarm(wanted);
		}
		return true;
	}

	private void keepWarm(Warm wanted) {
		if (this.connectorBuilder.getIfAvailable() instanceof ReactorClientHttpConnectorBuilder reactor) {
			ClientHttpConnector connector = reactorConnector(reactor, wanted.timeouts(),
					new Kind(wanted.timeouts().connect(), wanted.http2()));
			this.warming.add(AiStreamConnections.keepWarm(connector, wanted.endpoint()));
		}
	}

	private @Nullable Object sharedConnectorCustomizer() {
		return this.beanFactory.containsBean(SHARED_CONNECTOR_CUSTOMIZER)
				? this.beanFactory.getBean(SHARED_CONNECTOR_CUSTOMIZER) : null;
	}

	/**
	 * The connector that streams get where it is not Reactor Netty's.
	 * @return the connector, {@code null} for Reactor Netty's
	 */
	@Nullable ClientHttpConnector otherConnector() {
		ClientHttpConnectorBuilder<?> builder = this.connectorBuilder.getIfAvailable();
		return (builder == null || builder instanceof ReactorClientHttpConnectorBuilder) ? null
				: otherConnector(builder, StreamTimeouts.defaults());
	}

	private @Nullable ClientHttpConnector connector(StreamTimeouts timeouts, boolean http2) {
		ClientHttpConnectorBuilder<?> builder = this.connectorBuilder.getIfAvailable();
		if (builder instanceof ReactorClientHttpConnectorBuilder reactor) {
			Kind kind = new Kind(timeouts.connect(), http2);
			reactorConnector(reactor, timeouts, kind);
			return (method, uri, request) -> reactorConnector(reactor, timeouts, kind).connect(method, uri, request);
		}
		return (builder != null) ? otherConnector(builder, timeouts) : null;
	}

	private ClientHttpConnector reactorConnector(ReactorClientHttpConnectorBuilder builder, StreamTimeouts timeouts,
			Kind kind) {
		return this.reactorConnectors.computeIfAbsent(kind, (key) -> {
			HttpClientSettings settings = settings(timeouts);
			ClientHttpConnector http11 = reactorConnector(builder, timeouts, httpClient(this.connections, timeouts))
				.build(settings);
			return kind.http2() ? AiStreamConnections.negotiating(http11,
					() -> http2Connector(builder, timeouts, settings.sslBundle()), timeouts) : http11;
		});
	}

	/** Its TLS is set here, as Spring Boot's offers no protocols. */
	private ClientHttpConnector http2Connector(ReactorClientHttpConnectorBuilder builder, StreamTimeouts timeouts,
			@Nullable SslBundle bundle) {
		SslContext tls = Http2Tls.context(bundle);
		HttpClient client = httpClient(this.http2Connections, timeouts).secure((spec) -> spec.sslContext(tls));
		return reactorConnector(builder, timeouts, client).withHttpClientCustomizer(AiStreamConnections::offerHttp2)
			.build(settings(timeouts).withSslBundle(null));
	}

	private static ReactorClientHttpConnectorBuilder reactorConnector(ReactorClientHttpConnectorBuilder builder,
			StreamTimeouts timeouts, HttpClient own) {
		AddressResolverGroup<?> resolver = own.configuration().resolver();
		return builder.withHttpClientFactory(() -> own)
			.withHttpClientCustomizer((client) -> leaveNamesToTheProxy(client, resolver))
			.withHttpClientCustomizer((client) -> AiStreamConnections.configure(client, timeouts));
	}

	private ClientHttpConnector otherConnector(ClientHttpConnectorBuilder<?> builder, StreamTimeouts timeouts) {
		return this.otherConnectors.computeIfAbsent(timeouts.connect(), (connect) -> builder.build(settings(timeouts)));
	}

	/**
	 * The application's settings, without those that don't suit streams: a read timeout
	 * would cut them, and redirects would take the key along. What else there is differs
	 * between versions of Spring Boot, and is kept.
	 */
	private HttpClientSettings settings(StreamTimeouts timeouts) {
		return this.settings.getIfAvailable(HttpClientSettings::defaults)
			.withRedirects(HttpRedirects.DONT_FOLLOW)
			.withTimeouts(timeouts.connect(), null);
	}

	/**
	 * A proxy looks names up itself, often because nobody else can. Reactor Netty knows,
	 * but not of a client whose event loops were set before its proxy.
	 */
	private static HttpClient leaveNamesToTheProxy(HttpClient client, @Nullable AddressResolverGroup<?> before) {
		HttpClientConfig config = client.configuration();
		return (config.hasProxy() && config.resolver() == before) ? client.resolver(NoopAddressResolverGroup.INSTANCE)
				: client;
	}

	private HttpClient httpClient(ConnectionProvider connections, StreamTimeouts timeouts) {
		HttpClient client = AiStreamConnections.configure(HttpClient.create(connections), timeouts);
		ReactorResourceFactory resources = this.reactorResources.getIfAvailable();
		return (resources != null) ? client.runOn(resources.getLoopResources()) : client;
	}

	@Override
	public void start() {
		this.reactorConnectors.clear();
		this.warming = Disposables.composite();
		this.running = true;
		rehearse();
		this.warm.forEach(this::keepWarm);
	}

	/** Before connections are opened, which it would hold up on the event loops. */
	private void rehearse() {
		if (!this.rehearsed.isEmpty() && !NativeDetector.inNativeImage()) {
			ReactorResourceFactory resources = this.reactorResources.getIfAvailable();
			Rehearsal.run(this.rehearsed, (resources != null) ? resources.getLoopResources() : HttpResources.get());
		}
	}

	@Override
	public void stop() {
		this.running = false;
		this.warming.dispose();
		close(this.connections, this.http2Connections);
	}

	/**
	 * Close pools, each whatever becomes of the others. One that fails to close is over
	 * anyway: no reason for the application to warn of its stop.
	 * @param pools what is to be closed
	 */
	static void close(ConnectionProvider... pools) {
		Flux.fromArray(pools).flatMap((pool) -> pool.disposeLater().onErrorResume((ex) -> {
			logger.debug("A pool of connections has failed to close", ex);
			return Mono.empty();
		})).then().timeout(CLOSE_TIMEOUT, Mono.empty()).block();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/** An application that fails to start is not stopped. */
	@Override
	public void destroy() {
		stop();
	}

	/**
	 * A connection that is to be ready.
	 *
	 * @param endpoint where it leads to
	 * @param timeouts holds the limit on connecting
	 * @param http2 whether HTTP/2 is offered
	 */
	private record Warm(URI endpoint, StreamTimeouts timeouts, boolean http2) {
	}

	/**
	 * What connectors differ in.
	 *
	 * @param connect the limit on connecting
	 * @param http2 whether HTTP/2 is offered
	 */
	private record Kind(Duration connect, boolean http2) {
	}

}
