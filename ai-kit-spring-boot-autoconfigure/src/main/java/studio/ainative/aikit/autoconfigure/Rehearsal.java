package studio.ainative.aikit.autoconfigure;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.netty.util.NetUtil;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.AiStreamConnections;
import studio.ainative.aikit.client.RetryConfig;
import studio.ainative.aikit.client.StreamConfig;
import studio.ainative.aikit.client.StreamTimeouts;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.server.webflux.WebFluxResponses;

/**
 * Gives a few answers before anybody asks for one, so that the first reader need not wait
 * until all classes are loaded that an answer takes. They come from a provider on a port
 * of the loopback interface, which is open for that long, and are read there as well:
 * nothing leaves this machine, and nothing that the application has made is called (its
 * filters, observers, logs and caches among it).
 */
final class Rehearsal {

	private static final Log logger = LogFactory.getLog(Rehearsal.class);

	/** A start waits no longer for all answers, nor for the port to close. */
	private static final Duration LIMIT = Duration.ofSeconds(10);

	/** The first loads classes. Further ones make less of a difference each. */
	private static final int ANSWERS = 10;

	/** One to the reader, one to the provider. */
	private static final int CONNECTIONS = 2;

	private static final Pattern WHOLE = Pattern.compile("event: ?done\n[^\n]*\"outcome\":\"complete\"");

	private static final String PROVIDER = "/provider/";

	private static final String READER = "/reader/";

	private final StreamingResponses responses = new StreamingResponses(StreamingOptions.defaults());

	private final HttpClient client;

	private final DisposableServer server;

	private final Map<String, RehearsedAnswer> answers;

	private Rehearsal(Collection<RehearsedAnswer> answers, HttpClient client, HttpServer server) {
		this.client = client;
		this.answers = answers.stream().collect(Collectors.toMap(RehearsedAnswer::name, Function.identity()));
		this.server = server.handle(new ReactorHttpHandlerAdapter(this::handle)).bindNow(LIMIT);
	}

	/**
	 * Rehearse, which takes a few tenths of a second where it is the first to need those
	 * classes. A failure is logged, but no reason not to start.
	 * @param answers which ones
	 * @param loops the event loops to use
	 * @return how many answers were read, and were whole
	 */
	static int run(Collection<RehearsedAnswer> answers, LoopResources loops) {
		long begun = System.nanoTime();
		ConnectionProvider connections = ConnectionProvider.create("ai-kit-rehearsal", CONNECTIONS);
		try {
			HttpClient client = AiStreamConnections.configure(HttpClient.create(connections), StreamTimeouts.defaults())
				.runOn(loops);
			HttpServer server = HttpServer.create()
				.runOn(loops)
				.bindAddress(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			Rehearsal rehearsal = new Rehearsal(answers, client, server);
			try {
				int whole = rehearsal.rehearse();
				logger.debug("Rehearsed " + whole + " answers in " + Duration.ofNanos(System.nanoTime() - begun));
				return whole;
			}
			finally {
				rehearsal.end();
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Answers could not be rehearsed", ex);
			return 0;
		}
		finally {
			connections.dispose();
		}
	}

	private int rehearse() {
		return Flux.fromIterable(this.answers.keySet())
			.concatMap((name) -> read(name).repeat(ANSWERS - 1))
			.reduce(0, Integer::sum)
			.blockOptional(LIMIT)
			.orElse(0);
	}

	private void end() {
		this.responses.close();
		this.server.disposeNow(LIMIT);
	}

	/** One if the answer is whole. */
	private Mono<Integer> read(String name) {
		return this.client.get()
			.uri(uri(READER + name))
			.responseContent()
			.aggregate()
			.asString()
			.map((body) -> WHOLE.matcher(body).find() ? 1 : 0);
	}

	private URI uri(String path) {
		return URI.create("http://" + NetUtil.toSocketAddressString((InetSocketAddress) this.server.address()) + path);
	}

	private Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		String path = request.getURI().getPath();
		RehearsedAnswer answer = this.answers.get(path.substring(path.lastIndexOf('/') + 1));
		if (answer == null) {
			response.setStatusCode(HttpStatus.NOT_FOUND);
			return response.setComplete();
		}
		return path.startsWith(PROVIDER) ? provide(answer, request, response) : answer(answer, request, response);
	}

	private static Mono<Void> provide(RehearsedAnswer answer, ServerHttpRequest request, ServerHttpResponse response) {
		response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
		return request.getBody()
			.doOnNext(DataBufferUtils::release)
			.then(response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(answer.bytes()))));
	}

	private Mono<Void> answer(RehearsedAnswer answer, ServerHttpRequest request, ServerHttpResponse response) {
		StreamConfig config = StreamConfig.defaults()
			.withEndpoint(uri(PROVIDER + answer.name()))
			.withApiKey("none")
			.withModel("none")
			.withRetry(RetryConfig.none());
		AIStream stream = AIStream.builder()
			.provider(answer.provider())
			.config(config)
			.webClientBuilder(WebClient.builder().clientConnector(new ReactorClientHttpConnector(this.client)))
			.build();
		return WebFluxResponses.write(this.responses.from(stream.stream("Rehearse")).frames(), request, response);
	}

}
