package studio.ainative.aikit.client;

import java.util.Objects;

import studio.ainative.aikit.provider.ToolDefinition;

/**
 * A tool that a model may call, with the function that does its work: see
 * {@link AIStream.Builder#tool(Tool)}. Beans of this type are offered by all configured
 * streams.
 *
 * @param definition what the model is told of it
 * @param function what it does
 * @since 0.1.0
 */
public record Tool(ToolDefinition definition, ToolFunction function) {

	/**
	 * Refuse a tool of which nothing is known.
	 * @param definition what the model is told of it
	 * @param function what it does
	 */
	public Tool {
		Objects.requireNonNull(definition, "'definition' must not be null");
		Objects.requireNonNull(function, "'function' must not be null");
	}

	/**
	 * A tool with its schema as text.
	 * @param name its name, 1 to {@value ToolDefinition#MAX_NAME_LENGTH} letters, digits,
	 * {@code _} and {@code -}
	 * @param description what it does and when to call it, in words for the model
	 * @param schema the JSON schema of its arguments, JSON text of an object; blank for a
	 * tool without arguments
	 * @param function what it does
	 * @return the tool
	 * @throws IllegalArgumentException if the name can't be one or the schema is no
	 * object
	 */
	public static Tool of(String name, String description, String schema, ToolFunction function) {
		return new Tool(ToolDefinition.of(name, description, schema), function);
	}

	/**
	 * What the model calls it.
	 * @return its name
	 */
	public String name() {
		return this.definition.name();
	}

	@Override
	public String toString() {
		return "Tool[" + name() + "]";
	}

}
