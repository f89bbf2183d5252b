package studio.ainative.aikit.provider;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.provider.wire.Json;

/**
 * What a model is told of a tool that it may call.
 *
 * @param name its name: 1 to {@value #MAX_NAME_LENGTH} letters, digits, {@code _} and
 * {@code -}, which is what all providers take
 * @param description what it does and when to call it, in the words for the model
 * @param schema the <a href="https://json-schema.org">JSON schema</a> of its arguments,
 * which are an object; JSON values
 * @since 0.1.0
 */
public record ToolDefinition(String name, String description, Map<String, Object> schema) {

	/** How many characters a name may have: {@value}. */
	public static final int MAX_NAME_LENGTH = 64;

	/**
	 * Check the name and copy the schema.
	 * @param name its name
	 * @param description what it does and when to call it
	 * @param schema the JSON schema of its arguments
	 */
	public ToolDefinition {
		Objects.requireNonNull(name, "'name' must not be null");
		Objects.requireNonNull(description, "'description' must not be null");
		if (!name.matches("[a-zA-Z0-9_-]{1," + MAX_NAME_LENGTH + "}")) {
			throw new IllegalArgumentException("'name' of a tool must be 1 to " + MAX_NAME_LENGTH
					+ " letters, digits, '_' and '-' (was '" + name + "')");
		}
		schema = Collections.unmodifiableMap(new LinkedHashMap<>(schema));
	}

	/**
	 * A tool with its schema as text.
	 * @param name its name
	 * @param description what it does and when to call it
	 * @param schema the JSON schema of its arguments, JSON text of an object; blank for a
	 * tool without arguments
	 * @return the definition
	 * @throws IllegalArgumentException if the name can't be one or the schema is no
	 * object
	 */
	public static ToolDefinition of(String name, String description, String schema) {
		byte[] text = (schema.isBlank() ? "{\"type\":\"object\",\"properties\":{}}" : schema)
			.getBytes(StandardCharsets.UTF_8);
		JsonNode node = Json.parse(text, 0, text.length);
		if (node == null || !node.isObject()) {
			throw new IllegalArgumentException("'schema' of the tool '" + name + "' must be a JSON object");
		}
		return new ToolDefinition(name, description, Json.values(node));
	}

}
