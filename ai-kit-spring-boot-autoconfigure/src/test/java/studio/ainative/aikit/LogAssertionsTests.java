package studio.ainative.aikit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

class LogAssertionsTests {

	private static final String WARNING = """
			2026-11-29T11:52:12.905Z  INFO 6322 --- [           main] a.Started : before
			2026-11-29T11:52:12.906Z  WARN 6322 --- [y-server-epoll-1] a.Stopped : Failed to stop

			java.lang.IllegalStateException: the reason
				at a.Stopped.stop(Stopped.java:1)
			2026-11-29T11:52:12.907Z  INFO 6322 --- [           main] a.Started : after
			""";

	@Test
	void showsTheLineAndItsStackTraceOnly() {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> assertNoWarnings(WARNING))
			.satisfies((ex) -> assertThat(ex.getMessage()).contains("Failed to stop", "the reason", "Stopped.java")
				.doesNotContain("before", "after"));
	}

	@Test
	void seesLinesOfBothLevelsWithoutBootsLogging() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertNoWarnings("11:55:21.224 [main] WARN a.Stopped -- first\n"))
			.withMessageContaining("first");
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> assertNoWarnings("11:55:21.224 [main] ERROR a.Stopped -- second\n", "first"))
			.withMessageContaining("second");
	}

	@Test
	void passesByWhatIsExemptAndQuietLines() {
		assertNoWarnings(WARNING, "-server-");
		assertNoWarnings("11:55:21.224 [main] INFO a.Stopped -- WARNING\n");
	}

}
