package studio.ainative.aikit.benchmarks.harness;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of a command line: {@code --name value}.
 */
final class Options {

	private final Map<String, String> values = new HashMap<>();

	Options(List<String> arguments) {
		for (int i = 0; i < arguments.size(); i += 2) {
			String name = arguments.get(i);
			if (!name.startsWith("--") || i + 1 == arguments.size()) {
				throw new IllegalArgumentException("Expected --option value at: " + name);
			}
			this.values.put(name.substring(2), arguments.get(i + 1));
		}
	}

	String text(String name, String absent) {
		return this.values.getOrDefault(name, absent);
	}

	boolean has(String name) {
		return this.values.containsKey(name);
	}

	int number(String name, int absent) {
		String value = this.values.get(name);
		return (value != null) ? Integer.parseInt(value) : absent;
	}

	List<String> list(String name, String absent) {
		return List.of(text(name, absent).split(","));
	}

}
