package studio.ainative.aikit.autoconfigure;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.observation.AiKitClientObservationContext;
import studio.ainative.aikit.observation.AiKitClientObservationConvention;
import studio.ainative.aikit.observation.CallContent;
import studio.ainative.aikit.observation.ClientCallListener;

/**
 * Records prompts and answers as OpenTelemetry's event for them, in the trace of the
 * call. The convention wants them structured; with an API of OpenTelemetry's that has no
 * such attributes they are JSON.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions-genai">OpenTelemetry's GenAI
 * conventions</a>
 */
final class ContentEvents implements ClientCallListener {

	/** The event's name. */
	static final String NAME = "gen_ai.client.inference.operation.details";

	/** Who records events. */
	static final String SCOPE = "studio.ainative.aikit";

	/** Not in the API that comes with Spring Boot 4.0. */
	private static final @Nullable Method VALUE_KEY = ClassUtils.getMethodIfAvailable(AttributeKey.class, "valueKey",
			String.class);

	private static final String ASSISTANT = "assistant";

	private final Logger events;

	private final AiKitClientObservationConvention convention;

	ContentEvents(OpenTelemetry openTelemetry, AiKitClientObservationConvention convention) {
		this.events = openTelemetry.getLogsBridge().get(SCOPE);
		this.convention = convention;
	}

	@Override
	public void ended(AiKitClientObservationContext call) {
		CallContent content = call.content();
		if (content == null) {
			return;
		}
		LogRecordBuilder event = this.events.logRecordBuilder().setEventName(NAME);
		this.convention.getLowCardinalityKeyValues(call)
			.forEach((key) -> event.setAttribute(AttributeKey.stringKey(key.getKey()), key.getValue()));
		String instructions = content.systemInstructions();
		if (instructions != null) {
			set(event, "gen_ai.system_instructions", List.of(text(instructions)));
		}
		set(event, "gen_ai.input.messages", content.input().stream().map(ContentEvents::message).toList());
		List<String> reasons = call.progress().finishReasons();
		set(event, "gen_ai.output.messages", answer(content.output(), reasons.isEmpty() ? "error" : reasons.get(0)));
		if (!content.tools().isEmpty()) {
			set(event, "gen_ai.tool.definitions", content.tools().stream().map(ContentEvents::tool).toList());
		}
		event.emit();
	}

	/** What the model said before the last results were calls of tools. */
	private static List<Map<String, Object>> answer(List<CallContent.Turn> turns, String finishReason) {
		List<Map<String, Object>> messages = new ArrayList<>();
		for (CallContent.Turn turn : turns) {
			Map<String, Object> message = message(turn);
			if (turn.role().equals(ASSISTANT)) {
				message.put("finish_reason", FinishReason.TOOL_CALLS.toString());
			}
			messages.add(message);
		}
		if (turns.isEmpty() || !turns.get(turns.size() - 1).role().equals(ASSISTANT)) {
			messages.add(message(ASSISTANT, List.of()));
		}
		messages.get(messages.size() - 1).put("finish_reason", finishReason);
		return messages;
	}

	private static Map<String, Object> message(CallContent.Turn turn) {
		return message(turn.role(), turn.parts().stream().map(ContentEvents::part).toList());
	}

	private static Map<String, Object> message(String role, List<Map<String, Object>> parts) {
		Map<String, Object> message = new LinkedHashMap<>();
		message.put("role", role);
		message.put("parts", parts);
		return message;
	}

	private static Map<String, Object> text(String text) {
		return Map.of("type", "text", "content", text);
	}

	private static Map<String, Object> part(CallContent.Part part) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("type", part.type());
		putIfThere(fields, "id", part.id());
		putIfThere(fields, "name", part.name());
		String field = switch (part.type()) {
			case "tool_call" -> "arguments";
			case "tool_call_response" -> "response";
			case "file" -> "mime_type";
			default -> "content";
		};
		fields.put(field, part.text());
		return fields;
	}

	private static Map<String, Object> tool(CallContent.Tool tool) {
		Map<String, Object> fields = new LinkedHashMap<>();
		fields.put("type", "function");
		fields.put("name", tool.name());
		if (!tool.description().isEmpty()) {
			fields.put("description", tool.description());
		}
		Map<?, ?> schema = schema(tool.parameters());
		if (schema != null) {
			fields.put("parameters", schema);
		}
		return fields;
	}

	/** What a filter has made of it may be no schema any more. */
	private static @Nullable Map<?, ?> schema(String json) {
		try {
			return (JsonMapper.shared().readValue(json, Object.class) instanceof Map<?, ?> map) ? map : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static void putIfThere(Map<String, Object> fields, String name, @Nullable String value) {
		if (value != null) {
			fields.put(name, value);
		}
	}

	private static void set(LogRecordBuilder event, String name, List<Map<String, Object>> value) {
		AttributeKey<Value<?>> key = structured(name);
		if (key != null) {
			event.setAttribute(key, value(value));
		}
		else {
			event.setAttribute(AttributeKey.stringKey(name), JsonMapper.shared().writeValueAsString(value));
		}
	}

	@SuppressWarnings("unchecked")
	private static @Nullable AttributeKey<Value<?>> structured(String name) {
		return (VALUE_KEY != null) ? (AttributeKey<Value<?>>) ReflectionUtils.invokeMethod(VALUE_KEY, null, name)
				: null;
	}

	private static Value<?> value(@Nullable Object any) {
		if (any == null) {
			return Value.empty();
		}
		if (any instanceof Boolean flag) {
			return Value.of(flag);
		}
		if (any instanceof Integer || any instanceof Long) {
			return Value.of(((Number) any).longValue());
		}
		if (any instanceof Number number) {
			return Value.of(number.doubleValue());
		}
		if (any instanceof Map<?, ?> map) {
			Map<String, Value<?>> values = new LinkedHashMap<>();
			map.forEach((key, entry) -> values.put(key.toString(), value(entry)));
			return Value.of(values);
		}
		if (any instanceof List<?> list) {
			List<Value<?>> values = new ArrayList<>();
			list.forEach((entry) -> values.add(value(entry)));
			return Value.of(values);
		}
		return Value.of(any.toString());
	}

}
