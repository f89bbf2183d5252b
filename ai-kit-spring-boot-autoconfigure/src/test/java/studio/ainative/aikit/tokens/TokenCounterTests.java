package studio.ainative.aikit.tokens;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TokenCounter}: the approximation, and which models get which counter.
 */
class TokenCounterTests {

	/** One token in {@code o200k_base}, three in {@code cl100k_base}. */
	private static final String O200K_TELLTALE = " 世界";

	private final TokenCounter approximate = TokenCounter.approximate();

	@ParameterizedTest
	@CsvSource({ "'', 0", "a, 1", "abcd, 1", "abcde, 2", "'        ', 2", "'😀😀', 1", "お誕生日おめでとう, 3" })
	void approximatesATokenAsFourCharacters(String text, long tokens) {
		assertThat(this.approximate.countTokens(text)).isEqualTo(tokens);
	}

	@Test
	void approximatesAMessageAsFourTokensMore() {
		assertThat(this.approximate.countTokens(Message.user("abcde"))).isEqualTo(6);
		assertThat(this.approximate.countTokens(Message.assistant(""))).isEqualTo(4);
	}

	@Test
	void estimatesWhatAMessageHoldsBesidesText() {
		long text = this.approximate.countTokens(Message.user("abcde"));
		assertThat(this.approximate.countTokens(Message.user("abcde", MessagePart.File.of("image/png", new byte[9]))))
			.isEqualTo(text + 1_000);
		assertThat(this.approximate
			.countTokens(Message.user("abcde", MessagePart.File.of("application/pdf", new byte[800_000]))))
			.isBetween(text + 90_000, text + 110_000);
		assertThat(
				this.approximate.countTokens(Message.assistant("", new MessagePart.ToolCall("c1", "abcd", "{\"a\":1}"),
						new MessagePart.Reasoning("abcd", "anthropic", Map.of()))))
			.isEqualTo(4 + 1 + 2 + 1);
		assertThat(this.approximate.countTokens(Message.tool(new MessagePart.ToolResult("c1", "abcdefgh"))))
			.isEqualTo(4 + 2);
	}

	@Test
	void approximatesARequestAsTheSumOfItsMessages() {
		List<Message> messages = List.of(Message.user("abcde"), Message.assistant("abcd"));
		assertThat(this.approximate.countTokens(messages)).isEqualTo(11);
		assertThat(this.approximate.countTokens(List.of())).isZero();
	}

	@Test
	void countsASystemPromptAsOneMoreMessage() {
		List<Message> messages = List.of(Message.user("abcde"));
		assertThat(this.approximate.countTokens(messages, "abcdefgh")).isEqualTo(6 + 6);
		assertThat(this.approximate.countTokens(messages, "abcdefgh"))
			.isEqualTo(this.approximate.countTokens(List.of(Message.system("abcdefgh"), messages.get(0))));
		assertThat(this.approximate.countTokens(messages, null)).isEqualTo(6);
		assertThat(this.approximate.countTokens(messages, "")).isEqualTo(6);
	}

	@Test
	void runningApproximationIsThatOfTheWholeText() {
		RunningTokenCount count = this.approximate.running();
		assertThat(count.tokens()).isZero();
		for (String delta : List.of("a", "b", "", "c", "d", "e")) {
			count.add(delta);
		}
		assertThat(count.tokens()).isEqualTo(this.approximate.countTokens("abcde")).isEqualTo(2);
	}

	@Test
	void runningCountLooksAtTextWhenAskedAndAtALongOneNowAndThen() {
		List<String> looks = new ArrayList<>();
		TokenCounter counter = new TokenCounter() {

			@Override
			public long countTokens(String text) {
				looks.add(text);
				return text.length();
			}

			@Override
			public long countTokens(Message message) {
				return countTokens(message.content());
			}

			@Override
			public boolean isEstimate() {
				return true;
			}

		};
		RunningTokenCount count = counter.running();
		count.add("to");
		count.add("ken");
		assertThat(looks).isEmpty();
		assertThat(count.tokens()).isEqualTo(5);
		assertThat(count.tokens()).isEqualTo(5);
		assertThat(looks).containsExactly("token");
		for (int i = 0; i < 100; i++) {
			count.add("x".repeat(1000));
		}
		assertThat(looks).as("what waits is bounded").hasSizeGreaterThan(5);
		assertThat(count.tokens()).isEqualTo(100_005);
		assertThat(looks.stream().mapToInt(String::length).sum()).isEqualTo(100_005);
	}

	@Test
	void runningCountsAreApart() {
		RunningTokenCount count = this.approximate.running();
		this.approximate.running().add("abcd");
		assertThat(count.tokens()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "gpt-4o", "gpt-4o-2024-05-13", "gpt-4o-mini", "gpt-4o-mini-2024-07-18",
			"chatgpt-4o-latest", "gpt-4.1", "gpt-4.1-nano-2025-04-14", "gpt-4.5-preview", "gpt-5", "gpt-5-mini",
			"gpt-5.2", "o1", "o1-mini", "o3", "o3-mini-2025-01-31", "o4-mini", "openai/gpt-4o", "GPT-4o",
			"openrouter/openai/o3", "openai.gpt-oss-120b-1:0", "ft:gpt-4o-mini-2024-07-18:acme::abc" })
	void countsWithO200k(String model) {
		TokenCounter counter = TokenCounter.forModel(model);
		assertThat(counter.isEstimate()).isFalse();
		assertThat(counter.countTokens(O200K_TELLTALE)).isEqualTo(o200kTelltale());
	}

	@ParameterizedTest
	@ValueSource(strings = { "gpt-4", "gpt-4-0613", "gpt-4-32k", "gpt-4-turbo-2024-04-09", "gpt-4-1106-preview",
			"gpt-3.5-turbo", "gpt-3.5-turbo-0125", "azure/gpt-35-turbo", "ft:gpt-3.5-turbo:acme" })
	void countsWithCl100k(String model) {
		TokenCounter counter = TokenCounter.forModel(model);
		assertThat(counter.isEstimate()).isFalse();
		assertThat(counter.countTokens(O200K_TELLTALE)).isGreaterThan(o200kTelltale());
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "claude-sonnet-4-5", "llama-3-8b", "gpt-6", "gpt-42", "gpt-4.9", "gpt-4omega",
			"o1x", "o30", "my-gpt-4o", "gpt" })
	void approximatesOtherModels(String model) {
		assertThat(TokenCounter.forModel(model)).isSameAs(this.approximate);
		assertThat(TokenCounter.forModel(model).isEstimate()).isTrue();
	}

	private static long o200kTelltale() {
		return new JtokkitTokenCounter(OpenAiEncoding.O200K_BASE).countTokens(O200K_TELLTALE);
	}

}
