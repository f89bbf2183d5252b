package studio.ainative.aikit.format.openai;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.RequestFields;

/**
 * A tool of a request, as far as providers would refuse one that is none. Of types other
 * than {@code function} the provider alone knows what they have.
 *
 * @param place where it stands
 * @param fields the request
 */
record OpenAiTool(String place, RequestFields fields) {

	/**
	 * Require that all tools can be passed on.
	 * @param tools a list of objects
	 * @param fields the request
	 */
	static void requireAll(List<?> tools, RequestFields fields) {
		for (int i = 0; i < tools.size(); i++) {
			new OpenAiTool("tools[" + i + "]", fields).require((Map<?, ?>) tools.get(i));
		}
	}

	private void require(Map<?, ?> tool) {
		requireText(".type", tool.get("type"));
		if (!"function".equals(tool.get("type"))) {
			return;
		}
		if (!(tool.get("function") instanceof Map<?, ?> function)) {
			throw fault(".function", "an object");
		}
		requireText(".function.name", function.get("name"));
		if (function.get("description") != null) {
			requireText(".function.description", function.get("description"));
		}
		if (function.get("parameters") != null && !(function.get("parameters") instanceof Map)) {
			throw fault(".function.parameters", "an object");
		}
	}

	private void requireText(String field, @Nullable Object value) {
		if (!(value instanceof String)) {
			throw fault(field, "text");
		}
	}

	private RuntimeException fault(String field, String words) {
		String at = this.place + field;
		return this.fields.fault(at, "'" + at + "' must be " + words + ".");
	}

}
