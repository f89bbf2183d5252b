package studio.ainative.aikit.provider.openai;

import java.math.BigDecimal;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.wire.Json;

/**
 * Reads the usage out of chunks. It stands beside the choices, in one of them (Moonshot),
 * or in {@code x_groq}, and servers differ in what they call a count, and where in the
 * usage they put it. What a report leaves out or says to be zero stays as it was.
 */
final class OpenAIUsage {

	private long prompt;

	private long completion;

	private long cached;

	private long cacheWrite;

	private long reasoning;

	/**
	 * Read what a chunk says.
	 * @param chunk the chunk
	 * @param sink takes a report from each place
	 */
	void read(JsonNode chunk, Consumer<StreamEvent.UsageReport> sink) {
		readPlace(chunk, sink);
		readPlace(Json.object(chunk, "x_groq"), sink);
		for (JsonNode choice : Json.elements(chunk, "choices")) {
			readPlace(choice, sink);
			readPlace(Json.object(choice, "delta"), sink);
		}
	}

	private void readPlace(@Nullable JsonNode place, Consumer<StreamEvent.UsageReport> sink) {
		JsonNode usage = (place != null) ? Json.object(place, "usage") : null;
		if (usage != null) {
			sink.accept(new StreamEvent.UsageReport(usage(usage), cost(usage)));
		}
	}

	private Usage usage(JsonNode usage) {
		JsonNode promptDetails = details(usage, "prompt_tokens_details", "input_tokens_details");
		JsonNode completionDetails = details(usage, "completion_tokens_details", "output_tokens_details");
		long prompt = first(usage, "prompt_tokens", "input_tokens");
		long completion = first(usage, "completion_tokens", "output_tokens");
		if (prompt + completion == 0) {
			return Usage.NONE;
		}
		this.prompt = known(prompt, this.prompt);
		this.completion = known(completion, this.completion);
		// DeepSeek and Moonshot tell it beside the details, Anthropic's words come by
		// gateways.
		this.cached = known(
				known(first(promptDetails, "cached_tokens"),
						first(usage, "prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens")),
				this.cached);
		this.cacheWrite = known(known(first(promptDetails, "cache_write_tokens", "cache_creation_tokens"),
				first(usage, "cache_creation_input_tokens")), this.cacheWrite);
		this.reasoning = known(first(completionDetails, "reasoning_tokens"), this.reasoning);
		long total = known(first(usage, "total_tokens"), this.prompt + this.completion);
		return new Usage(this.prompt, this.completion, total, this.cached, this.cacheWrite, this.reasoning, false);
	}

	private static @Nullable JsonNode details(JsonNode usage, String name, String otherName) {
		JsonNode details = Json.object(usage, name);
		return (details != null) ? details : Json.object(usage, otherName);
	}

	/** The first of these counts that is not zero. */
	private static long first(@Nullable JsonNode node, String... names) {
		for (String name : names) {
			long count = Json.count(node, name, 0);
			if (count > 0) {
				return count;
			}
		}
		return 0;
	}

	private static long known(long told, long before) {
		return (told > 0) ? told : before;
	}

	/**
	 * The price where a server tells it: OpenRouter in {@code cost}, Perplexity in
	 * {@code cost.total_cost}, both in US dollars.
	 */
	private static @Nullable Cost cost(JsonNode usage) {
		JsonNode cost = Json.object(usage, "cost");
		BigDecimal amount = (cost != null) ? Json.amount(cost, "total_cost") : Json.amount(usage, "cost");
		return (amount != null) ? new Cost(amount, "USD") : null;
	}

}
