package studio.ainative.aikit.provider.openai;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.AsyncStreamResponse;
import com.openai.core.http.StreamResponse;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.ResponseUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.EventText;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.Recording;
import studio.ainative.aikit.provider.StreamingServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The official SDK's own client, over a real socket: as a source of objects, and as a
 * second opinion on the same bytes.
 */
class OpenAIResponsesSdkTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private StreamingServer server;

	private OpenAIClient client;

	@AfterEach
	void stop() {
		if (this.client != null) {
			this.client.close();
		}
		if (this.server != null) {
			this.server.close();
		}
	}

	/** Of all that the SDK knows, whose next version may know more. */
	@Test
	void eachEventIsReadOrPassedByOnPurpose() throws Exception {
		Map<Boolean, List<String>> types = new HashMap<>();
		for (Method method : ResponseStreamEvent.Visitor.class.getMethods()) {
			if (!method.getName().equals("unknown")) {
				String type = type(method.getParameterTypes()[0]);
				types.computeIfAbsent(isRead(type), (read) -> new ArrayList<>()).add(type);
			}
		}
		assertThat(types.get(true)).containsExactlyInAnyOrder("error", "response.created", "response.queued",
				"response.in_progress", "response.completed", "response.incomplete", "response.failed",
				"response.output_item.added", "response.output_item.done", "response.output_text.delta",
				"response.output_text.done", "response.refusal.delta", "response.refusal.done",
				"response.reasoning_text.delta", "response.reasoning_text.done",
				"response.reasoning_summary_text.delta", "response.reasoning_summary_text.done",
				"response.function_call_arguments.delta", "response.function_call_arguments.done",
				"response.custom_tool_call_input.delta", "response.custom_tool_call_input.done", "response.audio.delta",
				"response.audio.transcript.delta");
		assertThat(types.get(false)).containsExactlyInAnyOrder(
				// Whose beginning was refused
				"response.audio.done", "response.audio.transcript.done",
				// What items and texts say by themselves
				"response.content_part.added", "response.content_part.done", "response.reasoning_summary_part.added",
				"response.reasoning_summary_part.done",
				// What is no part of the answer
				"response.output_text.annotation.added", "response.compaction.compacting",
				// Tools that the provider runs
				"response.code_interpreter_call.in_progress", "response.code_interpreter_call.interpreting",
				"response.code_interpreter_call.completed", "response.code_interpreter_call_code.delta",
				"response.code_interpreter_call_code.done", "response.file_search_call.in_progress",
				"response.file_search_call.searching", "response.file_search_call.completed",
				"response.web_search_call.in_progress", "response.web_search_call.searching",
				"response.web_search_call.completed", "response.image_generation_call.in_progress",
				"response.image_generation_call.generating", "response.image_generation_call.partial_image",
				"response.image_generation_call.completed", "response.mcp_call.in_progress",
				"response.mcp_call.completed", "response.mcp_call.failed", "response.mcp_call_arguments.delta",
				"response.mcp_call_arguments.done", "response.mcp_list_tools.in_progress",
				"response.mcp_list_tools.completed", "response.mcp_list_tools.failed",
				"response.shell_call_command.added", "response.shell_call_command.delta",
				"response.shell_call_command.done", "response.shell_call_output_content.delta",
				"response.shell_call_output_content.done");
	}

	/** What the SDK sets of itself, as it does not vary. */
	private static String type(Class<?> event) throws ReflectiveOperationException {
		Object builder = event.getMethod("builder").invoke(null);
		Field type = builder.getClass().getDeclaredField("type");
		type.setAccessible(true);
		return ((JsonValue) type.get(builder)).convert(String.class);
	}

	/** Then it has to be JSON. */
	private static boolean isRead(String type) {
		OpenAIResponsesAdapter adapter = new OpenAIResponsesAdapter((event) -> {
		});
		try {
			new Recording.Frame(type, "no JSON").feed(adapter);
			return adapter.error() != null;
		}
		catch (MalformedChunkException ex) {
			return true;
		}
	}

	/** But for what is no event of the format, which this SDK takes for a failure. */
	static Stream<String> recordings() {
		return Recording.names(new OpenAIResponsesProvider()).stream().filter((name) -> !name.endsWith("/unknown"));
	}

	@ParameterizedTest
	@MethodSource("recordings")
	void readsWhatTheBlockingClientStreams(String name) {
		Recording recording = recording(name);
		start(StreamingServer.respond(recording.body()));
		assertThat(EventText.of(read(OpenAIResponsesSdk.events(blocking())))).isEqualTo(recording.events());
	}

	@ParameterizedTest
	@ValueSource(strings = { "responses/text", "responses/tools", "responses/failed", "responses/cut" })
	void readsWhatTheAsynchronousClientStreams(String name) {
		Recording recording = recording(name);
		start(StreamingServer.respond(recording.body()));
		assertThat(EventText.of(read(OpenAIResponsesSdk.events(asynchronous())))).isEqualTo(recording.events());
	}

	@ParameterizedTest
	@ValueSource(strings = { "text", "tools", "reasoning", "reasoning-text", "refusal", "incomplete", "failed" })
	void findsTheSameTextsArgumentsAndUsageAsTheSdk(String name) {
		Recording recording = recording("responses/" + name);
		start(StreamingServer.respond(recording.body()));
		List<ResponseStreamEvent> theirs;
		try (StreamResponse<ResponseStreamEvent> response = blocking()) {
			theirs = response.stream().toList();
		}
		List<StreamEvent> ours = read(OpenAIResponsesAdapter.events(Flux.fromIterable(recording.payloads())));
		assertThat(text(ours, (event) -> (event instanceof StreamEvent.Token token) ? token.text() : ""))
			.isEqualTo(text(theirs, (event) -> event.outputTextDelta().map((delta) -> delta.delta()).orElse("")));
		assertThat(text(ours, (event) -> (event instanceof StreamEvent.Reasoning reasoning) ? reasoning.text() : ""))
			.isEqualTo(text(theirs, (event) -> event.reasoningTextDelta().map((delta) -> delta.delta()).orElse("")
					+ event.reasoningSummaryTextDelta().map((delta) -> delta.delta()).orElse("")));
		assertThat(text(ours, (event) -> (event instanceof StreamEvent.ToolCall call) ? call.argumentsDelta() : ""))
			.isEqualTo(text(theirs,
					(event) -> event.functionCallArgumentsDelta().map((delta) -> delta.delta()).orElse("")));
		assertThat(text(ours,
				(event) -> (event instanceof StreamEvent.Metadata metadata)
						? (String) metadata.values().getOrDefault(StreamEvent.Metadata.REFUSAL, "") : ""))
			.isEqualTo(text(theirs, (event) -> event.refusalDelta().map((delta) -> delta.delta()).orElse("")));
		assertThat(ours.stream()
			.filter(StreamEvent.UsageReport.class::isInstance)
			.map((event) -> ((StreamEvent.UsageReport) event).usage().totalTokens())).isEqualTo(
					theirs.stream().flatMap((event) -> usage(event).stream()).map(ResponseUsage::totalTokens).toList());
	}

	@Test
	void closesTheBlockingClientsConnectionWhenTheReaderLeaves() {
		startEndless();
		StepVerifier.create(OpenAIResponsesSdk.events(blocking()).ofType(StreamEvent.Token.class))
			.expectNextCount(3)
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.server.closedByClient().block(TIMEOUT)).isTrue();
	}

	@Test
	void closesTheAsynchronousClientsConnectionWhenTheReaderLeaves() {
		startEndless();
		StepVerifier.create(OpenAIResponsesSdk.events(asynchronous()).ofType(StreamEvent.Token.class))
			.expectNextCount(3)
			.thenCancel()
			.verify(TIMEOUT);
		assertThat(this.server.closedByClient().block(TIMEOUT)).isTrue();
	}

	private static Optional<ResponseUsage> usage(ResponseStreamEvent event) {
		return event.completed()
			.map((end) -> end.response())
			.or(() -> event.incomplete().map((end) -> end.response()))
			.or(() -> event.failed().map((end) -> end.response()))
			.flatMap((response) -> response.usage());
	}

	private static <E> String text(List<E> events, Function<E, String> piece) {
		return events.stream().map(piece).collect(Collectors.joining());
	}

	private void startEndless() {
		List<Recording.Frame> frames = recording("responses/text").frames();
		StringBuilder begin = new StringBuilder();
		frames.subList(0, 4).forEach((frame) -> begin.append(text(frame)));
		start(StreamingServer.respondForever(begin.toString(), text(frames.get(4))));
	}

	private void start(StreamingServer streamingServer) {
		this.server = streamingServer;
		this.client = OpenAIOkHttpClient.builder().baseUrl(streamingServer.url()).apiKey("key").maxRetries(0).build();
	}

	@SuppressWarnings("MustBeClosedChecker") // the Flux closes it
	private StreamResponse<ResponseStreamEvent> blocking() {
		return this.client.responses().createStreaming(params());
	}

	private AsyncStreamResponse<ResponseStreamEvent> asynchronous() {
		return this.client.async().responses().createStreaming(params());
	}

	private static ResponseCreateParams params() {
		return ResponseCreateParams.builder().model("m").input("Hi").build();
	}

	private static Recording recording(String name) {
		return Recording.of(OpenAIResponsesSdkTests.class, name);
	}

	private static String text(Recording.Frame frame) {
		return "event: " + frame.event() + "\ndata: " + frame.data() + "\n\n";
	}

	private static List<StreamEvent> read(Flux<StreamEvent> events) {
		return events.collectList().block(TIMEOUT);
	}

}
