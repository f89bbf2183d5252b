package studio.ainative.aikit.benchmarks.harness;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenSink}.
 */
class TokenSinkTests {

	private static final int TOKENS = 50;

	private final TokenSink sink = new TokenSink(TokenSink.Answer.of(Format.OPENAI, TOKENS));

	private final String[] tokens = Payloads.tokens(TOKENS);

	@Test
	void findsNothingWrongWithTheExpectedAnswer() {
		take(this.tokens);
		this.sink.usage(Payloads.PROMPT_TOKENS, -1);
		this.sink.usage(-1, TOKENS);
		assertThat(this.sink.problem(false)).isNull();
	}

	@Test
	void findsAnotherText() {
		this.tokens[7] = "?".repeat(this.tokens[7].length());
		take(this.tokens);
		this.sink.usage(Payloads.PROMPT_TOKENS, TOKENS);
		assertThat(this.sink.problem(false)).startsWith("another text");
	}

	@Test
	void findsAMissingEnd() {
		this.tokens[TOKENS - 1] = "";
		take(this.tokens);
		this.sink.usage(Payloads.PROMPT_TOKENS, TOKENS);
		assertThat(this.sink.problem(false)).startsWith("another text");
	}

	@Test
	void findsTokensThatCameTogether() {
		take(Payloads.text(TOKENS));
		this.sink.usage(Payloads.PROMPT_TOKENS, TOKENS);
		assertThat(this.sink.problem(false)).isEqualTo("1 tokens instead of 50");
	}

	@Test
	void findsMissingUsage() {
		take(this.tokens);
		assertThat(this.sink.problem(false)).isEqualTo("another usage: -1 and -1");
	}

	@Test
	void findsMissingBytesOfADrain() {
		int length = Payloads.body(Format.OPENAI, TOKENS).length;
		this.sink.drained(length - 1);
		assertThat(this.sink.problem(true)).isEqualTo((length - 1) + " bytes instead of " + length);
		this.sink.drained(1);
		assertThat(this.sink.problem(true)).isNull();
	}

	private void take(String... tokens) {
		for (String token : tokens) {
			this.sink.token(token);
		}
	}

}
