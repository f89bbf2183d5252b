package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.client.ToolLimitException;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Beans of the type {@link Tool}, and every key under {@code ai-kit.stream.tools}.
 */
class ToolPropertiesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ScriptedServer server = ScriptedServer.start();

	private final List<String> threads = new CopyOnWriteArrayList<>();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitClientAutoConfiguration.class))
		.withBean("weather", Tool.class, () -> Tool.of("weather", "", "", (call) -> {
			this.threads.add(Thread.currentThread().toString());
			return "clear skies";
		}))
		.withBean("time", Tool.class, () -> Tool.of("time", "", "", (call) -> "noon"))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.server.uri(),
				"ai-kit.stream.retry.enabled=false");

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void allBeansAreOffered() {
		this.server.respond("Hi");
		run();
		assertThat(offered()).containsExactly("weather", "time");
	}

	@Test
	void namedStreamsMayOfferOthers() {
		this.server.respond("Hi");
		this.server.respond("Hi");
		this.contextRunner
			.withPropertyValues("ai-kit.streams.careful.tools.names=time", "ai-kit.streams.plain.tools.enabled=false")
			.run((context) -> {
				context.getBean("carefulAiStream", AIStream.class).stream("Hi").blockLast(TIMEOUT);
				assertThat(offered()).containsExactly("time");
				context.getBean("plainAiStream", AIStream.class).stream("Hi").blockLast(TIMEOUT);
				assertThat(offered()).isEmpty();
			});
	}

	@Test
	void disabledToolsAreNotEvenMade() {
		this.server.respond("Hi");
		this.contextRunner.withPropertyValues("ai-kit.stream.tools.enabled=false")
			.withBean("broken", Tool.class, () -> {
				throw new IllegalStateException();
			}, (definition) -> definition.setLazyInit(true))
			.run((context) -> context.getBean(AIStream.class).stream("Hi").blockLast(TIMEOUT));
		assertThat(offered()).isEmpty();
	}

	@Test
	void roundsAndSizesAreLimited() {
		respondCall();
		this.server.respond("Hi");
		run("ai-kit.stream.tools.max-result-size=10");
		assertThat(this.server.lastRequest().body()).contains("more than 10 characters").doesNotContain("clear skies");
		respondCall();
		respondCall();
		this.contextRunner.withPropertyValues("ai-kit.stream.tools.max-rounds=1")
			.run((context) -> assertThat(
					context.getBean(AIStream.class).stream("Hi").then().materialize().block(TIMEOUT).getThrowable())
				.isInstanceOf(ToolLimitException.class));
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void functionsRunOnVirtualThreadsWhereThoseAreOn() {
		respondCall();
		this.server.respond("Hi");
		run("spring.threads.virtual.enabled=true");
		assertThat(this.threads).singleElement()
			.satisfies((thread) -> assertThat(thread).startsWith("VirtualThread[").contains("ai-kit-tool-"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"ai-kit.stream.provider=ai-kit | 'ai-kit.stream.provider' is 'ai-kit', which can't tell a model of the application's tools",
			"ai-kit.stream.tools.names=wether | 'ai-kit.stream.tools.names' names 'wether', which is no tool of the application",
			"ai-kit.stream.tools.max-rounds=0 | 'ai-kit.stream.tools.max-rounds' must be one or more (was 0)",
			"ai-kit.stream.tools.timeout=0s | 'ai-kit.stream.tools.timeout' must be positive (was PT0S)",
			"ai-kit.stream.tools.max-result-size=0 | 'ai-kit.stream.tools.max-result-size' must be one or more (was 0)" })
	void whatCanNotWorkStopsTheApplication(String property, String sentence) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(message(context.getStartupFailure())).contains(sentence));
	}

	@Test
	void aFallbackThatHasNoToolsStopsItWhereverItIs() {
		ApplicationContextRunner runner = this.contextRunner.withPropertyValues("ai-kit.stream.fallback=backup",
				"ai-kit.streams.backup.fallback=plain", "ai-kit.streams.backup.tools.enabled=false",
				"ai-kit.streams.plain.provider=ai-kit", "ai-kit.streams.plain.tools.enabled=false");
		runner.run((context) -> assertThat(message(context.getStartupFailure())).contains(
				"'ai-kit.stream.fallback' leads to 'plain', whose provider is 'ai-kit', which can't tell a model of "
						+ "the application's tools. Remove 'plain' from it, choose another provider for that, or set "
						+ "'ai-kit.stream.tools.enabled' to false."));
		runner.withPropertyValues("ai-kit.stream.tools.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void twoBeansOfOneNameStopIt() {
		this.contextRunner.withBean("other", Tool.class, () -> Tool.of("time", "", "", (call) -> ""))
			.run((context) -> assertThat(message(context.getStartupFailure())).contains("two beans are called 'time'"));
	}

	private static String message(Throwable failure) {
		StringBuilder messages = new StringBuilder();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			messages.append(cause.getMessage()).append('\n');
		}
		return messages.toString();
	}

	private List<String> offered() {
		return JsonMapper.shared().readTree(this.server.lastRequest().body()).path("tools").findValuesAsString("name");
	}

	private void respondCall() {
		this.server.respond()
			.raw("data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\","
					+ "\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}"
					+ "\n\ndata: [DONE]\n\n")
			.thenEnd();
	}

	private void run(String... properties) {
		this.contextRunner.withPropertyValues(properties)
			.run((context) -> context.getBean(AIStream.class).stream("Hi").blockLast(TIMEOUT));
	}

}
