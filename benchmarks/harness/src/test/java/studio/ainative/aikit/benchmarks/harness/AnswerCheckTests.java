package studio.ainative.aikit.benchmarks.harness;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnswerCheck}.
 */
class AnswerCheckTests {

	private static final int TOKENS = 80;

	private final AnswerCheck check = new AnswerCheck(AnswerFormat.AI_KIT, TOKENS, Payloads.text(TOKENS)::equals);

	private final String right = new String(Payloads.body(Format.AIKIT, TOKENS), StandardCharsets.UTF_8);

	@Test
	void findsNothingWrongWithTheExpectedAnswer() {
		assertThat(problem(this.right)).isNull();
		assertThat(problem(this.right)).isNull();
	}

	@Test
	void passesOverTimestampsOnly() {
		assertThat(problem(this.right)).isNull();
		assertThat(problem(this.right.replace("2026-01-01T00:00:00", "2027-02-03T04:05:06"))).isNull();
		assertThat(problem(this.right.replace("\"token\":\" stream\"", "\"token\":\" strean\"")))
			.isEqualTo("another text");
	}

	@Test
	void findsAnotherOrder() {
		assertThat(problem(this.right.replace("\"index\":9}", "\"index\":8}"))).startsWith("token 9 is another one");
	}

	@Test
	void findsAMissingToken() {
		int last = this.right.lastIndexOf("event: token");
		assertThat(problem(this.right.substring(0, last) + this.right.substring(this.right.indexOf("event: usage"))))
			.isEqualTo("79 tokens instead of 80");
	}

	@Test
	void findsAnotherUsage() {
		assertThat(problem(this.right.replace("\"completionTokens\":80", "\"completionTokens\":81")))
			.isEqualTo("no usage, or another one");
	}

	@Test
	void findsAMissingEnd() {
		assertThat(problem(this.right.substring(0, this.right.indexOf("event: done")))).isEqualTo("no done");
		assertThat(problem(this.right.substring(0, this.right.length() - 1))).isEqualTo("the last event is not whole");
	}

	private @Nullable String problem(String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		return this.check.problem(bytes, bytes.length);
	}

}
