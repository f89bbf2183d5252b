package studio.ainative.aikit.observation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

/**
 * What is made of a call, in a time of its own.
 */
class ClientObservationsTests {

	private static final ClientCallFacts FACTS = new ClientCallFacts("default", "openai", "gpt-4o", "example.com", 443,
			Map.of("temperature", 0.5, "max_tokens", 10, "secret", 1, "top_p", "a text"));

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final List<Observation.Context> stopped = new ArrayList<>();

	private final DefaultAiKitClientObservationConvention convention = new DefaultAiKitClientObservationConvention(
			SemanticConvention.OTEL_0_1);

	private long millis;

	private ClientObservations observations(ClientCallListener... listeners) {
		this.registry.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStop(Observation.Context context) {
				ClientObservationsTests.this.stopped.add(context);
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		List<ClientCallListener> all = new ArrayList<>(List.of(listeners));
		all.add(new ClientMeters(this.meters, this.convention, SemanticConvention.OTEL_0_1));
		return new ClientObservations(this.registry, this.convention, new ModelNames(List.of(), 10),
				new ModelNames(List.of(), 10), all, () -> TimeUnit.MILLISECONDS.toNanos(this.millis), null);
	}

	private static ClientCallEnd end(CallOutcome outcome, @Nullable String errorType, @Nullable Usage reported) {
		return new ClientCallEnd(outcome, errorType, (errorType != null) ? new IllegalStateException(errorType) : null,
				reported, null);
	}

	private DistributionSummary summary(String name) {
		return this.meters.get(name).summary();
	}

	@Test
	void timesAreTakenFromTheSubscription() {
		ClientCall call = observations().begin(FACTS, null);
		this.millis = 300;
		call.event(new StreamEvent.Reasoning("Hm"));
		this.millis = 700;
		call.event(new StreamEvent.Token("", 0));
		this.millis = 750;
		call.event(new StreamEvent.Token("Hello", 1));
		this.millis = 2000;
		call.end(end(CallOutcome.COMPLETE, null, Usage.of(9, 2)));
		assertThat(summary("gen_ai.client.inference.duration").totalAmount()).isEqualTo(2.0);
		assertThat(summary("gen_ai.client.inference.time_to_first_chunk").totalAmount()).isEqualTo(0.3);
		assertThat(summary("aikit.client.time_to_first_token").totalAmount()).isEqualTo(0.75);
		assertThat(summary("gen_ai.client.inference.time_per_output_chunk").count()).isEqualTo(2);
		assertThat(summary("gen_ai.client.inference.time_per_output_chunk").totalAmount()).isCloseTo(0.45,
				within(1e-9));
		assertThat(summary("gen_ai.client.inference.time_per_output_chunk").max()).isEqualTo(0.4);
		assertThat(summary("gen_ai.client.inference.duration").getId().getBaseUnit()).isEqualTo("seconds");
	}

	@Test
	void triesAreChildrenOfTheCallAndEndBeforeIt() {
		ClientCall call = observations().begin(FACTS, null);
		call.beginTry();
		call.endTry("503", new IllegalStateException("503"));
		Observation second = call.beginTry();
		call.end(end(CallOutcome.STOPPED, null, null));
		assertThat(this.stopped).hasSize(3);
		Observation.Context whole = this.stopped.get(2);
		assertThat(whole.getContextualName()).isEqualTo("chat gpt-4o");
		for (Observation.Context one : this.stopped.subList(0, 2)) {
			assertThat(one.getName()).isEqualTo("aikit.client.try");
			assertThat(Objects.requireNonNull(one.getParentObservation()).getContextView()).isSameAs(whole);
		}
		assertThat(this.stopped.get(0).getError()).hasMessage("503");
		assertThat(value(this.stopped.get(0), "error.type")).isEqualTo("503");
		assertThat(value(this.stopped.get(0), "aikit.try")).isEqualTo("1");
		assertThat(second.getContextView()).isSameAs(this.stopped.get(1));
		assertThat(value(this.stopped.get(1), "error.type")).isEqualTo("none");
		assertThat(value(whole, "aikit.tries")).isEqualTo("2");
		assertThat(this.meters.get("aikit.client.retries").tag("aikit.retry.reason", "503").counter().count()).isOne();
	}

	@Test
	void runsOfToolsAreChildrenOfTheCall() {
		ClientCall call = observations().begin(FACTS, null);
		ToolCall first = call.beginTool("c1", "weather", "Tells the weather.");
		ToolCall second = call.beginTool("c2", "time", "");
		second.end(CallOutcome.ERROR, "java.io.IOException", new IllegalStateException("java.io.IOException"));
		first.end(CallOutcome.COMPLETE, null, null);
		call.end(end(CallOutcome.COMPLETE, null, null));
		assertThat(this.stopped).extracting(Observation.Context::getContextualName)
			.containsExactly("execute_tool time", "execute_tool weather", "chat gpt-4o");
		Observation.Context failed = this.stopped.get(0);
		assertThat(failed.getError()).hasMessage("java.io.IOException");
		assertThat(value(failed, "error.type")).isEqualTo("java.io.IOException");
		assertThat(value(failed, "aikit.outcome")).isEqualTo("error");
		assertThat(value(failed, "gen_ai.tool.description")).isNull();
		Observation.Context weather = this.stopped.get(1);
		assertThat(Objects.requireNonNull(weather.getParentObservation()).getContextView())
			.isSameAs(this.stopped.get(2));
		Map<String, String> keys = Map.of("gen_ai.operation.name", "execute_tool", "gen_ai.tool.name", "weather",
				"gen_ai.tool.call.id", "c1", "gen_ai.tool.type", "function", "gen_ai.tool.description",
				"Tells the weather.", "error.type", "none", "aikit.outcome", "complete", "aikit.stream", "default");
		assertThat(weather.getAllKeyValues().stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue)))
			.isEqualTo(keys);
	}

	@Test
	void ofSeveralTargetsMetricsTellOfTheOneThatWasAskedLast() {
		ClientCall call = observations().begin(FACTS, null);
		call.beginTry("default", FACTS);
		call.endTry("503", null);
		call.beginTry("backup",
				new ClientCallFacts("default", "anthropic", "claude", "another.example", 8443, Map.of()));
		call.end(end(CallOutcome.COMPLETE, null, Usage.of(9, 2)));
		assertThat(this.stopped).extracting((one) -> value(one, "gen_ai.provider.name"))
			.containsExactly("openai", "anthropic", "anthropic");
		assertThat(value(this.stopped.get(0), "aikit.target")).isEqualTo("default");
		assertThat(value(this.stopped.get(1), "aikit.target")).isEqualTo("backup");
		assertThat(this.meters.get("gen_ai.client.inference.duration")
			.tags("gen_ai.provider.name", "anthropic", "gen_ai.request.model", "claude", "server.address",
					"another.example", "server.port", "8443", "aikit.stream", "default")
			.summary()
			.count()).isOne();
	}

	@Test
	void theSpanTellsWhatTheAnswerDid() {
		ClientCall call = observations().begin(FACTS, null);
		this.millis = 1250;
		call.event(new StreamEvent.Token("Hello", 0));
		call.event(
				new StreamEvent.Metadata(Map.of("id", "chatcmpl-1", "model", "gpt-4o-2024", "finishReason", "stop")));
		call.end(end(CallOutcome.COMPLETE, null, new Usage(9, 2, 11, 4, 3, 1, false)));
		Map<String, String> keys = Map.ofEntries(Map.entry("gen_ai.operation.name", "chat"),
				Map.entry("gen_ai.response.id", "chatcmpl-1"), Map.entry("gen_ai.response.model", "gpt-4o-2024"),
				Map.entry("gen_ai.response.finish_reasons", "stop"),
				Map.entry("gen_ai.response.time_to_first_chunk", "1.25"), Map.entry("gen_ai.request.stream", "true"),
				Map.entry("gen_ai.request.temperature", "0.5"), Map.entry("gen_ai.request.max_tokens", "10"),
				Map.entry("gen_ai.usage.input_tokens", "9"), Map.entry("gen_ai.usage.output_tokens", "2"),
				Map.entry("gen_ai.usage.cache_read.input_tokens", "4"),
				Map.entry("gen_ai.usage.cache_write.input_tokens", "3"),
				Map.entry("gen_ai.usage.reasoning.output_tokens", "1"), Map.entry("server.address", "example.com"),
				Map.entry("aikit.outcome", "complete"));
		keys.forEach((key, value) -> assertThat(value(this.stopped.get(0), key)).as(key).isEqualTo(value));
		assertThat(this.stopped.get(0).getAllKeyValues().toString()).doesNotContain("secret").doesNotContain("a text");
	}

	@Test
	void aFinishReasonThatDidNotComeIsAnError() {
		ClientCall call = observations().begin(FACTS, null);
		call.event(new StreamEvent.Token("Hello", 0));
		call.end(end(CallOutcome.ABANDONED, null, null));
		assertThat(value(this.stopped.get(0), "gen_ai.response.finish_reasons")).isEqualTo("error");
	}

	@Test
	void spansMayHaveNamesThatMetricsMustNot() {
		ClientObservations observations = observations();
		for (int number = 0; number < 12; number++) {
			ClientCallFacts facts = new ClientCallFacts("default", "openai", "model-" + number, "example.com", 443,
					Map.of());
			observations.begin(facts, null).end(end(CallOutcome.COMPLETE, null, null));
		}
		assertThat(value(this.stopped.get(11), "gen_ai.request.model")).isEqualTo("model-11");
		assertThat(this.meters.get("gen_ai.client.inference.duration")
			.tag("gen_ai.request.model", "other")
			.summary()
			.count()).isEqualTo(2);
	}

	@Test
	void theSpanEndsThoughAListenerThrows() {
		ClientCallListener broken = (call) -> {
			throw new IllegalStateException("broken");
		};
		ClientCall call = observations(broken).begin(FACTS, null);
		assertThatIllegalStateException().isThrownBy(() -> call.end(end(CallOutcome.COMPLETE, null, null)));
		assertThat(this.stopped).hasSize(1);
	}

	@Test
	void listenersRunInTheScopeOfTheSpan() {
		List<@Nullable Observation> current = new ArrayList<>();
		ClientCall call = observations((context) -> current.add(this.registry.getCurrentObservation())).begin(FACTS,
				null);
		call.end(end(CallOutcome.COMPLETE, null, null));
		assertThat(current).hasSize(1).doesNotContainNull();
		assertThat(this.registry.getCurrentObservation()).isNull();
	}

	private static @Nullable String value(Observation.Context context, String key) {
		return context.getAllKeyValues()
			.stream()
			.filter((candidate) -> candidate.getKey().equals(key))
			.map(KeyValue::getValue)
			.findFirst()
			.orElse(null);
	}

}
