package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.client.ToolFunction;
import studio.ainative.aikit.client.ToolProvider;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Answers with tools as readers see them, in each way in which a controller may stream,
 * and what becomes of tools when these readers leave.
 */
@ExtendWith(OutputCaptureExtension.class)
class ToolReaderTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static ChatServer start(WebApplicationType type, ScriptedServer provider, ToolFunction weather) {
		return ChatServer.start(type,
				(context) -> context.registerBean(Tool.class,
						() -> Tool.of("weather", "Tells the weather.", "", weather)),
				"ai-kit.stream.endpoint=" + provider.uri(), "ai-kit.response.heartbeat.interval=100ms",
				"framework-writes=true");
	}

	private static List<String> paths(WebApplicationType type) {
		return (type == WebApplicationType.SERVLET) ? List.of("/chat", "/chat-emitter", "/chat-flux")
				: List.of("/chat", "/chat-flux");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void seeCallResultAndAnswer(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ChatServer server = start(type, provider, (call) -> "clear in " + call.arguments().get("city"))) {
			for (String path : paths(type)) {
				ToolProvider.OPENAI.respondCall(provider, "c1", "weather", "{\"city\":\"Rome\"}");
				provider.respond("Sun", "ny").usage(20, 5);
				try (SseReader reader = SseReader.getWithConnection(server.port(), path, "close")) {
					assertThat(told(reader.readAll())).as(path).isEqualTo("""
							start {}
							metadata {"id":"chatcmpl-1"}
							metadata {"toolCall":{"index":0,"id":"c1","name":"weather","arguments":"","handled":true}}
							metadata {"toolCall":{"index":0,"arguments":"{\\"city\\":\\"Rome\\"}","handled":true}}
							usage {"promptTokens":10,"completionTokens":5,"totalTokens":15}
							metadata {"toolResult":{"callId":"c1","name":"weather","result":"clear in Rome"}}
							metadata {"model":"gpt-4o"}
							token {"token":"Sun","index":0}
							token {"token":"ny","index":1}
							usage {"promptTokens":30,"completionTokens":10,"totalTokens":40}
							metadata {"finishReason":"stop"}
							done {"outcome":"complete"}""");
				}
			}
		}
		assertNoWarnings(output);
	}

	/**
	 * Name and data of each event, without what differs from one answer to the next, and
	 * without what is told twice.
	 */
	private static String told(String body) {
		return Stream.of(body.split("\n\n"))
			.filter((frame) -> frame.contains("data:"))
			.map((frame) -> field(frame, "event:") + " "
					+ field(frame, "data:").replaceAll("\"timestamp\":\"[^\"]*\",?", "")
						.replaceAll(",\"usage\":\\{[^}]*}", ""))
			.collect(Collectors.joining("\n"));
	}

	private static String field(String frame, String name) {
		return frame.lines()
			.filter((line) -> line.startsWith(name))
			.findFirst()
			.map((line) -> line.substring(name.length()).strip())
			.orElse("");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void leaveNothingRunningInWhateverPhase(WebApplicationType type, CapturedOutput output) throws Exception {
		AtomicInteger begun = new AtomicInteger();
		AtomicInteger interrupted = new AtomicInteger();
		try (ScriptedServer provider = ScriptedServer.start(); ChatServer server = start(type, provider, (call) -> {
			begun.incrementAndGet();
			if (call.json().contains("hang")) {
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.incrementAndGet();
				}
			}
			return "clear";
		})) {
			int left = 0;
			for (String path : paths(type)) {
				for (Phase phase : Phase.values()) {
					String what = path + " " + phase;
					int before = provider.requests().size();
					int runs = begun.get();
					int interrupts = interrupted.get();
					phase.prepare(provider);
					SseReader reader = SseReader.get(server.port(), path);
					reader.readPast(phase.seen);
					await(what).atMost(TIMEOUT)
						.until(() -> provider.requests().size() == before + phase.requests
								&& begun.get() == runs + phase.runs);
					reader.close();
					int closed = ++left;
					await(what).atMost(TIMEOUT).until(() -> server.controller().closed.get() == closed);
					await(what).atMost(TIMEOUT)
						.until(() -> phase == Phase.WHILE_THE_TOOL_RUNS || provider.lastRequest().isClosedByClient());
					await(what).atMost(TIMEOUT).until(() -> interrupted.get() == interrupts + phase.interrupts);
					assertThat(provider.requests()).as(what).hasSize(before + phase.requests);
					assertThat(begun).as(what).hasValue(runs + phase.runs);
				}
			}
		}
		assertNoWarnings(output);
	}

	/** Where the answer stands when its reader leaves. */
	private enum Phase {

		WHILE_THE_MODEL_CALLS("\"toolCall\"", 1, 0, 0) {

			@Override
			void prepare(ScriptedServer provider) {
				provider.respond().raw(ToolProvider.OPENAI.call(0, "c1", "weather", "{")).thenStall();
			}

		},

		WHILE_THE_TOOL_RUNS("\"toolCall\"", 1, 1, 1) {

			@Override
			void prepare(ScriptedServer provider) {
				ToolProvider.OPENAI.respondCall(provider, "c1", "weather", "{\"city\":\"hang\"}");
			}

		},

		WHILE_THE_MODEL_READS_RESULTS("\"toolResult\"", 2, 1, 0) {

			@Override
			void prepare(ScriptedServer provider) {
				ToolProvider.OPENAI.respondCall(provider, "c1", "weather", "{}");
				provider.respond().thenStall();
			}

		},

		WHILE_THE_MODEL_ANSWERS("\"token\":\"Sun\"", 2, 1, 0) {

			@Override
			void prepare(ScriptedServer provider) {
				ToolProvider.OPENAI.respondCall(provider, "c1", "weather", "{}");
				provider.respond().tokens("Sun").thenStall();
			}

		};

		private final String seen;

		private final int requests;

		private final int runs;

		private final int interrupts;

		Phase(String seen, int requests, int runs, int interrupts) {
			this.seen = seen;
			this.requests = requests;
			this.runs = runs;
			this.interrupts = interrupts;
		}

		abstract void prepare(ScriptedServer provider);

	}

}
