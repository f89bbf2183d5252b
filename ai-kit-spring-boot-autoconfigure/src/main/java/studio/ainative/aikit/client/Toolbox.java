package studio.ainative.aikit.client;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.provider.ToolDefinition;

/**
 * The tools of a stream.
 *
 * @param tools the tools by name
 * @param definitions what the model is told of them
 * @param limits how much it may do with them
 * @param executor runs their functions
 */
record Toolbox(Map<String, Tool> tools, List<ToolDefinition> definitions, ToolLimits limits, Executor executor) {

	static Toolbox of(Map<String, Tool> tools, ToolLimits limits, Executor executor) {
		return new Toolbox(tools, tools.values().stream().map(Tool::definition).toList(), limits, executor);
	}

	/**
	 * Require that whoever may answer can be told of tools.
	 * @param own the stream itself
	 * @param all it and its fallbacks
	 * @throws ToolsNotSupportedException if one can't
	 */
	static void requireTools(Target own, List<Target> all) {
		for (Target target : all) {
			if (!target.exchange().provider().writesTools()) {
				throw new ToolsNotSupportedException(target, !target.equals(own));
			}
		}
	}

	boolean has(String name) {
		return this.tools.containsKey(name);
	}

	@Nullable Tool tool(String name) {
		return this.tools.get(name);
	}

}
