package studio.ainative.aikit.readme;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.readme.ToolQuickStart.WeatherService;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A tool and an image, from the page to the model and back, on Tomcat and on Netty.
 */
@ExtendWith(OutputCaptureExtension.class)
class ToolQuickStartTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ScriptedServer provider = ScriptedServer.start();

	@AfterEach
	void stop() {
		this.provider.close();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void thePageSeesCallAndResultAndTheAnswer(WebApplicationType type) throws Exception {
		respondCall("{\\\"city\\\":\\\"Rome\\\"}");
		this.provider.respond("Sun", "ny").usage(20, 5);
		assertThat(ask(type, (city) -> Map.of("sky", "clear in " + city)))
			.containsSubsequence("\"name\":\"weather\"", "\"handled\":true", "\"toolResult\"", "clear in Rome",
					"{\"token\":\"Sun\",\"index\":0}", "{\"token\":\"ny\",\"index\":1}", "\"totalTokens\":40",
					"\"outcome\":\"complete\"")
			.containsOnlyOnce("event: start")
			.containsOnlyOnce("event: done")
			.doesNotContain("\"tool_calls\"");
		assertThat(this.provider.requests()).hasSize(2)
			.allMatch((request) -> request.body().contains("Tells today's weather in a city."));
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void useChatSeesAStepWithItsOutput(WebApplicationType type) throws Exception {
		respondCall("{\\\"city\\\":\\\"Rome\\\"}");
		this.provider.respond("Sunny");
		assertThat(ask(type, (city) -> Map.of("sky", "clear"), "ai-kit.response.format=ui-message"))
			.containsSubsequence("\"type\":\"start\"", "\"type\":\"start-step\"", "\"type\":\"tool-input-start\"",
					"\"type\":\"tool-input-available\"",
					"\"type\":\"tool-output-available\",\"toolCallId\":\"c1\",\"output\":{\"sky\":\"clear\"}",
					"\"type\":\"finish-step\"", "\"type\":\"start-step\"", "\"delta\":\"Sunny\"", "\"type\":\"finish\"",
					"[DONE]");
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void aFailureSaysSoAndNothingElse(WebApplicationType type, CapturedOutput output) throws Exception {
		respondCall("{\\\"city\\\":\\\"Rome\\\"}");
		this.provider.respond("No idea");
		assertThat(ask(type, (city) -> {
			throw new IllegalStateException("canary " + city);
		})).contains("The tool has failed.", "\"failed\":true", "No idea", "\"outcome\":\"complete\"")
			.doesNotContain("canary");
		respondCall("{\\\"city\\\":[\\\"canary\\\"");
		this.provider.respond("No idea");
		assertThat(ask(type, (city) -> Map.of())).contains("The arguments are no JSON object.", "No idea");
		respondCall("{\\\"city\\\":\\\"Rome\\\"}");
		this.provider.respond("Too much");
		assertThat(ask(type, (city) -> Map.of("all", "x".repeat(50 * 1024 * 1024))))
			.contains("The tool's result has more than 262144 characters.", "Too much")
			.hasSizeLessThan(10_000);
		assertThat(output).contains("The tool 'weather' has failed with java.lang.IllegalStateException")
			.doesNotContain("canary");
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void whoeverLeavesInterruptsTheTool(WebApplicationType type) throws Exception {
		respondCall("{\\\"city\\\":\\\"Rome\\\"}");
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		Function<String, Map<String, Object>> hanging = (city) -> {
			running.countDown();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
			return Map.of();
		};
		try (ConfigurableApplicationContext context = start(type, hanging,
				"ai-kit.response.heartbeat.interval=100ms")) {
			SseReader reader = SseReader.get(port(context), "/ask");
			assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
			reader.close();
			assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(this.provider.requests()).hasSize(1);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void aToolThatHangsCostsItsTimeOnly(WebApplicationType type) throws Exception {
		respondCall("{\\\"city\\\":\\\"Rome\\\"}");
		this.provider.respond("Later");
		CountDownLatch never = new CountDownLatch(1);
		assertThat(ask(type, (city) -> {
			try {
				never.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return Map.of();
		}, "ai-kit.stream.tools.timeout=200ms")).contains("The tool did not end within 0.2 s.", "Later",
				"\"outcome\":\"complete\"");
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void anImageReachesTheModel(WebApplicationType type) {
		this.provider.respond("A dot");
		try (ConfigurableApplicationContext context = start(type, (city) -> Map.of())) {
			ToolQuickStart.look(context.getBean(AIStream.class), new byte[] { 1, 2, 3 }).blockLast(TIMEOUT);
		}
		assertThat(this.provider.lastRequest().body()).contains("What is on this picture?",
				"data:image/png;base64,AQID");
	}

	private void respondCall(String arguments) {
		this.provider.respond()
			.raw("data: {\"id\":\"one\",\"model\":\"gpt-4o\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{"
					+ "\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\""
					+ arguments + "\"}}]}}]}\n\n"
					+ "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"
					+ "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n\n"
					+ "data: [DONE]\n\n")
			.thenEnd();
	}

	private String ask(WebApplicationType type, Function<String, Map<String, Object>> weather, String... properties)
			throws Exception {
		try (ConfigurableApplicationContext context = start(type, weather, properties);
				SseReader reader = SseReader.getWithConnection(port(context), "/ask", "close")) {
			return reader.readAll();
		}
	}

	private ConfigurableApplicationContext start(WebApplicationType type, Function<String, Map<String, Object>> weather,
			String... properties) {
		ApplicationContextInitializer<GenericApplicationContext> service = (context) -> context
			.registerBean(WeatherService.class, () -> new WeatherService(weather));
		return new SpringApplicationBuilder(ToolQuickStart.ToolApplication.class).web(type)
			.initializers(service)
			.properties("server.port=0", "spring.main.banner-mode=off", "ai-kit.stream.provider=openai",
					"ai-kit.stream.model=gpt-4o", "ai-kit.stream.endpoint=" + this.provider.uri(),
					"spring.reactor.netty.shutdown-quiet-period=0s")
			.properties(properties)
			.run();
	}

	private static int port(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

}
