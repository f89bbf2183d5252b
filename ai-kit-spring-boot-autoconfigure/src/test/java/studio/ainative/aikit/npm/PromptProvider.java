package studio.ainative.aikit.npm;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider on loopback in OpenAI's format that does what the first word of the last
 * message says.
 */
final class PromptProvider implements AutoCloseable {

	/** Heartbeats come in between. */
	static final Duration PAUSE = Duration.ofMillis(10);

	private static final String USAGE = "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}";

	private static final String END = chunk("\"delta\":{},\"finish_reason\":\"stop\"")
			+ "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[]," + USAGE + "}\n\ndata: [DONE]\n\n";

	private final Set<String> tried = ConcurrentHashMap.newKeySet();

	/** Answers that are being written. */
	final AtomicInteger open = new AtomicInteger();

	private final LoopResources loops = LoopResources.create("prompt-provider", 1, true);

	private final DisposableServer server;

	PromptProvider() {
		this.server = HttpServer.create()
			.runOn(this.loops)
			.host("localhost")
			.port(0)
			.route((routes) -> routes.post("/v1/chat/completions",
					(request, response) -> request.receive()
						.aggregate()
						.asString()
						.flatMap((body) -> Mono.from(answer(JsonMapper.shared().readTree(body), response)))))
			.bindNow();
	}

	String endpoint() {
		return "http://localhost:" + this.server.port() + "/v1/chat/completions";
	}

	private Publisher<Void> answer(JsonNode request, HttpServerResponse response) {
		JsonNode messages = request.path("messages");
		String prompt = messages.path(messages.size() - 1).path("content").asString();
		return switch (prompt.split("[ \n]", -1)[0]) {
			case "reasoning" -> stream(response, "{\"reasoning_content\":\"Hm\"}", "{\"reasoning_content\":\".\"}",
					"{\"content\":\"Hel\"}", "{\"content\":\"lo\"}");
			case "tool" -> stream(response, "{\"content\":\"Let me see.\"}",
					call("\"id\":\"call_1\",", "\"name\":\"weather\",", ""), call("", "", "{\\\"city\\\":"),
					call("", "", "\\\"Bern\\\"}"));
			case "result:" -> stream(response, "{\"content\":\"" + prompt.replace("\"", "'") + "\"}");
			case "refused" -> fail(response.status(400), "{\"error\":{\"message\":\"canary\"}}");
			case "limit" -> fail(response.status(429).header("Retry-After", "3600"), "{}");
			case "retry" ->
				this.tried.add(prompt) ? response.status(503).send() : stream(response, "{\"content\":\"Hello\"}");
			case "midway" -> send(response, Flux.just(chunk("\"delta\":{\"content\":\"Hel\"}"),
					"data: {\"error\":{\"message\":\"canary\"}}\n\n"));
			case "cut" -> send(response, Flux.just(chunk("\"delta\":{\"content\":\"Hel\"}")));
			case "slow" ->
				send(response, Flux.concat(Flux.just(chunk("\"delta\":{\"content\":\"Hel\"}")), Flux.never()));
			case "words" -> stream(response, "{\"content\":\"I read the file.\"}");
			default -> stream(response, "{\"content\":\"Hel\"}", "{\"content\":\"lo\"}");
		};
	}

	/** Deltas one by one, and the end. */
	private Publisher<Void> stream(HttpServerResponse response, String... deltas) {
		return send(response, Flux.range(0, deltas.length + 1)
			.map((i) -> (i < deltas.length) ? chunk("\"delta\":" + deltas[i]) : END));
	}

	private static Publisher<Void> fail(HttpServerResponse response, String body) {
		return response.sendString(Mono.just(body).delayElement(PAUSE));
	}

	private Publisher<Void> send(HttpServerResponse response, Flux<String> chunks) {
		Flux<ByteBuf> bytes = chunks.delayElements(PAUSE)
			.doOnSubscribe((subscription) -> this.open.incrementAndGet())
			.doFinally((signal) -> this.open.decrementAndGet())
			.map((chunk) -> Unpooled.copiedBuffer(chunk, StandardCharsets.UTF_8));
		return response.sse().send(bytes, (buffer) -> true);
	}

	private static String call(String id, String name, String arguments) {
		return "{\"tool_calls\":[{\"index\":0," + id + "\"function\":{" + name + "\"arguments\":\"" + arguments
				+ "\"}}]}";
	}

	private static String chunk(String choice) {
		return "data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0," + choice + "}]}\n\n";
	}

	@Override
	public void close() {
		this.server.disposeNow();
		this.loops.dispose();
	}

}
