package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import reactor.core.publisher.Flux;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider on loopback whose answers come at their own pace. Who asks for {@code x}
 * gets the tokens {@code x-0}, {@code x-1} and so on.
 */
final class PacedProvider implements AutoCloseable {

	private static final String END = """
			data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

			data: [DONE]

			""";

	private final Map<String, Integer> calls = new ConcurrentHashMap<>();

	/** Of its own: an application context that closes takes the shared ones along. */
	private final LoopResources loops = LoopResources.create("paced-provider", 1, true);

	private final DisposableServer server;

	private volatile int tokens;

	private volatile Duration interval;

	private PacedProvider() {
		this.server = HttpServer.create()
			.runOn(this.loops)
			.host("localhost")
			.port(0)
			.route((routes) -> routes.post("/v1/chat/completions",
					(request, response) -> response.sse()
						.sendString(request.receive().aggregate().asString().flatMapMany(this::called))))
			.bindNow();
	}

	static PacedProvider start() {
		return new PacedProvider();
	}

	/** How answers look from now on. */
	void answer(int tokens, Duration interval) {
		this.tokens = tokens;
		this.interval = interval;
	}

	String endpoint() {
		return "http://localhost:" + this.server.port() + "/v1/chat/completions";
	}

	/** How often each question was asked. */
	Map<String, Integer> calls() {
		return this.calls;
	}

	private Flux<String> called(String body) {
		String question = question(JsonMapper.shared().readTree(body));
		this.calls.merge(question, 1, Integer::sum);
		return Flux.interval(Duration.ZERO, this.interval)
			.onBackpressureBuffer()
			.take(this.tokens)
			.map((i) -> "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + question + "-" + i
					+ "\"}}]}\n\n")
			.concatWithValues(END);
	}

	private static String question(JsonNode request) {
		JsonNode messages = request.get("messages");
		return messages.get(messages.size() - 1).get("content").asString();
	}

	@Override
	public void close() {
		this.server.disposeNow();
		this.loops.dispose();
	}

}
