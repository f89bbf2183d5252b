package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.CallOptions;
import studio.ainative.aikit.client.RetryConfig;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.observation.AiKitClientObservationContext;
import studio.ainative.aikit.observation.DefaultAiKitClientObservationConvention;
import studio.ainative.aikit.observation.SemanticConvention;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import io.micrometer.common.KeyValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What Prometheus reads of calls.
 */
class ClientMetricsTests {

	private static final String DURATION = "gen_ai_client_inference_duration_seconds";

	private static final RetryConfig FAST = RetryConfig.defaults()
		.withJitter(0)
		.withDelay(Duration.ofMillis(1), Duration.ofMillis(1));

	private final ScriptedServer provider = ScriptedServer.start();

	private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitObservationAutoConfiguration.class))
		.withBean(PrometheusMeterRegistry.class, () -> this.registry)
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.provider.uri(),
				"ai-kit.stream.model=gpt-4o-mini", "ai-kit.pricing.gpt-4o.input=1000",
				"ai-kit.pricing.gpt-4o.output=2000", "ai-kit.streams.backup.model=backup-1");

	@AfterEach
	void stop() {
		this.provider.close();
		this.registry.close();
	}

	private Scrape scrape() {
		return Scrape.of(this.registry.scrape());
	}

	private void run(Consumer<ApplicationContext> what, String... properties) {
		this.contextRunner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasNotFailed();
			what.accept(context);
		});
	}

	private static AIStream.Builder builder(ApplicationContext context) {
		return context.getBean("aiStreamBuilder", AIStream.Builder.class);
	}

	@ParameterizedTest
	@EnumSource
	void eachOutcomeIsRecordedOnce(ObservedCalls call) {
		run((context) -> call.make(this.provider, ObservedCalls.withoutRetries(builder(context))));
		Scrape scrape = scrape();
		assertThat(scrape.sum(DURATION + "_count")).isOne();
		assertThat(scrape.named(DURATION + "_count").findFirst().orElseThrow().labels())
			.containsEntry("aikit_outcome", call.outcome())
			.containsEntry("error_type", call.errorType())
			.containsEntry("aikit_stream", "default")
			.containsEntry("gen_ai_operation_name", "chat")
			.containsEntry("gen_ai_provider_name", "openai")
			.containsEntry("gen_ai_request_model", "gpt-4o-mini")
			.containsEntry("server_address", this.provider.uri().getHost())
			.containsEntry("server_port", "" + this.provider.uri().getPort())
			.containsKey("gen_ai_response_model")
			.hasSize(10);
	}

	@Test
	void aFallbackIsRecordedByItsOwnName() {
		this.provider.respond().status(503);
		try (ScriptedServer backup = ScriptedServer.start(Dialect.ANTHROPIC)) {
			backup.respond("Hello");
			run((context) -> builder(context)
				.fallback("backup",
						AIStream.builder().provider(new AnthropicProvider()).endpoint(backup.uri()).model("claude-1"))
				.build()
				.stream("Hi")
				.blockLast(Duration.ofSeconds(20)));
		}
		Scrape scrape = scrape();
		assertThat(scrape.sum(DURATION + "_count")).isOne();
		assertThat(scrape.named(DURATION + "_count").findFirst().orElseThrow().labels())
			.containsEntry("aikit_outcome", "complete")
			.containsEntry("aikit_stream", "default")
			.containsEntry("gen_ai_provider_name", "anthropic")
			.containsEntry("gen_ai_request_model", "claude-1")
			.hasSize(10);
	}

	@Test
	void eachOutcomeGivesTheSameSetOfMetrics() {
		run((context) -> {
			for (ObservedCalls call : ObservedCalls.values()) {
				call.make(this.provider, ObservedCalls.withoutRetries(builder(context)));
			}
		});
		Scrape scrape = scrape();
		List<String> complete = scrape.names("aikit_outcome", "complete")
			.stream()
			.filter((name) -> !name.startsWith("gen_ai_client_inference_operation_"))
			.filter((name) -> !name.startsWith("aikit_client_cost"))
			.toList();
		assertThat(complete).contains("gen_ai_client_inference_duration_seconds_bucket",
				"gen_ai_client_inference_time_to_first_chunk_seconds_count",
				"gen_ai_client_inference_time_per_output_chunk_seconds_sum",
				"gen_ai_client_inference_usage_input_tokens_total", "gen_ai_client_inference_usage_output_tokens_total",
				"gen_ai_client_inference_usage_cache_read_input_tokens_total",
				"gen_ai_client_inference_usage_cache_write_input_tokens_total",
				"gen_ai_client_inference_usage_reasoning_output_tokens_total",
				"aikit_client_time_to_first_token_seconds_count");
		for (ObservedCalls call : ObservedCalls.values()) {
			assertThat(scrape.names("aikit_outcome", call.outcome())).as(call.outcome()).containsAll(complete);
		}
		assertThat(scrape.named("gen_ai_client_inference_usage_input_tokens_total")
			.filter((sample) -> sample.labels().get("gen_ai_token_modality").equals("unknown"))).hasSize(7)
			.allMatch((sample) -> sample.value() == 0);
	}

	@Test
	void durationsAreSecondsInTheConventionsBuckets() {
		this.provider.respond("Hel").pause(Duration.ofMillis(120)).tokens("lo").usage(9, 2);
		run((context) -> ObservedCalls.run(builder(context).build().stream("Hi")));
		Scrape scrape = scrape();
		assertThat(scrape.values(DURATION + "_bucket", "le")).containsExactlyInAnyOrder("0.01", "0.02", "0.04", "0.08",
				"0.16", "0.32", "0.64", "1.28", "2.56", "5.12", "10.24", "20.48", "40.96", "81.92", "+Inf");
		assertThat(scrape.sum(DURATION + "_sum")).isBetween(0.12, 30.0);
		assertThat(scrape.sum("gen_ai_client_inference_time_per_output_chunk_seconds_count")).isOne();
		assertThat(scrape.sum("gen_ai_client_inference_time_per_output_chunk_seconds_sum")).isBetween(0.0,
				scrape.sum(DURATION + "_sum"));
		assertThat(scrape.values("gen_ai_client_inference_operation_input_tokens_bucket", "le"))
			.containsExactlyInAnyOrder("1.0", "4.0", "16.0", "64.0", "256.0", "1024.0", "4096.0", "16384.0", "65536.0",
					"262144.0", "1048576.0", "4194304.0", "1.6777216E7", "6.7108864E7", "+Inf");
	}

	@Test
	void reasoningIsTheFirstChunkAndTextTheFirstToken() {
		this.provider.respond()
			.raw("data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"Hm\"}}]}\n\n")
			.pause(Duration.ofMillis(120))
			.tokens("Hello");
		run((context) -> ObservedCalls.run(builder(context).build().stream("Hi")));
		Scrape scrape = scrape();
		double chunk = scrape.sum("gen_ai_client_inference_time_to_first_chunk_seconds_sum");
		assertThat(scrape.sum("aikit_client_time_to_first_token_seconds_sum")).isGreaterThan(chunk);
	}

	@Test
	void tokensAndCostAreThoseThatTheProviderReports() {
		int calls = 10_000;
		long input = 0;
		long output = 0;
		for (int call = 0; call < calls; call++) {
			int prompt = 1 + call % 97;
			int completion = 1 + call % 31;
			input += prompt;
			output += completion;
			this.provider.respond("Hello").usage(prompt, completion);
		}
		run((context) -> {
			AIStream stream = builder(context).build();
			Flux.range(0, calls)
				.flatMap((call) -> stream.stream("Hi").then(), 16)
				.blockLast(ObservedCalls.TIMEOUT_OF_TEST.multipliedBy(4));
		});
		Scrape scrape = scrape();
		assertThat(scrape.sum(DURATION + "_count", "aikit_outcome", "complete")).isEqualTo(calls);
		assertThat(scrape.sum("gen_ai_client_inference_usage_input_tokens_total", "gen_ai_token_modality", "text"))
			.isEqualTo((double) input);
		assertThat(scrape.sum("gen_ai_client_inference_usage_output_tokens_total", "gen_ai_token_modality", "text"))
			.isEqualTo((double) output);
		assertThat(scrape.sum("gen_ai_client_inference_operation_input_tokens_count")).isEqualTo(calls);
		assertThat(scrape.sum("gen_ai_client_inference_operation_output_tokens_sum")).isEqualTo((double) output);
		assertThat(scrape.sum("aikit_client_cost_total", "aikit_currency", "USD"))
			.isCloseTo(input / 1000.0 + output / 500.0, within(1e-6));
		assertThat(scrape.values("aikit_client_cost_total", "aikit_usage_estimated")).containsExactly("false");
	}

	@Test
	void theCostOfAStoppedCallIsAnEstimate() {
		run((context) -> ObservedCalls.STOPPED.make(this.provider, builder(context)));
		assertThat(scrape().sum("aikit_client_cost_total", "aikit_usage_estimated", "true")).isPositive();
	}

	@Test
	void retriesAreCountedByWhatHadFailed() {
		this.provider.respond().status(503);
		this.provider.respond().status(429);
		this.provider.respond("Hello");
		run((context) -> ObservedCalls.run(builder(context).retry(FAST).build().stream("Hi")));
		Scrape scrape = scrape();
		assertThat(scrape.values("aikit_client_retries_total", "aikit_retry_reason")).containsExactly("429", "503");
		assertThat(scrape.sum("aikit_client_retries_total", "aikit_outcome", "complete")).isEqualTo(2);
		assertThat(scrape.sum(DURATION + "_count")).isOne();
	}

	@Test
	void aThousandModelsInRequestsMakeNoThousandSeries() {
		for (int call = 0; call < 1000; call++) {
			this.provider.respond()
				.raw("data: {\"model\":\"answered-" + call
						+ "\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},"
						+ "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
				.thenEnd();
		}
		run((context) -> {
			AIStream stream = builder(context).build();
			List<Message> messages = List.of(Message.user("Hi"));
			Flux.fromStream(IntStream.range(0, 1000).boxed())
				.concatMap((call) -> stream.stream(messages, CallOptions.defaults().withModel("asked-" + call)).then())
				.blockLast(ObservedCalls.TIMEOUT_OF_TEST.multipliedBy(4));
		}, "ai-kit.observations.max-models=5");
		Scrape scrape = scrape();
		assertThat(scrape.values(DURATION + "_count", "gen_ai_request_model")).hasSize(6).contains("other");
		assertThat(scrape.values(DURATION + "_count", "gen_ai_response_model")).hasSize(6).contains("other");
		assertThat(scrape.sum(DURATION + "_count")).isEqualTo(1000);
	}

	@Test
	void namedStreamsAreToldApart() {
		this.provider.respond("Hello");
		run((context) -> ObservedCalls.run(context.getBean("backupAiStream", AIStream.class).stream("Hi")));
		assertThat(scrape().values(DURATION + "_count", "aikit_stream")).containsExactly("backup");
	}

	@Test
	void theOlderNamesCanBeHad() {
		this.provider.respond("Hel", "lo").usage(9, 2);
		run((context) -> ObservedCalls.run(builder(context).build().stream("Hi")),
				"ai-kit.observations.names=otel-1.41");
		Scrape scrape = scrape();
		assertThat(new TreeSet<>(scrape.samples().stream().map(Scrape.Sample::name).toList()))
			.contains("gen_ai_client_operation_duration_seconds_count",
					"gen_ai_client_operation_time_to_first_chunk_seconds_count",
					"gen_ai_client_operation_time_per_output_chunk_seconds_count",
					"aikit_client_time_to_first_token_seconds_count")
			.noneMatch((name) -> name.contains("inference"));
		assertThat(scrape.sum("gen_ai_client_token_usage_sum", "gen_ai_token_type", "input")).isEqualTo(9);
		assertThat(scrape.sum("gen_ai_client_token_usage_sum", "gen_ai_token_type", "output")).isEqualTo(2);
	}

	@Test
	void aConventionOfTheApplicationsChangesOneTag() {
		this.provider.respond("Hello");
		this.contextRunner.withBean(DefaultAiKitClientObservationConvention.class, () -> new Renamed())
			.run((context) -> {
				assertThat(context).hasNotFailed();
				ObservedCalls.run(builder(context).build().stream("Hi"));
			});
		assertThat(scrape().values(DURATION + "_count", "aikit_stream")).containsExactly("mine");
	}

	@Test
	void nothingIsObservedWhereThatIsSwitchedOff() {
		this.provider.respond("Hello");
		run((context) -> ObservedCalls.run(builder(context).build().stream("Hi")), "ai-kit.observations.enabled=false");
		assertThat(scrape().samples()).isEmpty();
	}

	@Test
	void refusesACapBelowZero() {
		this.contextRunner.withPropertyValues("ai-kit.observations.max-models=-1", "ai-kit.stream.model=a")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("must be zero or more (was -1)"));
	}

	private static final class Renamed extends DefaultAiKitClientObservationConvention {

		Renamed() {
			super(SemanticConvention.OTEL_0_1);
		}

		@Override
		protected KeyValue stream(AiKitClientObservationContext context) {
			return KeyValue.of("aikit.stream", "mine");
		}

	}

}
