package studio.ainative.aikit.provider.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

import studio.ainative.aikit.provider.ProviderRequest;
import studio.ainative.aikit.provider.ToolDefinition;

/**
 * Writes the JSON body of a request: an object of fields that a format prescribes and of
 * the request's options. An option takes the place of the field of the same name.
 *
 * @since 0.1.0
 */
public final class RequestBody {

	private static final byte[] REPLACEMENT = "\uFFFD".getBytes(StandardCharsets.UTF_8);

	private static final String TOOLS = "tools";

	private static final Set<String> RESERVED = Set.of("messages", "stream");

	private final Map<String, ? extends @Nullable Object> options;

	private final JsonGenerator json;

	private boolean toolsWritten;

	private RequestBody(Map<String, ? extends @Nullable Object> options, JsonGenerator json) {
		this.options = options;
		this.json = json;
	}

	/**
	 * Write a body whose options can't be {@code messages} and {@code stream}.
	 * @param request the request, for its options
	 * @param fields writes all other fields
	 * @return JSON in UTF-8; what has no form in UTF-8 (half of a surrogate pair) is
	 * written as U+FFFD
	 * @throws IllegalArgumentException if an option has a name that is not to be set or a
	 * value that has no form in JSON
	 */
	public static byte[] write(ProviderRequest request, Consumer<RequestBody> fields) {
		return write(request.options(), RESERVED, fields);
	}

	/**
	 * Write a body.
	 * @param options the request's options
	 * @param reserved the names of fields that are not to be set by options
	 * @param fields writes all other fields
	 * @return JSON in UTF-8; what has no form in UTF-8 (half of a surrogate pair) is
	 * written as U+FFFD
	 * @throws IllegalArgumentException if an option has a name that is not to be set or a
	 * value that has no form in JSON
	 */
	public static byte[] write(Map<String, ? extends @Nullable Object> options, Set<String> reserved,
			Consumer<RequestBody> fields) {
		for (String name : options.keySet()) {
			if (reserved.contains(name)) {
				throw new IllegalArgumentException("Option '" + name + "' can't be set: AI Kit writes it itself");
			}
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
		// Jackson's own encoder throws on half of a surrogate pair, which any text that
		// was
		// cut by length may end with.
		CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder()
			.replaceWith(REPLACEMENT)
			.onMalformedInput(CodingErrorAction.REPLACE)
			.onUnmappableCharacter(CodingErrorAction.REPLACE);
		try (Writer writer = new OutputStreamWriter(bytes, encoder);
				JsonGenerator json = Json.MAPPER.createGenerator(writer)) {
			RequestBody body = new RequestBody(options, json);
			json.writeStartObject();
			fields.accept(body);
			body.writeOptions();
			json.writeEndObject();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	/**
	 * Write a field unless its value is absent or an option takes its place.
	 * @param name the field's name
	 * @param value its value, {@code null} or empty for none
	 * @return this
	 */
	public RequestBody field(String name, @Nullable String value) {
		if (value != null && !value.isEmpty() && isFree(name)) {
			this.json.writeStringProperty(name, value);
		}
		return this;
	}

	/**
	 * Write a field unless an option takes its place.
	 * @param name the field's name
	 * @param value its value
	 * @return this
	 */
	public RequestBody field(String name, int value) {
		if (isFree(name)) {
			this.json.writeNumberProperty(name, value);
		}
		return this;
	}

	/**
	 * Write a switch that is on unless an option takes its place.
	 * @param name the field's name
	 * @return this
	 */
	public RequestBody on(String name) {
		return flag(name, true);
	}

	/**
	 * Write a switch unless an option takes its place.
	 * @param name the field's name
	 * @param value whether it is on
	 * @return this
	 */
	public RequestBody flag(String name, boolean value) {
		if (isFree(name)) {
			this.json.writeBooleanProperty(name, value);
		}
		return this;
	}

	/**
	 * Write a field that is an object with one switch in it, unless an option takes its
	 * place.
	 * @param name the field's name
	 * @param flag the name of the switch, which is on
	 * @return this
	 */
	public RequestBody on(String name, String flag) {
		if (isFree(name)) {
			this.json.writeObjectPropertyStart(name);
			this.json.writeBooleanProperty(flag, true);
			this.json.writeEndObject();
		}
		return this;
	}

	/**
	 * Write the field {@code messages}.
	 * @param messages writes the elements
	 * @return this
	 */
	public RequestBody messages(Consumer<JsonGenerator> messages) {
		return array("messages", messages);
	}

	/**
	 * Write a field that is an array.
	 * @param name the field's name, which no option may have
	 * @param elements writes the elements
	 * @return this
	 */
	public RequestBody array(String name, Consumer<JsonGenerator> elements) {
		this.json.writeArrayPropertyStart(name);
		elements.accept(this.json);
		this.json.writeEndArray();
		return this;
	}

	/**
	 * Write the field {@code tools} if there are any. An option of that name adds others,
	 * but for those whose name is taken; one that is empty or no list takes their place.
	 * @param tools the tools
	 * @param writer writes one of them
	 * @return this
	 */
	public RequestBody tools(List<ToolDefinition> tools, BiConsumer<JsonGenerator, ToolDefinition> writer) {
		List<?> others = (this.options.get(TOOLS) instanceof List<?> list) ? list : List.of();
		if (!tools.isEmpty() && (isFree(TOOLS) || !others.isEmpty())) {
			Set<String> names = tools.stream().map(ToolDefinition::name).collect(Collectors.toSet());
			this.json.writeArrayPropertyStart(TOOLS);
			tools.forEach((tool) -> writer.accept(this.json, tool));
			others.stream()
				.filter((other) -> !names.contains(toolName(other)))
				.forEach((other) -> writeOption(TOOLS, () -> this.json.writeTree(Json.MAPPER.valueToTree(other))));
			this.json.writeEndArray();
			this.toolsWritten = true;
		}
		return this;
	}

	/** In the way of any provider. */
	private static String toolName(@Nullable Object tool) {
		Object described = (tool instanceof Map<?, ?> map && map.get("function") instanceof Map<?, ?> function)
				? function : tool;
		return (described instanceof Map<?, ?> map && map.get("name") instanceof String name) ? name : "";
	}

	/**
	 * Write a value into an object.
	 * @param json where to
	 * @param name the field's name
	 * @param value a JSON value
	 */
	public static void writeValue(JsonGenerator json, String name, Object value) {
		json.writeName(name);
		json.writeTree(Json.MAPPER.valueToTree(value));
	}

	private boolean isFree(String name) {
		return !this.options.containsKey(name);
	}

	private void writeOptions() {
		for (Map.Entry<String, ? extends @Nullable Object> option : this.options.entrySet()) {
			Object value = option.getValue();
			// Where YAML says null, Spring's environment holds an empty string
			boolean written = this.toolsWritten && option.getKey().equals(TOOLS);
			if (value != null && !"".equals(value) && !written) {
				writeOption(option.getKey(), value);
			}
		}
	}

	private void writeOption(String name, Object value) {
		writeOption(name, () -> {
			// As a tree first: a value that fails half-way must not leave half of it
			// behind.
			this.json.writeName(name);
			this.json.writeTree(Json.MAPPER.valueToTree(value));
		});
	}

	private static void writeOption(String name, Runnable writing) {
		try {
			writing.run();
		}
		catch (RuntimeException ex) {
			// The value's own or Jackson's; either may quote the value.
			throw new IllegalArgumentException("Option '" + name + "' has a value that can't be written as JSON");
		}
	}

}
