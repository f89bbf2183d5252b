package studio.ainative.aikit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application must not have logged. A failure shows the lines at fault and the
 * beginnings of their stack traces, which would be lost among all that was captured.
 */
public final class LogAssertions {

	private static final int SHOWN_LINES = 20;

	private LogAssertions() {
	}

	/**
	 * Assert that nothing was logged at {@code WARN} or {@code ERROR}.
	 * @param output what was captured
	 * @param exempt parts of lines that don't count, such as a test server's thread,
	 * whose name Boot's lines have the last 15 characters of
	 */
	public static void assertNoWarnings(CharSequence output, String... exempt) {
		assertThat(warnings(output, exempt)).as("lines at WARN or ERROR").isEmpty();
	}

	/** Each with what comes before the next line of the log. */
	private static List<String> warnings(CharSequence output, String... exempt) {
		List<String> warnings = new ArrayList<>();
		int shown = SHOWN_LINES;
		for (String line : output.toString().lines().toList()) {
			if (line.contains(" WARN ") || line.contains(" ERROR ")) {
				boolean counts = Stream.of(exempt).noneMatch(line::contains);
				shown = counts ? 1 : SHOWN_LINES;
				if (counts) {
					warnings.add(line);
				}
			}
			else if (!line.isEmpty() && Character.isDigit(line.charAt(0))) {
				shown = SHOWN_LINES;
			}
			else if (shown < SHOWN_LINES) {
				shown++;
				warnings.add(warnings.remove(warnings.size() - 1) + "\n" + line);
			}
		}
		return warnings;
	}

}
