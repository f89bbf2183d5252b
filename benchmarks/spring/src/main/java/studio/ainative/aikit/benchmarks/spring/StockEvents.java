package studio.ainative.aikit.benchmarks.spring;

import java.time.Instant;
import java.util.Map;

import reactor.core.publisher.Flux;

import org.springframework.http.codec.ServerSentEvent;

import studio.ainative.aikit.benchmarks.harness.Payloads;

/**
 * AI Kit's events as an application writes them without AI Kit: a map for each.
 */
final class StockEvents {

	private StockEvents() {
	}

	static Flux<ServerSentEvent<Map<String, Object>>> of(Flux<String> tokens, int count) {
		return tokens.index()
			.map((token) -> event("token", token.getT1() + 1, token(token.getT2(), token.getT1())))
			.concatWith(Flux.defer(() -> Flux.just(event("usage", count + 1, usage(Payloads.PROMPT_TOKENS, count)),
					event("done", count + 2, done()))));
	}

	static ServerSentEvent<Map<String, Object>> event(String name, long id, Map<String, Object> data) {
		return ServerSentEvent.builder(data).event(name).id(String.valueOf(id)).build();
	}

	static Map<String, Object> token(String text, long index) {
		return Map.of("token", text, "index", index);
	}

	static Map<String, Object> usage(long promptTokens, long completionTokens) {
		return Map.of("promptTokens", promptTokens, "completionTokens", completionTokens, "totalTokens",
				promptTokens + completionTokens);
	}

	static Map<String, Object> done() {
		return Map.of("timestamp", Instant.now().toString());
	}

}
