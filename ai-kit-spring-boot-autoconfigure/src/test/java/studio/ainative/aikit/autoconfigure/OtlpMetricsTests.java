package studio.ainative.aikit.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.Clock;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.observation.SemanticConvention;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a collector is sent of calls, as it stands in the bytes.
 */
class OtlpMetricsTests {

	private final ScriptedServer provider = ScriptedServer.start();

	private final LoopResources loops = LoopResources.create("collector", 1, true);

	private final Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();

	private final DisposableServer collector = HttpServer.create()
		.runOn(this.loops)
		.host("localhost")
		.port(0)
		.route((routes) -> routes.post("/v1/metrics",
				(request, response) -> request.receive()
					.aggregate()
					.asByteArray()
					.doOnNext(this.bodies::add)
					.then(Mono.defer(() -> response.send().then()))))
		.bindNow();

	@AfterEach
	void stop() {
		this.provider.close();
		this.collector.disposeNow();
		this.loops.dispose();
	}

	@Test
	void durationsAreSecondsAndEachOutcomeIsThere() throws Exception {
		OtlpMeterRegistry registry = new OtlpMeterRegistry(new ToCollector(this.collector.port()), Clock.SYSTEM);
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitObservationAutoConfiguration.class))
			.withBean(OtlpMeterRegistry.class, () -> registry)
			.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.provider.uri(),
					"ai-kit.stream.model=gpt-4o")
			.run((context) -> {
				for (ObservedCalls call : ObservedCalls.values()) {
					AIStream.Builder builder = context.getBean("aiStreamBuilder", AIStream.Builder.class);
					call.make(this.provider, ObservedCalls.withoutRetries(builder));
				}
			});
		registry.close(); // Sends what there is
		Map<String, Metric> metrics = metrics();
		for (String name : List.of("gen_ai.client.inference.duration", "gen_ai.client.inference.time_to_first_chunk",
				"gen_ai.client.inference.time_per_output_chunk", "aikit.client.time_to_first_token")) {
			Metric metric = metrics.get(name);
			assertThat(metric).as(name).isNotNull();
			assertThat(metric.getUnit()).as(name).isEqualTo("seconds");
			assertThat(metric.getHistogram().getDataPointsList()).as(name)
				.hasSize(ObservedCalls.values().length)
				.allSatisfy((point) -> assertThat(point.getExplicitBoundsList()).containsExactly(0.01, 0.02, 0.04, 0.08,
						0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92));
		}
		List<HistogramDataPoint> durations = metrics.get("gen_ai.client.inference.duration")
			.getHistogram()
			.getDataPointsList();
		assertThat(durations.stream().map((point) -> attribute(point.getAttributesList(), "aikit.outcome")))
			.containsExactlyInAnyOrder("complete", "stopped", "abandoned", "error", "truncated", "timeout", "limit",
					"budget");
		assertThat(durations).allSatisfy((point) -> {
			assertThat(point.getCount()).isOne();
			assertThat(point.getSum()).isBetween(0.0, 30.0);
			assertThat(attribute(point.getAttributesList(), "gen_ai.provider.name")).isEqualTo("openai");
			assertThat(point.getAttributesList()).hasSize(10);
		});
		Metric input = metrics.get("gen_ai.client.inference.usage.input_tokens");
		assertThat(input.getUnit()).isEmpty();
		assertThat(input.getSum().getIsMonotonic()).isTrue();
		assertThat(input.getSum().getDataPointsList()).hasSize(ObservedCalls.values().length);
		assertThat(input.getSum()
			.getDataPointsList()
			.stream()
			.filter((point) -> "text".equals(attribute(point.getAttributesList(), "gen_ai.token.modality")))
			.mapToDouble(NumberDataPoint::getAsDouble)).containsExactly(9.0);
		assertThat(
				metrics.get("gen_ai.client.inference.operation.input_tokens").getHistogram().getDataPoints(0).getSum())
			.isEqualTo(9);
	}

	@ParameterizedTest
	@EnumSource
	void eachMetricIsSentAsItIsDocumented(SemanticConvention names) throws Exception {
		OtlpMeterRegistry registry = new OtlpMeterRegistry(new ToCollector(this.collector.port()), Clock.SYSTEM);
		EveryMeter.use(registry, names);
		registry.close();
		Map<String, Metric> metrics = metrics();
		List<EveryMeter.Documented> documented = Stream
			.concat(EveryMeter.ofCalls(names).stream(), EveryMeter.ofAnswers().stream())
			.toList();
		// Of each histogram there is one, by Micrometer
		assertThat(metrics.keySet().stream().filter((name) -> !name.endsWith(".max")))
			.containsExactlyInAnyOrderElementsOf(documented.stream().map(EveryMeter.Documented::name).toList());
		for (EveryMeter.Documented meter : documented) {
			Metric metric = metrics.get(meter.name());
			assertThat(metric.getUnit()).as(meter.name()).isEqualTo(meter.unit());
			List<List<KeyValue>> points = points(metric, meter.kind());
			assertThat(points).as(meter.name())
				.isNotEmpty()
				.allSatisfy((point) -> assertThat(point.stream().map(KeyValue::getKey))
					.containsExactlyInAnyOrderElementsOf(meter.tags()));
			if (!meter.outcomes().isEmpty()) {
				assertThat(points.stream().map((point) -> attribute(point, "aikit.outcome")).distinct())
					.as(meter.name())
					.containsExactlyInAnyOrderElementsOf(meter.outcomes());
			}
		}
	}

	private static List<List<KeyValue>> points(Metric metric, String kind) {
		return switch (kind) {
			case "histogram" ->
				metric.getHistogram().getDataPointsList().stream().map(HistogramDataPoint::getAttributesList).toList();
			case "counter" -> {
				assertThat(metric.getSum().getIsMonotonic()).as(metric.getName()).isTrue();
				yield metric.getSum().getDataPointsList().stream().map(NumberDataPoint::getAttributesList).toList();
			}
			default -> metric.getGauge().getDataPointsList().stream().map(NumberDataPoint::getAttributesList).toList();
		};
	}

	private Map<String, Metric> metrics() throws InvalidProtocolBufferException {
		List<Metric> metrics = new ArrayList<>();
		for (byte[] body : this.bodies) {
			ExportMetricsServiceRequest.parseFrom(body)
				.getResourceMetricsList()
				.forEach((resource) -> resource.getScopeMetricsList()
					.forEach((scope) -> metrics.addAll(scope.getMetricsList())));
		}
		return metrics.stream()
			.collect(Collectors.toMap(Metric::getName, (metric) -> metric, (first, second) -> second));
	}

	private static @Nullable String attribute(List<KeyValue> attributes, String key) {
		return attributes.stream()
			.filter((attribute) -> attribute.getKey().equals(key))
			.map((attribute) -> attribute.getValue().getStringValue())
			.findFirst()
			.orElse(null);
	}

	/**
	 * Sends to the collector when it is closed.
	 *
	 * @param port the collector's port
	 */
	private record ToCollector(int port) implements OtlpConfig {

		@Override
		public @Nullable String get(String key) {
			return null;
		}

		@Override
		public String url() {
			return "http://localhost:" + this.port + "/v1/metrics";
		}

	}

}
