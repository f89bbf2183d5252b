package studio.ainative.aikit.client;

import java.time.Duration;

import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

/**
 * The ways in which a model calls tools.
 */
public enum ToolProvider {

	OPENAI(Dialect.OPENAI) {

		@Override
		Provider provider() {
			return new OpenAIProvider();
		}

		@Override
		public String call(int index, String id, String name, String arguments) {
			return "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":"
					+ index + ",\"id\":\"" + id + "\",\"type\":\"function\",\"function\":{\"name\":\"" + name
					+ "\",\"arguments\":\"\"}}]}}]}\n\n"
					+ "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":"
					+ index + ",\"function\":{\"arguments\":" + quote(arguments) + "}}]}}]}\n\n";
		}

		@Override
		String end(String reason, int promptTokens, int completionTokens) {
			return "data: {\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason
					+ "\"}]}\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":" + promptTokens
					+ ",\"completion_tokens\":" + completionTokens + "}}\n\ndata: [DONE]\n\n";
		}

	},

	RESPONSES(Dialect.OPENAI_RESPONSES) {

		@Override
		Provider provider() {
			return new OpenAIResponsesProvider();
		}

		@Override
		String begin() {
			return event("response.created",
					",\"response\":{\"id\":\"resp_1\",\"object\":\"response\","
							+ "\"status\":\"in_progress\",\"output\":[]}")
					+ event("response.output_item.done", ",\"output_index\":0,\"item\":{\"id\":\"rs_1\","
							+ "\"type\":\"reasoning\",\"summary\":[],\"encrypted_content\":\"s1\"}");
		}

		@Override
		public String call(int index, String id, String name, String arguments) {
			String item = ",\"output_index\":" + (index + 1) + ",\"item\":{\"id\":\"fc_" + index
					+ "\",\"type\":\"function_call\",\"call_id\":\"" + id + "\",\"name\":\"" + name
					+ "\",\"arguments\":";
			return event("response.output_item.added", item + "\"\"}")
					+ event("response.function_call_arguments.delta",
							",\"output_index\":" + (index + 1) + ",\"item_id\":\"fc_" + index + "\",\"delta\":"
									+ quote(arguments))
					+ event("response.output_item.done", item + quote(arguments) + "}");
		}

		@Override
		String end(String reason, int promptTokens, int completionTokens) {
			return event("response.completed",
					",\"response\":{\"id\":\"resp_1\",\"object\":\"response\","
							+ "\"status\":\"completed\",\"usage\":{\"input_tokens\":" + promptTokens
							+ ",\"output_tokens\":" + completionTokens + "}}");
		}

	},

	ANTHROPIC(Dialect.ANTHROPIC) {

		@Override
		Provider provider() {
			return new AnthropicProvider();
		}

		@Override
		String begin() {
			return event("message_start",
					",\"message\":{\"id\":\"msg_1\",\"model\":\"claude\",\"content\":[],"
							+ "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}")
					+ event("content_block_start",
							",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
					+ event("content_block_delta",
							",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Hm.\"}")
					+ event("content_block_delta",
							",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"s1\"}")
					+ event("content_block_stop", ",\"index\":0");
		}

		@Override
		public String call(int index, String id, String name, String arguments) {
			int block = index + 1;
			return event("content_block_start",
					",\"index\":" + block + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"" + id
							+ "\",\"name\":\"" + name + "\",\"input\":{}}")
					+ event("content_block_delta", ",\"index\":" + block
							+ ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":" + quote(arguments) + "}")
					+ event("content_block_stop", ",\"index\":" + block);
		}

		@Override
		String end(String reason, int promptTokens, int completionTokens) {
			String word = reason.equals("tool_calls") ? "tool_use" : reason.equals("length") ? "max_tokens" : reason;
			return event("message_delta", ",\"delta\":{\"stop_reason\":\"" + word + "\"},\"usage\":{\"input_tokens\":"
					+ promptTokens + ",\"output_tokens\":" + completionTokens + "}") + event("message_stop", "");
		}

	};

	private final Dialect dialect;

	ToolProvider(Dialect dialect) {
		this.dialect = dialect;
	}

	abstract Provider provider();

	String begin() {
		return "";
	}

	/**
	 * A call, as a part of a round.
	 * @param index which of the round's, from 0
	 * @param id the call's id
	 * @param name the tool's name
	 * @param arguments what the model writes as arguments
	 * @return the events
	 */
	public abstract String call(int index, String id, String name, String arguments);

	abstract String end(String reason, int promptTokens, int completionTokens);

	static String event(String type, String fields) {
		return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + fields + "}\n\n";
	}

	static String quote(String text) {
		return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
	}

	ScriptedServer start() {
		return ScriptedServer.start(this.dialect);
	}

	/**
	 * A round with one call.
	 * @param server makes it
	 * @param id the call's id
	 * @param name the tool's name
	 * @param arguments what the model writes as arguments
	 */
	public void respondCall(ScriptedServer server, String id, String name, String arguments) {
		respond(server, "tool_calls", call(0, id, name, arguments));
	}

	/** A round with calls. */
	void respond(ScriptedServer server, String reason, String... calls) {
		server.respond().raw(begin() + String.join("", calls) + end(reason, 10, 5)).thenEnd();
	}

	/** A stream with one tool. */
	AIStream.Builder weather(ScriptedServer server, ToolFunction weather) {
		return builder(server).tool("weather", "Tells the weather.",
				"{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}", weather);
	}

	AIStream.Builder builder(ScriptedServer server) {
		return AIStream.builder()
			.provider(provider())
			.endpoint(server.uri())
			.apiKey("a-key")
			.model("a-model")
			.retry(RetryConfig.defaults().withDelay(Duration.ofMillis(1), Duration.ofMillis(1)));
	}

}
