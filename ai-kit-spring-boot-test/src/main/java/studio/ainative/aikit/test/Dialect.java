package studio.ainative.aikit.test;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * How a provider writes an answer.
 *
 * @since 0.1.0
 */
public enum Dialect {

	/** OpenAI's chat completions. */
	OPENAI {

		@Override
		String start() {
			return "";
		}

		@Override
		String token(String text) {
			return chunk("{\"content\":" + json(text) + "}", "null");
		}

		@Override
		String usage(long promptTokens, long completionTokens) {
			return "data: {\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\",\"choices\":[],\"usage\":{\"prompt_tokens\":"
					+ promptTokens + ",\"completion_tokens\":" + completionTokens + ",\"total_tokens\":"
					+ (promptTokens + completionTokens) + "}}\n\n";
		}

		@Override
		String finish() {
			return chunk("{}", "\"stop\"");
		}

		@Override
		String done() {
			return "data: [DONE]\n\n";
		}

		@Override
		String error(String type) {
			return "data: {\"error\":{\"message\":\"A sentence of the provider\",\"type\":" + json(type) + "}}\n\n";
		}

		private static String chunk(String delta, String finishReason) {
			return "data: {\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":" + delta
					+ ",\"finish_reason\":" + finishReason + "}]}\n\n";
		}

	},

	/** OpenAI's Responses. Usage is reported by an event of its own, before the end. */
	OPENAI_RESPONSES {

		@Override
		String start() {
			return response("response.created", "in_progress", "")
					+ event("response.output_item.added",
							"\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\","
									+ "\"role\":\"assistant\",\"status\":\"in_progress\",\"content\":[]}")
					+ event("response.content_part.added",
							"\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,"
									+ "\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}");
		}

		@Override
		String token(String text) {
			return event("response.output_text.delta",
					"\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0,\"delta\":" + json(text)
							+ ",\"logprobs\":[]");
		}

		@Override
		String usage(long promptTokens, long completionTokens) {
			return response("response.in_progress", "in_progress",
					"\"usage\":{\"input_tokens\":" + promptTokens + ",\"output_tokens\":" + completionTokens
							+ ",\"total_tokens\":" + (promptTokens + completionTokens) + "},");
		}

		@Override
		String finish() {
			return event("response.output_item.done",
					"\"output_index\":0,\"item\":{\"id\":\"msg_1\",\"type\":\"message\","
							+ "\"role\":\"assistant\",\"status\":\"completed\",\"content\":[]}");
		}

		@Override
		String done() {
			return response("response.completed", "completed", "");
		}

		@Override
		String error(String type) {
			return event("error",
					"\"code\":" + json(type) + ",\"message\":\"A sentence of the provider\",\"param\":null");
		}

		private static String response(String type, String status, String fields) {
			return event(type, "\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"model\":\"gpt-4o\"," + fields
					+ "\"status\":\"" + status + "\",\"output\":[]}");
		}

	},

	/** Anthropic's messages. */
	ANTHROPIC {

		@Override
		String start() {
			return event("message_start",
					"\"message\":{\"id\":\"msg_1\",\"model\":\"claude-sonnet-4-5\",\"content\":[],"
							+ "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}")
					+ event("content_block_start", "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}");
		}

		@Override
		String token(String text) {
			return event("content_block_delta",
					"\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + json(text) + "}");
		}

		@Override
		String usage(long promptTokens, long completionTokens) {
			return event("message_delta", "\"delta\":{},\"usage\":{\"input_tokens\":" + promptTokens
					+ ",\"output_tokens\":" + completionTokens + "}");
		}

		@Override
		String finish() {
			return event("content_block_stop", "\"index\":0") + event("message_delta",
					"\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}");
		}

		@Override
		String done() {
			return event("message_stop", null);
		}

		@Override
		String error(String type) {
			return event("error", "\"error\":{\"type\":" + json(type) + ",\"message\":\"A sentence of the provider\"}");
		}

	},

	/** AI Kit's own. */
	AI_KIT {

		@Override
		String start() {
			return "event: start\ndata: {\"timestamp\":\"2026-01-31T12:00:00.000Z\"}\n\n";
		}

		@Override
		String token(String text) {
			return "event: token\ndata: {\"token\":" + json(text) + "}\n\n";
		}

		@Override
		String usage(long promptTokens, long completionTokens) {
			return "event: usage\ndata: {\"promptTokens\":" + promptTokens + ",\"completionTokens\":" + completionTokens
					+ ",\"totalTokens\":" + (promptTokens + completionTokens) + "}\n\n";
		}

		@Override
		String finish() {
			return "";
		}

		@Override
		String done() {
			return "event: done\ndata: {\"timestamp\":\"2026-01-31T12:00:01.000Z\",\"outcome\":\"complete\"}\n\n";
		}

		@Override
		String error(String type) {
			return "event: error\ndata: {\"error\":\"A sentence\",\"code\":" + json(type) + "}\n\n";
		}

	};

	abstract String start();

	abstract String token(String text);

	abstract String usage(long promptTokens, long completionTokens);

	abstract String finish();

	abstract String done();

	abstract String error(String type);

	/** An event whose data says its name too. */
	static String event(String type, @Nullable String fields) {
		return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + ((fields != null) ? "," + fields : "")
				+ "}\n\n";
	}

	static String json(String text) {
		StringBuilder json = new StringBuilder("\"");
		for (int position = 0; position < text.length(); position++) {
			char character = text.charAt(position);
			if (character == '"' || character == '\\') {
				json.append('\\').append(character);
			}
			else if (character < ' ') {
				json.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
			}
			else {
				json.append(character);
			}
		}
		return json.append('"').toString();
	}

}
