package studio.ainative.aikit.format.aikit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.SSEEventType;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.JsonText;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * AI Kit's own format, that of the npm package's {@code streaming} module. Each
 * {@code data} is one line of JSON:
 *
 * <pre>
 * event: start      data: {"timestamp":"2026-01-31T12:00:00.000Z"}
 * event: token      data: {"token":"Hel","index":0}
 * event: usage      data: {"promptTokens":9,"completionTokens":2,"totalTokens":11,"usage":{…}}
 * event: metadata   data: {"model":"gpt-4o", …}
 * event: error      data: {"error":"…","code":"RATE_LIMIT","details":{…}}
 * event: retry      data: {"attempt":1,"delay":1000,"discardedTokens":12}
 * event: done       data: {"timestamp":"…","outcome":"complete"}
 * </pre>
 *
 * The counts stand in {@code usage} a second time because the npm package's client reads
 * them there and its server writes them outside. Reasoning travels as metadata
 * {@code {"reasoning":"…"}}, a piece of a tool call as
 * {@code {"toolCall":{"index":0,"id":"…","name":"…","arguments":"…"}}}, with
 * {@code "handled":true} where AI Kit makes the call itself; what came of that as
 * {@code {"toolResult":{"callId":"…","name":"…","result":"…"}}}, with
 * {@code "failed":true} where it failed; what a provider wants back with its reasoning as
 * {@code {"reasoningEnd":{"provider":"…","data":{…}}}}.
 * <p>
 * All events but {@code start} and {@code done} have an id: their number, from 1. That is
 * unique in a stream, as ids must be, and it rises without gaps, so a reader that comes
 * back with {@code Last-Event-ID} says how far it got, on whatever node it arrives and
 * whatever its clock. The npm package's {@code msg-TIME-COUNT} says no more to a reader
 * and does not sort. {@code start} and {@code done} have none: they are no part of the
 * answer, and a reader who has only them has got nowhere.
 * <p>
 * The {@code start} of an answer that can be read again has the id 0 and tells the
 * answer's id, {@code {"timestamp":"…","streamId":"…"}}; a {@code retry:} line of one
 * second precedes it.
 *
 * @since 0.1.0
 */
public final class AiKitWireFormat implements WireFormat {

	private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
		.withZone(ZoneOffset.UTC);

	private final Encoder encoder;

	/**
	 * Make the format.
	 * @param jsonMapper what writes metadata and details of errors
	 */
	public AiKitWireFormat(JsonMapper jsonMapper) {
		// A mapper that indents would make many lines of one
		this.encoder = new JsonEncoder(jsonMapper.writer().without(SerializationFeature.INDENT_OUTPUT));
	}

	@Override
	public String name() {
		return "ai-kit";
	}

	@Override
	public Encoder encoder() {
		return this.encoder;
	}

	/**
	 * Each event is written without regard to others, and has its number as its id.
	 * @return {@code true}
	 */
	@Override
	public boolean isResumableAfterEvents() {
		return true;
	}

	/**
	 * Without state: one is enough for all responses.
	 */
	private static final class JsonEncoder implements Encoder {

		/** Who loses the connection comes again soon. */
		private static final Frame RETRY = Frame.retry(Duration.ofSeconds(1));

		/** The id of the start: who has no more reads all events. */
		private static final String BEFORE_ALL = "0";

		private static final byte[] TOKEN_ID = ascii("event: token\nid: ");

		private static final byte[] TOKEN_TEXT = ascii("\ndata: {\"token\":");

		private static final byte[] TOKEN_INDEX = ascii(",\"index\":");

		private static final byte[] TOKEN_END = ascii("}\n\n");

		private final ObjectWriter writer;

		JsonEncoder(ObjectWriter writer) {
			this.writer = writer;
		}

		@Override
		public void start(Opening opening, Consumer<Frame> frames) {
			String data = "{\"timestamp\":\"" + TIMESTAMP.format(opening.timestamp()) + "\"";
			if (opening.isResumable()) {
				frames.accept(RETRY);
				data += ",\"streamId\":\"" + opening.answerId() + "\"";
			}
			frames
				.accept(Frame.of(SSEEventType.START.wireName(), opening.isResumable() ? BEFORE_ALL : null, data + "}"));
		}

		@Override
		public void event(StreamEvent event, long number, Consumer<Frame> frames) {
			frames.accept(Frame.of(event.type().wireName(), Long.toString(number), data(event)));
		}

		/** Nearly all events are tokens: their frames are written without a detour. */
		@Override
		public void event(StreamEvent event, long number, SseEncoder encoder) {
			if (event instanceof StreamEvent.Token token && token.choice() == 0) {
				encoder.buffer()
					.write(TOKEN_ID)
					.write(number)
					.write(TOKEN_TEXT)
					.writeJson(token.text())
					.write(TOKEN_INDEX)
					.write(token.index())
					.write(TOKEN_END);
			}
			else {
				Encoder.super.event(event, number, encoder);
			}
		}

		@Override
		public void done(Instant timestamp, Outcome outcome, Consumer<Frame> frames) {
			String data = "{\"timestamp\":\"" + TIMESTAMP.format(timestamp) + "\",\"outcome\":\"" + outcome.wireName()
					+ "\"}";
			frames.accept(Frame.of(SSEEventType.DONE.wireName(), null, data));
		}

		private static byte[] ascii(String text) {
			return text.getBytes(StandardCharsets.US_ASCII);
		}

		private String data(StreamEvent event) {
			if (event instanceof StreamEvent.Token token) {
				return token(token);
			}
			if (event instanceof StreamEvent.Reasoning reasoning) {
				return reasoning(reasoning);
			}
			if (event instanceof StreamEvent.ToolCall call) {
				return toolCall(call);
			}
			if (event instanceof StreamEvent.ToolResult result) {
				return toolResult(result);
			}
			if (event instanceof StreamEvent.ReasoningEnd end) {
				return reasoningEnd(end);
			}
			if (event instanceof StreamEvent.UsageReport report) {
				return usage(report.usage(), report.cost());
			}
			if (event instanceof StreamEvent.Metadata metadata) {
				return json(metadata.values());
			}
			if (event instanceof StreamEvent.ErrorEvent error) {
				return error(error);
			}
			if (event instanceof StreamEvent.Retry retry) {
				return retry(retry);
			}
			throw new IllegalArgumentException("Unknown event " + event.getClass().getName());
		}

		private static String token(StreamEvent.Token token) {
			StringBuilder json = new StringBuilder(token.text().length() + 32).append("{\"token\":");
			JsonText.quote(json, token.text());
			json.append(",\"index\":").append(token.index());
			return closeWithChoice(json, token.choice());
		}

		private static String reasoning(StreamEvent.Reasoning reasoning) {
			StringBuilder json = new StringBuilder(reasoning.text().length() + 32).append("{\"reasoning\":");
			JsonText.quote(json, reasoning.text());
			return closeWithChoice(json, reasoning.choice());
		}

		private static String toolCall(StreamEvent.ToolCall call) {
			StringBuilder json = new StringBuilder("{\"toolCall\":{\"index\":").append(call.index());
			appendText(json, "id", call.id());
			appendText(json, "name", call.name());
			appendText(json, "arguments", call.argumentsDelta());
			return closeWithChoice(json.append(call.handled() ? ",\"handled\":true}" : "}"), call.choice());
		}

		private static String toolResult(StreamEvent.ToolResult result) {
			StringBuilder json = new StringBuilder(result.result().length() + 64)
				.append("{\"toolResult\":{\"callId\":");
			JsonText.quote(json, result.callId());
			appendText(json, "name", result.name());
			appendText(json, "result", result.result());
			return json.append(result.failed() ? ",\"failed\":true}}" : "}}").toString();
		}

		private String reasoningEnd(StreamEvent.ReasoningEnd end) {
			StringBuilder json = new StringBuilder("{\"reasoningEnd\":{\"provider\":");
			JsonText.quote(json, end.provider());
			json.append(",\"data\":").append(json(new LinkedHashMap<>(end.data()))).append('}');
			return closeWithChoice(json, end.choice());
		}

		private static String usage(Usage usage, @Nullable Cost cost) {
			String counts = "\"promptTokens\":" + usage.promptTokens() + ",\"completionTokens\":"
					+ usage.completionTokens() + ",\"totalTokens\":" + usage.totalTokens();
			StringBuilder json = new StringBuilder("{").append(counts)
				.append(",\"usage\":{")
				.append(counts)
				.append('}');
			appendCount(json, "cachedTokens", usage.cachedTokens());
			appendCount(json, "cacheWriteTokens", usage.cacheWriteTokens());
			appendCount(json, "reasoningTokens", usage.reasoningTokens());
			if (usage.estimated()) {
				json.append(",\"estimated\":true");
			}
			if (cost != null) {
				json.append(",\"cost\":{\"amount\":").append(cost.amount().toPlainString());
				appendText(json, "currency", cost.currency());
				json.append('}');
			}
			return json.append('}').toString();
		}

		private String error(StreamEvent.ErrorEvent event) {
			Map<String, Object> values = new LinkedHashMap<>();
			values.put("error", event.error());
			values.put("code", event.code());
			if (!event.details().isEmpty()) {
				values.put("details", event.details());
			}
			return json(values);
		}

		private static String retry(StreamEvent.Retry retry) {
			StringBuilder json = new StringBuilder("{\"attempt\":").append(retry.attempt())
				.append(",\"delay\":")
				.append(retry.delay().toMillis())
				.append(",\"discardedTokens\":")
				.append(retry.discardedTokens());
			appendText(json, "target", retry.target());
			return json.append('}').toString();
		}

		private String json(Map<String, Object> values) {
			return JsonText.withoutLoneSurrogates(this.writer.writeValueAsString(values));
		}

		private static void appendText(StringBuilder json, String name, @Nullable String text) {
			if (text != null) {
				json.append(",\"").append(name).append("\":");
				JsonText.quote(json, text);
			}
		}

		private static void appendCount(StringBuilder json, String name, long count) {
			if (count != 0) {
				json.append(",\"").append(name).append("\":").append(count);
			}
		}

		private static String closeWithChoice(StringBuilder json, int choice) {
			if (choice != 0) {
				json.append(",\"choice\":").append(choice);
			}
			return json.append('}').toString();
		}

	}

}
