package studio.ainative.aikit.client;

import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.tokens.TokenCounter;

/**
 * A provider without a socket, whose time is virtual where the test's is. Without a
 * script it answers {@code [name]}.
 */
final class FakeTarget {

	private final String name;

	private final Queue<Supplier<Mono<ClientResponse>>> script = new ArrayDeque<>();

	private Supplier<Mono<ClientResponse>> otherwise;

	/** When it was called, in nanoseconds. */
	final List<Long> calls = new ArrayList<>();

	final AtomicInteger cancelled = new AtomicInteger();

	FakeTarget(String name) {
		this.name = name;
		this.otherwise = () -> Mono.just(stream(event(name), END));
	}

	static final String END = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

	private static String event(String text) {
		return Answers.openAiTokens(text).get(0);
	}

	FakeTarget then(Supplier<Mono<ClientResponse>> response) {
		this.script.add(response);
		return this;
	}

	FakeTarget always(Supplier<Mono<ClientResponse>> response) {
		this.otherwise = response;
		return this;
	}

	static Supplier<Mono<ClientResponse>> status(int status) {
		return status(status, "{}");
	}

	static Supplier<Mono<ClientResponse>> status(int status, String body) {
		return () -> Mono.just(ClientResponse.create(HttpStatusCode.valueOf(status))
			.header("Content-Type", "application/json")
			.body(body)
			.build());
	}

	static Supplier<Mono<ClientResponse>> retryAfter(int status, int seconds) {
		return () -> Mono.just(ClientResponse.create(HttpStatusCode.valueOf(status))
			.header("Retry-After", String.valueOf(seconds))
			.body("{}")
			.build());
	}

	static Supplier<Mono<ClientResponse>> answer(String... texts) {
		return () -> Mono.just(stream(String.join("", Answers.openAiTokens(texts)), END));
	}

	static Supplier<Mono<ClientResponse>> with(String... bodies) {
		return () -> Mono.just(stream(bodies));
	}

	/** Ends without an end. */
	static Supplier<Mono<ClientResponse>> cutAfter(String... texts) {
		return () -> Mono.just(stream(String.join("", Answers.openAiTokens(texts))));
	}

	/** Tokens, and then nothing any more. */
	static Supplier<Mono<ClientResponse>> stallAfter(String... texts) {
		return () -> Mono.just(response(buffers(Answers.openAiTokens(texts)).concatWith(Flux.never())));
	}

	/** As the test sends it. */
	static Supplier<Mono<ClientResponse>> following(Flux<String> bodies) {
		return () -> Mono.just(response(bodies
			.map((body) -> DefaultDataBufferFactory.sharedInstance.wrap(body.getBytes(StandardCharsets.UTF_8)))));
	}

	/** Not even headers. */
	static Supplier<Mono<ClientResponse>> silence() {
		return Mono::never;
	}

	static Supplier<Mono<ClientResponse>> refusesConnections() {
		return () -> Mono.error(
				new WebClientRequestException(new ConnectException("refused"), org.springframework.http.HttpMethod.POST,
						URI.create("http://localhost/"), new org.springframework.http.HttpHeaders()));
	}

	private static ClientResponse stream(String... bodies) {
		return response(buffers(Arrays.asList(bodies)));
	}

	private static Flux<DataBuffer> buffers(List<String> bodies) {
		return Flux.fromIterable(bodies)
			.map((body) -> DefaultDataBufferFactory.sharedInstance.wrap(body.getBytes(StandardCharsets.UTF_8)));
	}

	private static ClientResponse response(Flux<DataBuffer> body) {
		return ClientResponse.create(HttpStatusCode.valueOf(200))
			.header("Content-Type", "text/event-stream")
			.body(body)
			.build();
	}

	private synchronized Mono<ClientResponse> call() {
		this.calls.add(now());
		Supplier<Mono<ClientResponse>> next = this.script.poll();
		return ((next != null) ? next : this.otherwise).get().doOnCancel(this.cancelled::incrementAndGet);
	}

	int count() {
		synchronized (this) {
			return this.calls.size();
		}
	}

	List<Duration> times() {
		return this.calls.stream().map(Duration::ofNanos).toList();
	}

	/** Virtual, or the test's own. */
	private static long now() {
		return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
	}

	/** A stream that calls this. */
	DefaultAIStreamBuilder builder() {
		DefaultAIStreamBuilder builder = new DefaultAIStreamBuilder();
		builder.provider(new OpenAIProvider())
			.endpoint("http://" + this.name + ".example/")
			.model(this.name + "-model")
			.tokenCounter(TokenCounter.approximate())
			.retry(RetryConfig.defaults().withJitter(0))
			.webClientBuilder(WebClient.builder().exchangeFunction((request) -> call()));
		return builder.clock(FakeTarget::now);
	}

}
