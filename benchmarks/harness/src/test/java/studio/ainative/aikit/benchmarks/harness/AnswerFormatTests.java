package studio.ainative.aikit.benchmarks.harness;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnswerCheck} with answers in the formats of other front ends.
 */
class AnswerFormatTests {

	private static final int TOKENS = 80;

	@ParameterizedTest
	@EnumSource
	void findsNothingWrongWithTheExpectedAnswer(Sample sample) {
		AnswerCheck check = sample.check();
		assertThat(problem(check, sample.body())).isNull();
		assertThat(problem(check, sample.body())).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void passesOverIdsOnly(Sample sample) {
		AnswerCheck check = sample.check();
		assertThat(problem(check, sample.body())).isNull();
		assertThat(problem(check, sample.body().replace("a7c1", "b8d2"))).isNull();
		assertThat(problem(check, sample.body().replace("\" stream\"", "\" strean\""))).isEqualTo("another text");
	}

	@ParameterizedTest
	@EnumSource
	void findsAMissingToken(Sample sample) {
		assertThat(problem(sample.check(), sample.body(9, ""))).isEqualTo("79 tokens instead of 80");
	}

	@ParameterizedTest
	@EnumSource
	void findsATokenOfAnotherAnswer(Sample sample) {
		String token = sample.token(9);
		assertThat(problem(sample.check(), sample.body(9, token.replace("a7c1", "b8d2")))).isNotNull();
	}

	@ParameterizedTest
	@EnumSource
	void findsAnotherUsage(Sample sample) {
		assertThat(problem(sample.check(), sample.body().replace(":80,", ":81,")))
			.isEqualTo("no usage, or another one");
	}

	@ParameterizedTest
	@EnumSource
	void findsAMissingEnd(Sample sample) {
		String body = sample.body();
		assertThat(problem(sample.check(), body.substring(0, body.lastIndexOf("data: ")))).isNotNull();
		assertThat(problem(sample.check(), body.substring(0, body.length() - 1)))
			.isEqualTo("the last event is not whole");
	}

	@ParameterizedTest
	@EnumSource
	void findsAnEventAfterTheEnd(Sample sample) {
		assertThat(problem(sample.check(), sample.body() + sample.token(9))).startsWith("an event after the end");
	}

	@ParameterizedTest
	@EnumSource
	void findsAnError(Sample sample) {
		String token = sample.token(9);
		assertThat(problem(sample.check(), sample.body(9, token + sample.error))).startsWith("an error");
	}

	@ParameterizedTest
	@EnumSource
	void findsAnotherFormat(Sample sample) {
		for (AnswerFormat format : AnswerFormat.values()) {
			AnswerCheck check = new AnswerCheck(format, TOKENS, Payloads.text(TOKENS)::equals);
			if (!format.name().equals(sample.name())) {
				assertThat(problem(check, sample.body())).as(format.name()).isNotNull();
			}
		}
	}

	private static @Nullable String problem(AnswerCheck check, String body) {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		return check.problem(bytes, bytes.length);
	}

	/** What is sent in a format, by {@link AnswerFormat}'s names. */
	private enum Sample {

		UI_MESSAGE("""
				data: {"type":"start","messageId":"a7c1","messageMetadata":{"outcome":"pending"}}

				data: {"type":"start-step"}

				data: {"type":"text-start","id":"text-a7c1"}

				""", "{\"type\":\"text-delta\",\"id\":\"text-a7c1\",\"delta\":%s}", """
				data: {"type":"message-metadata","messageMetadata":{"usage":{"inputTokens":25,"outputTokens":80,\
				"totalTokens":105}}}

				data: {"type":"text-end","id":"text-a7c1"}

				data: {"type":"finish-step"}

				data: {"type":"finish","messageMetadata":{"outcome":"complete"}}

				data: [DONE]

				""", "data: {\"type\":\"error\",\"errorText\":\"No.\"}\n\n"),

		OPENAI("data: "
				+ openAi("[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]")
				+ "\n\n", openAi("[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]"),
				"data: " + openAi("[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]") + "\n\ndata: "
						+ openAi("[],\"usage\":{\"prompt_tokens\":25,\"completion_tokens\":80,\"total_tokens\":105}")
						+ "\n\ndata: [DONE]\n\n",
				"event: error\ndata: {\"error\":{\"message\":\"No.\"}}\n\n"),

		AG_UI("""
				data: {"type":"RUN_STARTED","threadId":"a7c1","runId":"a7c1"}

				data: {"type":"TEXT_MESSAGE_START","messageId":"a7c1","role":"assistant"}

				""", "{\"type\":\"TEXT_MESSAGE_CONTENT\",\"messageId\":\"a7c1\",\"delta\":%s}", """
				data: {"type":"TEXT_MESSAGE_END","messageId":"a7c1"}

				data: {"type":"RUN_FINISHED","threadId":"a7c1","runId":"a7c1","usage":[{"inputTokens":25,\
				"outputTokens":80,"totalTokens":105}]}

				""", "data: {\"type\":\"RUN_ERROR\",\"message\":\"No.\"}\n\n");

		private final String before;

		private final String tokenData;

		private final String after;

		private final String error;

		Sample(String before, String tokenData, String after, String error) {
			this.before = before;
			this.tokenData = tokenData;
			this.after = after;
			this.error = error;
		}

		AnswerCheck check() {
			return new AnswerCheck(AnswerFormat.valueOf(name()), TOKENS, Payloads.text(TOKENS)::equals);
		}

		String token(int index) {
			return "data: " + String.format(this.tokenData, Payloads.quote(Payloads.tokens(TOKENS)[index])) + "\n\n";
		}

		String body() {
			return body(0, token(0));
		}

		/** With something else in a token's place. */
		String body(int index, String instead) {
			StringBuilder body = new StringBuilder(this.before);
			for (int i = 0; i < TOKENS; i++) {
				body.append((i == index) ? instead : token(i));
			}
			return body.append(this.after).toString();
		}

		private static String openAi(String choices) {
			return "{\"id\":\"chatcmpl-a7c1\",\"object\":\"chat.completion.chunk\",\"created\":1741570283,"
					+ "\"model\":\"ai-kit\",\"choices\":" + choices + "}";
		}

	}

}
