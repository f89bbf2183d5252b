package studio.ainative.aikit.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.EventText;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.Recording;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;
import studio.ainative.aikit.tokens.CostCalculator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every recorded answer, sent over a socket: the caller gets what the provider's adapter
 * makes of it, nothing is dropped and nothing invented, whatever the line ends are and
 * wherever the packets end.
 */
class DialectTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final List<Provider> PROVIDERS = List.of(new OpenAIProvider(), new OpenAIResponsesProvider(),
			new AnthropicProvider(), new AiKitProvider());

	private static final String WHOLE = "whole";

	private final ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	static List<Arguments> recordings() {
		return PROVIDERS.stream()
			.flatMap((provider) -> Recording.names(provider)
				.stream()
				.map((name) -> Arguments.of(provider, provider.name() + "/" + name, name)))
			.toList();
	}

	@ParameterizedTest(name = "{1}")
	@MethodSource("recordings")
	void everyRecordingGivesOverASocketWhatItsAdapterGives(Provider provider, String path, String name) {
		Recording recording = Recording.of(provider.getClass(), name);
		for (String lineEnd : List.of("\n", "\r\n", "\r")) {
			for (int packet : List.of(Integer.MAX_VALUE, 11)) {
				verify(provider, recording, recording.body().replace("\n", lineEnd), packet);
			}
		}
	}

	private void verify(Provider provider, Recording recording, String body, int packet) {
		ScriptedResponse response = this.server.respond();
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		for (int begin = 0; begin < bytes.length; begin += Math.min(packet, bytes.length - begin)) {
			response.raw(Arrays.copyOfRange(bytes, begin, begin + Math.min(packet, bytes.length - begin)));
		}
		response.thenEnd();
		AIStream stream = AIStream.builder()
			.provider(provider)
			.endpoint(this.server.uri())
			.model("a-model")
			.costCalculator(CostCalculator.of(Map.of()))
			.retry(RetryConfig.none())
			.build();
		AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
		List<StreamEvent> events = new ArrayList<>(Objects.requireNonNull(stream.stream("Hi").onErrorResume((ex) -> {
			failure.set(ex);
			return Flux.empty();
		}).collectList().block(TIMEOUT)));
		// Told to an AIStream alone, which can send it back: ToolRoundsTests has it
		events.removeIf(StreamEvent.ReasoningEnd.class::isInstance);
		List<String> expected = recording.events().lines().filter((line) -> !line.startsWith("error ")).toList();
		if (expected.stream().noneMatch((line) -> line.startsWith("usage "))) {
			// The client's own estimate stands in for a report
			events.removeIf((event) -> event instanceof StreamEvent.UsageReport report && report.usage().estimated());
		}
		String state = recording.meaning().substring(recording.events().length());
		if (state.startsWith(WHOLE)) {
			assertThat(failure.get()).isNull();
			assertThat(EventText.of(events)).isEqualTo(lines(expected));
			return;
		}
		// Before the first content an answer that fails leaves no trace
		boolean content = expected.stream().anyMatch(DialectTests::isContent);
		assertThat(EventText.of(events)).isEqualTo(content ? lines(expected) : "");
		if (state.contains("error ")) {
			assertThat(failure.get()).isInstanceOf(ProviderException.class);
			String word = ((ProviderException) Objects.requireNonNull(failure.get())).providerCode();
			assertThat(state).contains("error " + word);
		}
		else {
			assertThat(failure.get()).isInstanceOf(StreamInterruptedException.class);
		}
	}

	private static boolean isContent(String line) {
		return line.matches("(token|reasoning|tool) .*") || line.startsWith("metadata {refusal=");
	}

	private static String lines(List<String> lines) {
		return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
	}

}
