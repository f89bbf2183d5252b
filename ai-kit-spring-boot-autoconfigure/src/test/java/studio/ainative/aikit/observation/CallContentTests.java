package studio.ainative.aikit.observation;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.observation.CallContent.Part;
import studio.ainative.aikit.observation.CallContent.Tool;
import studio.ainative.aikit.observation.CallContent.Turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link CallContent} and the {@link ContentRule} that bounds it.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallContentTests {

	private static Turn user(String text) {
		return new Turn("user", List.of(new Part("text", null, null, text)));
	}

	private static List<Turn> said(String text) {
		return List.of(new Turn("assistant", List.of(new Part("text", null, null, text))));
	}

	private static CallContent cut(int maxLength, CallContent content) {
		CallContent cut = new ContentRule(maxLength, (all) -> all).apply(content);
		assertThat(cut).isNotNull();
		return cut;
	}

	@Test
	void takesAllPartsOfMessagesButNoBytesOfFiles() {
		MessagePart.File file = MessagePart.File.of("image/png", new byte[] { 1, 2, 3 }).withName("cat.png");
		List<Message> messages = List.of(Message.user("Look", file),
				Message.assistant("", new MessagePart.ToolCall("call-1", "weather", "{}")),
				Message.tool(new MessagePart.ToolResult("call-1", "sunny")));
		assertThat(CallContent.of("Be brief", messages, said("Yes"))).isEqualTo(new CallContent(
				"Be brief", List.of(
						new Turn("user",
								List.of(new Part("text", null, null, "Look"),
										new Part("file", null, "cat.png", "image/png"))),
						new Turn("assistant", List.of(new Part("tool_call", "call-1", "weather", "{}"))),
						new Turn("tool", List.of(new Part("tool_call_response", "call-1", null, "sunny")))),
				said("Yes")));
	}

	@Test
	void keepsTheFirstToolsAndNoHalfASchema() {
		Tool weather = new Tool("weather", "Tells it.", "{\"type\":\"object\"}");
		Tool clock = new Tool("clock", "", "{}");
		CallContent content = new CallContent(null, List.of(), List.of()).withTools(List.of(weather, clock));
		assertThat(cut(40, content).tools()).containsExactly(weather, clock);
		assertThat(cut(39, content).tools()).containsExactly(weather, new Tool("clock", "", ""));
		assertThat(cut(37, content).tools()).containsExactly(weather);
		assertThat(cut(20, content).tools()).containsExactly(new Tool("weather", "Tells it.", ""));
		assertThat(cut(12, content).tools()).containsExactly(new Tool("weather", "Tells…", ""));
		assertThat(cut(7, content).tools()).containsExactly(new Tool("weather", "", ""));
		assertThat(cut(6, content).tools()).isEmpty();
	}

	@Test
	void keepsTheNewestMessages() {
		CallContent content = new CallContent("abcdef", List.of(user("first"), user("second"), user("third")),
				said("the answer"));
		assertThat(cut(8, content))
			.isEqualTo(new CallContent("abcdef", List.of(user("sec…"), user("third")), said("the answ…")));
		assertThat(cut(5, content)).isEqualTo(new CallContent("abcde…", List.of(user("third")), said("the a…")));
		assertThat(cut(100, content)).isEqualTo(content);
	}

	@Test
	void keepsTheBeginningOfAnAnswerOfSeveralRounds() {
		Turn called = new Turn("assistant", List.of(new Part("reasoning", null, null, "Hm"),
				new Part("tool_call", "call-1", "weather", "{\"city\":1}")));
		Turn result = new Turn("tool", List.of(new Part("tool_call_response", "call-1", "weather", "sunny")));
		CallContent content = new CallContent(null, List.of(), List.of(called, result, said("It is sunny").get(0)));
		assertThat(cut(7, content).output()).containsExactly(new Turn("assistant", List
			.of(new Part("reasoning", null, null, "Hm"), new Part("tool_call", "call-1", "weather", "{\"cit…"))));
		assertThat(cut(20, content).output()).containsExactly(called, result, said("It …").get(0));
		assertThat(cut(100, content)).isEqualTo(content);
	}

	@Test
	void leavesNoHalfCharacter() {
		assertThat(cut(2, new CallContent(null, List.of(), said("a👋b"))).output()).isEqualTo(said("a…"));
	}

	@Test
	void emptyMessagesHaveAnEndToo() {
		CallContent content = CallContent.of(null, Collections.nCopies(1000, Message.user("")), List.of());
		assertThat(cut(10, content).input()).hasSize(10);
	}

	@Test
	void aFilterSeesWhatIsNotCutYet() {
		CallContent content = new CallContent("secret", List.of(user("my secret")), said("the secret"),
				List.of(new Tool("t", "secret", "{\"secret\":1}")));
		CallContentFilter filter = (all) -> all.withTexts((text) -> text.replace("secret", "***"));
		assertThat(new ContentRule(13, filter).apply(content)).isEqualTo(new CallContent("***", List.of(user("my ***")),
				said("the ***"), List.of(new Tool("t", "***", "{\"***\":1}"))));
		assertThat(new ContentRule(8, (all) -> null).apply(content)).isNull();
	}

	@Test
	void aFilterThatFailsLetsNothingThrough(CapturedOutput output) {
		CallContent content = new CallContent(null, List.of(), said("the secret"));
		assertThat(new ContentRule(8, (all) -> {
			throw new IllegalStateException(all.output().get(0).parts().get(0).text());
		}).apply(content)).isNull();
		assertThat(output).contains("IllegalStateException").doesNotContain("the secret");
	}

	@Test
	void showsNothing() {
		assertThat(new CallContent("secret", List.of(user("secret")), said("secret")).toString())
			.doesNotContain("secret");
		assertThat(new Tool("secret", "secret", "secret").toString()).doesNotContain("secret");
		assertThat(user("secret").toString()).doesNotContain("secret");
		assertThat(user("secret").parts().toString()).doesNotContain("secret");
	}

	@Test
	void refusesLengthsThatCantBe() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ContentRule(0, (all) -> all))
			.withMessage("'maxLength' must be from 1 to 1048576 (was 0)");
		assertThatIllegalArgumentException().isThrownBy(() -> new ContentRule(2_000_000, (all) -> all));
	}

}
