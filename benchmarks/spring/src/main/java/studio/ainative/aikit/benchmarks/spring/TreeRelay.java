package studio.ainative.aikit.benchmarks.spring;

import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.benchmarks.harness.Format;

/**
 * One answer of a provider on its way through a tree of Jackson's.
 */
final class TreeRelay {

	private final JsonMapper mapper;

	private long index;

	private TreeRelay(JsonMapper mapper) {
		this.mapper = mapper;
	}

	static Flux<ServerSentEvent<Map<String, Object>>> stream(WebClient client, String sourceUrl, JsonMapper mapper) {
		return Flux.defer(() -> {
			TreeRelay relay = new TreeRelay(mapper);
			return WebClients.post(client, sourceUrl + Format.OPENAI.path())
				.bodyToFlux(WebClientTree.EVENT)
				.handle(relay::read)
				.concatWith(Mono.fromSupplier(relay::done));
		});
	}

	private void read(ServerSentEvent<String> event, SynchronousSink<ServerSentEvent<Map<String, Object>>> sink) {
		String data = event.data();
		if (data == null || data.equals("[DONE]")) {
			return;
		}
		JsonNode node = this.mapper.readTree(data);
		String text = node.path("choices").path(0).path("delta").path("content").asString("");
		JsonNode usage = node.path("usage");
		if (!text.isEmpty()) {
			sink.next(StockEvents.event("token", this.index + 1, StockEvents.token(text, this.index)));
			this.index++;
		}
		else if (usage.isObject()) {
			sink.next(StockEvents.event("usage", this.index + 1,
					StockEvents.usage(usage.path("prompt_tokens").asLong(), usage.path("completion_tokens").asLong())));
		}
	}

	private ServerSentEvent<Map<String, Object>> done() {
		return StockEvents.event("done", this.index + 2, StockEvents.done());
	}

}
