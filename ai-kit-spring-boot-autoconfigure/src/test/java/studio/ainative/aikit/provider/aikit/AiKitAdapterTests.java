package studio.ainative.aikit.provider.aikit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.aikit.AiKitWireFormat;
import studio.ainative.aikit.provider.EventText;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.Recording;

import static org.assertj.core.api.Assertions.assertThat;

class AiKitAdapterTests {

	private final List<StreamEvent> events = new ArrayList<>();

	private final AiKitAdapter adapter = new AiKitAdapter(this.events::add);

	@ParameterizedTest
	@ValueSource(strings = { "java-server", "npm-server", "bare", "bare-done", "error", "done-with-error", "bare-error",
			"retry", "unknown", "cut", "tools-and-reasoning", "first-error" })
	void readsARecordedAnswer(String name) {
		Recording recording = Recording.of(AiKitAdapterTests.class, name);
		assertThat(recording.replay(AiKitAdapter::new)).isEqualTo(recording.meaning());
	}

	@Test
	void isNotCompleteBeforeTheFirstTokenOfABareStream() {
		this.adapter.processChunk("{}");
		assertThat(this.adapter.isComplete()).isFalse();
	}

	@Test
	void keepsChoicesApart() {
		this.adapter.processChunk("{\"token\":\"a\"}");
		this.adapter.processChunk("{\"token\":\"b\",\"choice\":1}");
		this.adapter.processChunk("{\"token\":\"c\",\"choice\":1}");
		assertThat(this.events).containsExactly(new StreamEvent.Token("a", 0, 0), new StreamEvent.Token("b", 0, 1),
				new StreamEvent.Token("c", 1, 1));
	}

	@Test
	void learnsFromTheDetailsThatAnErrorMayPass() {
		this.adapter.processChunk(
				"{\"error\":\"s\",\"code\":\"PROVIDER_ERROR\",\"details\":{\"providerCode\":\"server_error\"}}");
		assertThat(this.adapter.error()).isNotNull()
			.extracting(ProviderError::kind)
			.isEqualTo(ProviderError.Kind.SERVER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "stopped", "abandoned", "something-new" })
	void takesNoAnswerForWholeThatWasEndedBefore(String outcome) {
		new Recording.Frame("start", "{}").feed(this.adapter);
		new Recording.Frame("token", "{\"token\":\"a\"}").feed(this.adapter);
		new Recording.Frame("done", "{\"outcome\":\"" + outcome + "\"}").feed(this.adapter);
		assertThat(this.adapter.error()).isNotNull().extracting(ProviderError::word).isEqualTo(outcome);
		assertThat(this.adapter.error()).extracting((error) -> error.kind().isTransient()).isEqualTo(false);
	}

	@Test
	void readsCallsThatTheServerMakesWithTheirResultsAndWhatReasoningNeeds() {
		List<StreamEvent> events = List.of(new StreamEvent.ReasoningEnd("anthropic", Map.of("signature", "abc")),
				new StreamEvent.ReasoningEnd("anthropic", Map.of(), 1),
				new StreamEvent.ToolCall(0, "a", "f", "{}", 0, true),
				new StreamEvent.ToolResult("a", "f", "\"fine\"", false),
				new StreamEvent.ToolResult("a", "f", "", true));
		AiKitWireFormat format = new AiKitWireFormat(new JsonMapper());
		events.forEach((event) -> format.encoder().event(event, 1, (Frame frame) -> metadata(frame.text())));
		assertThat(this.events).isEqualTo(events);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\"index\":0," })
	void anotherIdIsAnotherToolCall(String index) {
		metadata("{\"toolCall\":{%s\"id\":\"a\",\"name\":\"f\"}}".formatted(index));
		metadata("{\"toolCall\":{%s\"id\":\"b\",\"name\":\"f\"}}".formatted(index));
		metadata("{\"toolCall\":{%s\"arguments\":\"{}\"}}".formatted(index));
		assertThat(this.events).containsExactly(new StreamEvent.ToolCall(0, "a", "f", ""),
				new StreamEvent.ToolCall(1, "b", "f", ""), new StreamEvent.ToolCall(1, null, null, "{}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"promptTokens\":0,\"completionTokens\":0,\"totalTokens\":0}", "{\"usage\":{}}" })
	void keepsTheCountsWhenALaterReportSaysNothing(String later) {
		new Recording.Frame("usage", "{\"promptTokens\":9,\"completionTokens\":4,\"totalTokens\":20}")
			.feed(this.adapter);
		new Recording.Frame("usage", later).feed(this.adapter);
		assertThat(EventText.of(this.events)).isEqualTo("usage 9+11=20 cached 0 written 0 reasoning 0\n");
	}

	private void metadata(String json) {
		new Recording.Frame("metadata", json).feed(this.adapter);
	}

}
