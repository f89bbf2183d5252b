package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.RetryConfig;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.client.ToolProvider;
import studio.ainative.aikit.observation.AiKitClientMeters;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.LowCardinalityKeys;
import studio.ainative.aikit.observation.AiKitServerMeters;
import studio.ainative.aikit.observation.AiKitServerMeters.Keys;
import studio.ainative.aikit.observation.DefaultAiKitServerMeterConvention;
import studio.ainative.aikit.observation.SemanticConvention;
import studio.ainative.aikit.server.ResponseObserver;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What makes a value of each metric that is documented, and what a registry must give
 * then.
 */
final class EveryMeter {

	private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

	private EveryMeter() {
	}

	/**
	 * A metric as it is documented.
	 *
	 * @param name its name
	 * @param kind {@code histogram}, {@code counter} or {@code gauge}
	 * @param unit {@code seconds}, {@code bytes} or empty
	 * @param tags the names of its tags
	 * @param outcomes the values of {@code aikit.outcome} that are there, empty for any
	 */
	record Documented(String name, String kind, String unit, Set<String> tags, Set<String> outcomes) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	static List<Documented> ofCalls(SemanticConvention names) {
		Set<String> common = Arrays.stream(LowCardinalityKeys.values())
			.map(LowCardinalityKeys::asString)
			.collect(Collectors.toSet());
		Set<AiKitClientMeters> ofSome = Set.of(AiKitClientMeters.OPERATION_INPUT_TOKENS,
				AiKitClientMeters.OPERATION_OUTPUT_TOKENS, AiKitClientMeters.TOKEN_USAGE, AiKitClientMeters.RETRIES,
				AiKitClientMeters.COST, AiKitClientMeters.TOOL_DURATION);
		return Arrays.stream(AiKitClientMeters.values())
			.filter((meter) -> meter.meterName(names) != null)
			.map((meter) -> new Documented(String.valueOf(meter.meterName(names)), meter.kind(), meter.unit(),
					tags((meter == AiKitClientMeters.TOOL_DURATION) ? Set.of() : common, meter.tags()),
					ofSome.contains(meter) ? Set.of() : quoted(LowCardinalityKeys.OUTCOME.description())))
			.toList();
	}

	static List<Documented> ofAnswers() {
		List<AiKitServerMeters> all = List.of(AiKitServerMeters.values());
		int kept = all.size() - 5;
		return all.stream()
			.map((meter) -> new Documented(meter.meterName(), meter.kind(), meter.unit(),
					tags((all.indexOf(meter) < kept) ? Set.of(Keys.STACK.asString(), Keys.FORMAT.asString())
							: Set.of(Keys.STACK.asString()), meter.tags()),
					quoted(meter.tags()).contains(Keys.OUTCOME.asString()) ? outcomes(meter) : Set.of()))
			.toList();
	}

	private static Set<String> outcomes(AiKitServerMeters meter) {
		return quoted(((meter == AiKitServerMeters.DURATION) ? AiKitServerMeters.READERS : meter).description());
	}

	private static Set<String> tags(Set<String> common, String further) {
		Set<String> tags = new TreeSet<>(common);
		tags.addAll(quoted(further));
		return tags;
	}

	private static Set<String> quoted(String words) {
		return QUOTED.matcher(words).results().map((word) -> word.group(1)).collect(Collectors.toSet());
	}

	/**
	 * Make calls that end in each way, one with a retry and a known price and one that
	 * runs a tool, and have a reader of an answer that is kept.
	 * @param registry what takes the metrics
	 * @param names the version of the names
	 */
	static void use(MeterRegistry registry, SemanticConvention names) {
		read(registry);
		try (ScriptedServer provider = ScriptedServer.start()) {
			new ApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(AiKitClientAutoConfiguration.class,
						AiKitObservationAutoConfiguration.class))
				.withBean(MeterRegistry.class, () -> registry)
				.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + provider.uri(),
						"ai-kit.stream.model=gpt-4o", "ai-kit.pricing.gpt-4o.input=1", "ai-kit.pricing.gpt-4o.output=2",
						"ai-kit.observations.names="
								+ ((names == SemanticConvention.OTEL_0_1) ? "otel-0.1" : "otel-1.41"))
				.run((context) -> {
					assertThat(context).hasNotFailed();
					for (ObservedCalls call : ObservedCalls.values()) {
						call.make(provider, ObservedCalls.withoutRetries(builder(context)));
					}
					provider.respond().status(503);
					provider.respond("Hello").usage(1000, 1000);
					ObservedCalls.run(builder(context)
						.retry(RetryConfig.defaults().withDelay(Duration.ofMillis(1), Duration.ofMillis(1)))
						.build()
						.stream("Hi"));
					ToolProvider.OPENAI.respondCall(provider, "c1", "weather", "{}");
					provider.respond("Clear");
					ObservedCalls
						.run(builder(context).tool(Tool.of("weather", "", "", (call) -> "clear")).build().stream("Hi"));
				});
		}
	}

	private static void read(MeterRegistry registry) {
		MeteredResponses responses = new MeteredResponses(registry, new DefaultAiKitServerMeterConvention(), "webmvc");
		responses.beginKept();
		for (ResponseObserver.Cause cause : ResponseObserver.Cause.values()) {
			Reader reader = new Reader();
			responses.opened(reader);
			responses.closed(reader, new ResponseObserver.Closing(cause, Duration.ofSeconds(2), Duration.ofSeconds(1),
					Duration.ofSeconds(1), 100, 1));
		}
	}

	private static AIStream.Builder builder(ApplicationContext context) {
		return context.getBean("aiStreamBuilder", AIStream.Builder.class);
	}

	/** One that has all that there is. */
	private record Reader() implements ResponseObserver.OpenResponse {

		@Override
		public String format() {
			return "ai-kit";
		}

		@Override
		public Duration age() {
			return Duration.ZERO;
		}

		@Override
		public Duration lag() {
			return Duration.ZERO;
		}

		@Override
		public long waitingBytes() {
			return 0;
		}

	}

}
