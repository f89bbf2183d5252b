package studio.ainative.aikit.test;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import javax.net.ssl.KeyManagerFactory;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/**
 * A provider on a loopback socket that plays a script, one response for each request:
 * <pre>
 * server.respond("Hel", "lo").thenCut();
 * server.respond().status(429).retryAfter("2");
 * </pre> A request without a response gets {@code 501}. Thread-safe, except that each
 * response must be told by one thread, before its request arrives.
 *
 * @since 0.1.0
 */
public final class ScriptedServer implements AutoCloseable {

	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

	private final Dialect dialect;

	private final Queue<ScriptedResponse> script = new ConcurrentLinkedQueue<>();

	private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();

	/** Of its own: an application context that closes takes the shared ones along. */
	private final LoopResources loops = LoopResources.create("scripted-server", 1, true);

	private final DisposableServer server;

	private final boolean secure;

	private ScriptedServer(Dialect dialect, UnaryOperator<HttpServer> tls) {
		this.dialect = dialect;
		HttpServer server = tls.apply(HttpServer.create().runOn(this.loops).host("127.0.0.1").port(0));
		this.secure = server.configuration().isSecure();
		this.server = server.handle(this::handle).bindNow(STOP_TIMEOUT);
	}

	/**
	 * Start a provider that speaks OpenAI's format.
	 * @return the server
	 */
	public static ScriptedServer start() {
		return start(Dialect.OPENAI);
	}

	/**
	 * Start a provider.
	 * @param dialect the format it speaks
	 * @return the server
	 */
	public static ScriptedServer start(Dialect dialect) {
		return new ScriptedServer(dialect, UnaryOperator.identity());
	}

	/**
	 * Start a provider that speaks HTTP/2 over TLS with whoever asks for it, and HTTP/1.1
	 * with others. {@link ScriptedResponse#thenReset()} resets the stream there, other
	 * cuts close the connection, with whatever else goes over it.
	 * @param dialect the format it speaks
	 * @param keys the server's certificate, for {@code 127.0.0.1}, and its key
	 * @return the server
	 */
	public static ScriptedServer startWithHttp2(Dialect dialect, KeyManagerFactory keys) {
		SslProvider.GenericSslContextSpec<?> tls = Http2SslContextSpec.forServer(keys);
		return new ScriptedServer(dialect, (server) -> server.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
			.secure((spec) -> spec.sslContext(tls)));
	}

	/**
	 * Begin the response to the next request that has none yet.
	 * @param tokens the tokens it sends first
	 * @return the response
	 */
	public ScriptedResponse respond(String... tokens) {
		ScriptedResponse response = new ScriptedResponse(this.dialect);
		if (tokens.length > 0) {
			response.tokens(tokens);
		}
		this.script.add(response);
		return response;
	}

	/**
	 * Where the server listens.
	 * @return the address
	 */
	public URI uri() {
		return URI.create((this.secure ? "https" : "http") + "://127.0.0.1:" + this.server.port() + "/v1/chat");
	}

	/**
	 * What was asked.
	 * @return the requests in the order of their arrival
	 */
	public List<RecordedRequest> requests() {
		return List.copyOf(this.requests);
	}

	/**
	 * What was asked last.
	 * @return the request
	 * @throws IllegalStateException if nothing was asked yet
	 */
	public RecordedRequest lastRequest() {
		List<RecordedRequest> all = requests();
		if (all.isEmpty()) {
			throw new IllegalStateException("No request has arrived");
		}
		return all.get(all.size() - 1);
	}

	/**
	 * Stop the server and close its connections.
	 */
	@Override
	public void close() {
		this.requests.forEach((request) -> request.close(STOP_TIMEOUT));
		this.server.disposeNow(STOP_TIMEOUT);
		this.loops.dispose();
	}

	private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
		AtomicReference<@Nullable Channel> channel = new AtomicReference<>();
		request.withConnection((connection) -> channel.set(connection.channel()));
		return request.receive()
			.aggregate()
			.asByteArray()
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> respond(new RecordedRequest(request, body, Objects.requireNonNull(channel.get())),
					response));
	}

	private Mono<Void> respond(RecordedRequest request, HttpServerResponse response) {
		ScriptedResponse scripted = this.script.poll();
		request.watch();
		this.requests.add(request);
		if (scripted == null) {
			return response.status(501).send();
		}
		response.status(scripted.status());
		scripted.headerValues().forEach(response::header);
		if (!scripted.hasLength() && !request.isHttp2()) {
			response.chunkedTransfer(false).keepAlive(false);
		}
		Mono<Void> answer = response.send(scripted.play(request).map(Unpooled::wrappedBuffer), (buffer) -> true).then();
		return scripted.beforeHeaders(request).then(answer);
	}

}
