package studio.ainative.aikit.log;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Reasoning;
import studio.ainative.aikit.event.StreamEvent.ReasoningEnd;
import studio.ainative.aikit.event.StreamEvent.Retry;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.StreamEvent.ToolCall;
import studio.ainative.aikit.event.StreamEvent.ToolResult;
import studio.ainative.aikit.event.StreamEvent.UsageReport;
import studio.ainative.aikit.event.Usage;

/**
 * One event as bytes: its type, then its components in their order.
 */
final class EventTypes {

	private static final int TOKEN = 1;

	private static final int REASONING = 2;

	private static final int TOOL_CALL = 3;

	private static final int USAGE = 4;

	private static final int METADATA = 5;

	private static final int ERROR = 6;

	private static final int RETRY = 7;

	/** Of its own, so that calls for readers look as they always did. */
	private static final int HANDLED_CALL = 8;

	private static final int TOOL_RESULT = 9;

	private static final int REASONING_END = 10;

	private EventTypes() {
	}

	static void write(StreamEvent event, BinaryOutput output) {
		if (event instanceof Token token) {
			output.writeByte(TOKEN);
			output.writeText(token.text());
			output.writeNumber(token.index());
			output.writeNumber(token.choice());
		}
		else if (event instanceof Reasoning reasoning) {
			output.writeByte(REASONING);
			output.writeText(reasoning.text());
			output.writeNumber(reasoning.choice());
		}
		else if (event instanceof ToolCall call) {
			output.writeByte(call.handled() ? HANDLED_CALL : TOOL_CALL);
			output.writeNumber(call.index());
			output.writeOptional(call.id());
			output.writeOptional(call.name());
			output.writeText(call.argumentsDelta());
			output.writeNumber(call.choice());
		}
		else if (event instanceof ToolResult result) {
			output.writeByte(TOOL_RESULT);
			output.writeText(result.callId());
			output.writeText(result.name());
			output.writeText(result.result());
			output.writeByte(result.failed() ? 1 : 0);
		}
		else if (event instanceof ReasoningEnd end) {
			output.writeByte(REASONING_END);
			output.writeText(end.provider());
			output.writeNumber(end.data().size());
			end.data().forEach((name, value) -> {
				output.writeText(name);
				output.writeText(value);
			});
			output.writeNumber(end.choice());
		}
		else if (event instanceof UsageReport report) {
			output.writeByte(USAGE);
			write(report, output);
		}
		else if (event instanceof Metadata metadata) {
			output.writeByte(METADATA);
			JsonValues.writeMap(metadata.values(), output, 0);
		}
		else if (event instanceof ErrorEvent error) {
			output.writeByte(ERROR);
			output.writeText(error.error());
			output.writeText(error.code());
			JsonValues.writeMap(error.details(), output, 0);
		}
		else if (event instanceof Retry retry) {
			output.writeByte(RETRY);
			output.writeNumber(retry.attempt());
			output.writeNumber(retry.delay().toNanos());
			output.writeNumber(retry.discardedTokens());
			output.writeOptional(retry.target());
		}
		else {
			throw new IllegalArgumentException("Unknown event " + event.getClass().getName());
		}
	}

	static StreamEvent read(BinaryInput input) {
		int type = input.readByte();
		return switch (type) {
			case TOKEN -> new Token(input.readText(), input.readIndex(), input.readIndex());
			case REASONING -> new Reasoning(input.readText(), input.readIndex());
			case TOOL_CALL, HANDLED_CALL -> new ToolCall(input.readIndex(), input.readOptional(), input.readOptional(),
					input.readText(), input.readIndex(), type == HANDLED_CALL);
			case TOOL_RESULT ->
				new ToolResult(input.readText(), input.readText(), input.readText(), input.readByte() != 0);
			case REASONING_END -> readReasoningEnd(input);
			case USAGE -> readUsage(input);
			case METADATA -> new Metadata(JsonValues.readMap(input, 0));
			case ERROR -> new ErrorEvent(input.readText(), input.readText(), JsonValues.readMap(input, 0));
			case RETRY -> new Retry(input.readIndex(), Duration.ofNanos(input.readNumber()), input.readIndex(),
					input.readOptional());
			default -> throw new IllegalArgumentException("Unknown type of event " + type);
		};
	}

	private static ReasoningEnd readReasoningEnd(BinaryInput input) {
		String provider = input.readText();
		Map<String, String> data = new LinkedHashMap<>();
		for (int left = input.readSize(); left > 0; left--) {
			data.put(input.readText(), input.readText());
		}
		return new ReasoningEnd(provider, data, input.readIndex());
	}

	private static void write(UsageReport report, BinaryOutput output) {
		Usage usage = report.usage();
		output.writeNumber(usage.promptTokens());
		output.writeNumber(usage.completionTokens());
		output.writeNumber(usage.totalTokens());
		output.writeNumber(usage.cachedTokens());
		output.writeNumber(usage.cacheWriteTokens());
		output.writeNumber(usage.reasoningTokens());
		output.writeByte(usage.estimated() ? 1 : 0);
		Cost cost = report.cost();
		output.writeOptional((cost != null) ? cost.amount().toString() : null);
		if (cost != null) {
			output.writeText(cost.currency());
		}
	}

	private static UsageReport readUsage(BinaryInput input) {
		Usage usage = new Usage(input.readNumber(), input.readNumber(), input.readNumber(), input.readNumber(),
				input.readNumber(), input.readNumber(), input.readByte() != 0);
		String amount = input.readOptional();
		Cost cost = (amount != null) ? new Cost(new BigDecimal(amount), input.readText()) : null;
		return new UsageReport(usage, cost);
	}

}
