package studio.ainative.aikit.provider.wire;

import java.util.regex.Pattern;

import studio.ainative.aikit.provider.ToolDefinition;

/**
 * By what a conversation names the calls in it. One word that an API doesn't take and the
 * whole request is refused, and so is each that follows.
 *
 * @since 0.1.0
 */
public final class CallNames {

	private static final Pattern OTHER = Pattern.compile("[^a-zA-Z0-9_-]");

	private static final String PLACE = "_";

	private CallNames() {
	}

	/**
	 * A tool's name that OpenAI and Anthropic take. Models call tools that there are not
	 * by names that no tool may have, such as {@code multi_tool_use.parallel}.
	 * @param name what the model has called
	 * @return the name with {@code _} in place of other characters than letters, digits,
	 * {@code _} and {@code -}, at most {@value ToolDefinition#MAX_NAME_LENGTH} of them
	 */
	public static String tool(String name) {
		String fitting = OTHER.matcher(name).replaceAll(PLACE);
		return (fitting.length() > ToolDefinition.MAX_NAME_LENGTH)
				? fitting.substring(0, ToolDefinition.MAX_NAME_LENGTH) : fitting;
	}

	/**
	 * An id that Anthropic takes. Those of other models have other characters, such as
	 * {@code functions.weather:0} of Kimi.
	 * @param id the id of a call
	 * @return the same for the call and for its result, another for each id
	 */
	public static String id(String id) {
		String fitting = OTHER.matcher(id).replaceAll(PLACE);
		return fitting.equals(id) ? id : fitting + PLACE + Integer.toHexString(id.hashCode());
	}

}
