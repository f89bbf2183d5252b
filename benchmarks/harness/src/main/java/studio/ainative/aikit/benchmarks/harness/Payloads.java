package studio.ainative.aikit.benchmarks.harness;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer that every peer must come to, and how the providers send it.
 */
public final class Payloads {

	/** What the usage says of the prompt. */
	public static final int PROMPT_TOKENS = 25;

	private static final String[] WORDS = { "The", " stream", " of", " tokens", " is", " read", " as", " it",
			" arrives", ",", " and", " the", " client", " shows", " each", " part", " at", " once", ".", " A",
			" server", " must", " not", " hold", " what", " it", " can", " send", ";", " it", " flush", "es", " the",
			" frame", " and", " goes", " on", ".\n\n", "##", " Notes", "\n", "-", " \"quoted\"", " text", " costs",
			" an", " escape", "\n", "1", ".", " caf\u00e9", " na\u00efve", " \u2014", " \u65e5\u672c", " \ud83d\ude00",
			" code", ":", " `", "x", " =", " y", "\\", "n", "`", " in", " lines", " respons", "ibly", " measured",
			" again", " and", " again", " until", " the", " number", " holds", " still", "." };

	private static final String ITEM = "msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654";

	/** OpenAI hides how long a token is by up to so many characters beside it. */
	private static final String PADDING = "q8ZsW3nRk0aT7yLx";

	private Payloads() {
	}

	/**
	 * The tokens of an answer, the same each time.
	 * @param count how many
	 * @return the tokens
	 */
	public static String[] tokens(int count) {
		String[] tokens = new String[count];
		int seed = 17;
		for (int i = 0; i < count; i++) {
			seed = seed * 1103515245 + 12345;
			tokens[i] = WORDS[(i + ((seed >>> 16) & 3)) % WORDS.length];
		}
		return tokens;
	}

	/**
	 * The text of an answer.
	 * @param count how many tokens it has
	 * @return the text
	 */
	public static String text(int count) {
		return String.join("", tokens(count));
	}

	/**
	 * An answer as its provider sends it.
	 * @param format the provider's format
	 * @param count how many tokens it has
	 * @return the events, each with its blank line
	 */
	public static byte[][] frames(Format format, int count) {
		List<String> frames = new ArrayList<>(count + 8);
		frames.addAll(before(format));
		String[] tokens = tokens(count);
		for (int i = 0; i < count; i++) {
			frames.add(token(format, tokens[i], i));
		}
		frames.addAll(after(format, count));
		return frames.stream().map((frame) -> frame.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
	}

	/**
	 * An answer as its provider sends it.
	 * @param format the provider's format
	 * @param count how many tokens it has
	 * @return the body
	 */
	public static byte[] body(Format format, int count) {
		return concat(List.of(frames(format, count)));
	}

	/** What is sent before the first token. */
	static List<String> before(Format format) {
		return switch (format) {
			case OPENAI ->
				List.of(openAi("[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},"
						+ "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null"));
			case RESPONSES -> List.of(response("response.created", "in_progress", "null"),
					response("response.in_progress", "in_progress", "null"),
					named("response.output_item.added",
							",\"sequence_number\":2,\"output_index\":0,\"item\":{\"id\":\"" + ITEM
									+ "\",\"type\":\"message\",\"status\":\"in_progress\",\"content\":[],"
									+ "\"role\":\"assistant\"}"),
					named("response.content_part.added",
							",\"sequence_number\":3,\"item_id\":\"" + ITEM
									+ "\",\"output_index\":0,\"content_index\":0,\"part\":{\"type\":\"output_text\","
									+ "\"annotations\":[],\"logprobs\":[],\"text\":\"\"}"));
			case ANTHROPIC -> List.of(
					named("message_start",
							",\"message\":{\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\",\"type\":\"message\","
									+ "\"role\":\"assistant\",\"model\":\"claude-sonnet-4-20250514\",\"content\":[],"
									+ "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":"
									+ PROMPT_TOKENS + ",\"cache_creation_input_tokens\":0,"
									+ "\"cache_read_input_tokens\":0,\"output_tokens\":1}}"),
					named("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
					named("ping", ""));
			case AIKIT -> List.of("event: start\ndata: {\"timestamp\":\"2026-01-01T00:00:00.000Z\"}\n\n");
		};
	}

	/** A token as the provider sends it. */
	static String token(Format format, String text, int index) {
		return switch (format) {
			case OPENAI -> openAi("[{\"index\":0,\"delta\":{\"content\":" + quote(text)
					+ "},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null");
			case RESPONSES -> named("response.output_text.delta", ",\"sequence_number\":" + (index + 4)
					+ ",\"item_id\":\"" + ITEM + "\",\"output_index\":0,\"content_index\":0,\"delta\":" + quote(text)
					+ ",\"logprobs\":[],\"obfuscation\":\"" + PADDING.substring(0, index % PADDING.length()) + "\"");
			case ANTHROPIC -> named("content_block_delta",
					",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + quote(text) + "}");
			case AIKIT -> "event: token\nid: " + (index + 1) + "\ndata: {\"token\":" + quote(text) + ",\"index\":"
					+ index + "}\n\n";
		};
	}

	/** What is sent after the last token. */
	static List<String> after(Format format, int count) {
		return switch (format) {
			case OPENAI -> List.of(
					openAi("[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":null"),
					openAi("[],\"usage\":{\"prompt_tokens\":" + PROMPT_TOKENS + ",\"completion_tokens\":" + count
							+ ",\"total_tokens\":" + (PROMPT_TOKENS + count)
							+ ",\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
							+ "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
							+ "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}"),
					"data: [DONE]\n\n");
			case RESPONSES -> {
				String part = "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":"
						+ quote(text(count)) + "}";
				String place = ",\"item_id\":\"" + ITEM + "\",\"output_index\":0,\"content_index\":0";
				String item = "{\"id\":\"" + ITEM + "\",\"type\":\"message\",\"status\":\"completed\",\"content\":["
						+ part + "],\"role\":\"assistant\"}";
				yield List.of(
						named("response.output_text.done",
								",\"sequence_number\":" + (count + 4) + place + ",\"text\":" + quote(text(count))
										+ ",\"logprobs\":[]"),
						named("response.content_part.done",
								",\"sequence_number\":" + (count + 5) + place + ",\"part\":" + part),
						named("response.output_item.done",
								",\"sequence_number\":" + (count + 6) + ",\"output_index\":0,\"item\":" + item),
						response("response.completed", "completed",
								"{\"input_tokens\":" + PROMPT_TOKENS
										+ ",\"input_tokens_details\":{\"cached_tokens\":0},\"output_tokens\":" + count
										+ ",\"output_tokens_details\":{\"reasoning_tokens\":0},\"total_tokens\":"
										+ (PROMPT_TOKENS + count) + "}"));
			}
			case ANTHROPIC -> List.of(named("content_block_stop", ",\"index\":0"),
					named("message_delta", ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
							+ "\"usage\":{\"output_tokens\":" + count + "}"),
					named("message_stop", ""));
			case AIKIT -> List.of("event: usage\nid: " + (count + 1) + "\ndata: {\"promptTokens\":" + PROMPT_TOKENS
					+ ",\"completionTokens\":" + count + ",\"totalTokens\":" + (PROMPT_TOKENS + count) + "}\n\n",
					"event: done\ndata: {\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"outcome\":\"complete\"}\n\n");
		};
	}

	private static String openAi(String choicesAndUsage) {
		return "data: {\"id\":\"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG\",\"object\":\"chat.completion.chunk\","
				+ "\"created\":1741570283,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\","
				+ "\"system_fingerprint\":\"fp_44added55e\",\"choices\":" + choicesAndUsage + "}\n\n";
	}

	/**
	 * The output is left out of what OpenAI sends at the end: the text was told thrice.
	 */
	private static String response(String type, String status, String usage) {
		return named(type, ",\"response\":{\"id\":\"resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654\","
				+ "\"object\":\"response\",\"created_at\":1741290958,\"status\":\"" + status
				+ "\",\"error\":null,\"incomplete_details\":null,\"model\":\"gpt-4.1-2025-04-14\",\"output\":[],"
				+ "\"parallel_tool_calls\":true,\"store\":false,\"tool_choice\":\"auto\",\"tools\":[],\"usage\":"
				+ usage + "}");
	}

	private static String named(String type, String fields) {
		return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + fields + "}\n\n";
	}

	static String quote(String text) {
		StringBuilder json = new StringBuilder(text.length() + 8).append('"');
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			switch (character) {
				case '"' -> json.append("\\\"");
				case '\\' -> json.append("\\\\");
				case '\n' -> json.append("\\n");
				default -> json.append(character);
			}
		}
		return json.append('"').toString();
	}

	static byte[] concat(Iterable<byte[]> parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			all.writeBytes(part);
		}
		return all.toByteArray();
	}

}
