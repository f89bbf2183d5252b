package studio.ainative.aikit.provider.anthropic;

import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.wire.Json;

/**
 * The usage of one message. Every report of the API is cumulative: a field replaces what
 * it said before, and a field that is absent leaves it. So does a zero, which gateways
 * send for what they don't know, unless the prompt came from the cache.
 */
final class AnthropicUsage {

	private long input;

	private long cacheRead;

	private long cacheWrite;

	private long output;

	private long reasoning;

	StreamEvent.UsageReport update(JsonNode usage) {
		long read = Json.count(usage, "cache_read_input_tokens", 0);
		long write = Json.count(usage, "cache_creation_input_tokens", 0);
		long input = first(usage, "input_tokens", "prompt_tokens");
		if (input > 0 || (input == 0 && read + write > 0)) {
			this.input = input;
		}
		this.cacheRead = known(read, this.cacheRead);
		this.cacheWrite = known(write, this.cacheWrite);
		this.output = known(first(usage, "output_tokens", "completion_tokens"), this.output);
		JsonNode details = Json.object(usage, "output_tokens_details");
		this.reasoning = known(Json.count(details, "thinking_tokens", 0), this.reasoning);
		// The API's input_tokens are those that neither came from the cache nor went
		// there.
		long prompt = this.input + this.cacheRead + this.cacheWrite;
		return new StreamEvent.UsageReport(new Usage(prompt, this.output, prompt + this.output, this.cacheRead,
				this.cacheWrite, this.reasoning, false));
	}

	/** A count, where it is left out by the word of gateways, -1 if that is as well. */
	private static long first(JsonNode usage, String name, String otherName) {
		return Json.count(usage, name, Json.count(usage, otherName, -1));
	}

	private static long known(long told, long before) {
		return (told > 0) ? told : before;
	}

}
