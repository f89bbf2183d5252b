package studio.ainative.aikit.benchmarks.jmh;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.observation.AiKitClientObservationConvention;
import studio.ainative.aikit.observation.CallOutcome;
import studio.ainative.aikit.observation.ClientCall;
import studio.ainative.aikit.observation.ClientCallEnd;
import studio.ainative.aikit.observation.ClientCallFacts;
import studio.ainative.aikit.observation.ClientCallListener;
import studio.ainative.aikit.observation.ClientMeters;
import studio.ainative.aikit.observation.ClientObservations;
import studio.ainative.aikit.observation.DefaultAiKitClientObservationConvention;
import studio.ainative.aikit.observation.ModelNames;
import studio.ainative.aikit.observation.SemanticConvention;

/**
 * What it costs to observe calls: nanoseconds a token of a long answer, and nanoseconds a
 * call with a single one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ObserveBenchmark {

	private static final ClientCallFacts FACTS = new ClientCallFacts("default", "openai", "gpt-4o", "localhost", 443,
			Map.of());

	@SuppressWarnings("NullAway") // javac 17 keeps no type annotations of a record's
									// constructor
	private static final ClientCallEnd END = new ClientCallEnd(CallOutcome.COMPLETE, null, null,
			Usage.of(9, Answer.TOKENS), new StreamEvent.UsageReport(Usage.of(9, Answer.TOKENS), null));

	/** Who wants to know. */
	@Param({ "NOBODY", "METRICS", "METRICS_AND_SPANS" })
	@SuppressWarnings("NullAway.Init") // Set by JMH
	public Registry registry;

	private final StreamEvent token = new StreamEvent.Token(" word", 0);

	private final DistributionSummary chunkTime = DistributionSummary.builder("chunk.time")
		.serviceLevelObjectives(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
		.register(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));

	@SuppressWarnings("NullAway.Init") // Set in setUp
	private ClientObservations observations;

	/** Make what observes. */
	@Setup
	public void setUp() {
		AiKitClientObservationConvention convention = new DefaultAiKitClientObservationConvention(
				SemanticConvention.OTEL_0_1);
		this.observations = new ClientObservations(this.registry.spans(), convention,
				new ModelNames(List.of("gpt-4o"), 10), new ModelNames(List.of("gpt-4o"), 10),
				this.registry.listeners(convention));
	}

	/** A token, its share of the call's beginning and end included. */
	@Benchmark
	@OperationsPerInvocation(Answer.TOKENS)
	public void token() {
		call(Answer.TOKENS);
	}

	/**
	 * A look at the clock, of which each token takes one.
	 * @return the time
	 */
	@Benchmark
	public long clock() {
		return System.nanoTime();
	}

	/**
	 * What Prometheus' registry takes for a token's time, of which it is told one by one.
	 */
	@Benchmark
	public void record() {
		this.chunkTime.record(0.02);
	}

	/** A call with one token. */
	@Benchmark
	public void call() {
		call(1);
	}

	private void call(int tokens) {
		ClientCall call = this.observations.begin(FACTS, null);
		call.beginTry();
		for (int token = 0; token < tokens; token++) {
			call.event(this.token);
		}
		call.endTry(null, null);
		call.end(END);
	}

	/** Who wants to know. */
	public enum Registry {

		/**
		 * Nobody: what it takes to note each token's time. An application without a
		 * registry doesn't do that either, so this is no measure of what it pays.
		 */
		NOBODY,

		/** Prometheus. */
		METRICS,

		/** Prometheus, and a tracer that does nothing. */
		METRICS_AND_SPANS;

		ObservationRegistry spans() {
			if (this != METRICS_AND_SPANS) {
				return ObservationRegistry.NOOP;
			}
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

			});
			return registry;
		}

		List<ClientCallListener> listeners(AiKitClientObservationConvention convention) {
			if (this == NOBODY) {
				return List.of();
			}
			MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
			return List.of(new ClientMeters(registry, convention, SemanticConvention.OTEL_0_1));
		}

	}

}
