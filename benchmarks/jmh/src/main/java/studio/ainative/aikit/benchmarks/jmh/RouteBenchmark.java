package studio.ainative.aikit.benchmarks.jmh;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
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
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.autoconfigure.AiKitClientAutoConfiguration;
import studio.ainative.aikit.autoconfigure.AiKitObservationAutoConfiguration;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;

/**
 * A whole call without a network, from the request to the last event: nanoseconds a
 * token. A route that never fails over is to cost what a stream costs that has none; what
 * an observed one costs more is all that observation does for a token.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Answer.TOKENS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class RouteBenchmark {

	private static final String ENDPOINT = "http://localhost/";

	/** Who answers, and by what way. */
	@Param({ "PLAIN", "ROUTE", "OBSERVED" })
	@SuppressWarnings("NullAway.Init") // Set by JMH
	public Way way;

	@SuppressWarnings("NullAway.Init") // Set in setUp
	private AIStream stream;

	/**
	 * Build the stream.
	 * @param answer the answer
	 */
	@Setup
	public void setUp(Answer answer) {
		AIStream.Builder builder = target(AIStream.builder(), answer);
		this.stream = switch (this.way) {
			case PLAIN -> builder.build();
			case ROUTE -> builder.fallback("backup", target(AIStream.builder(), answer))
				.fallback("cheap", target(AIStream.builder(), answer))
				.build();
			case OBSERVED -> target(observed(), answer).build();
		};
	}

	/** As an application has it that has registries. */
	private static AIStream.Builder observed() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("benchmark", Map.of("ai-kit.stream.endpoint", ENDPOINT)));
		context.registerBean(MeterRegistry.class, () -> new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
		context.registerBean(ObservationRegistry.class, ObserveBenchmark.Registry.METRICS_AND_SPANS::spans);
		context.register(AiKitObservationAutoConfiguration.class, AiKitClientAutoConfiguration.class);
		context.refresh();
		return context.getBean(AIStream.Builder.class);
	}

	private static AIStream.Builder target(AIStream.Builder builder, Answer answer) {
		return builder.provider(answer.provider())
			.endpoint(ENDPOINT)
			.webClientBuilder(WebClient.builder()
				.exchangeFunction((request) -> Mono.just(ClientResponse.create(HttpStatusCode.valueOf(200))
					.header("Content-Type", "text/event-stream")
					.body(answer.body())
					.build())));
	}

	/**
	 * Make a call and read its answer.
	 * @param blackhole takes the events
	 */
	@Benchmark
	public void call(Blackhole blackhole) {
		StreamEvent last = this.stream.stream("Hello").doOnNext(blackhole::consume).blockLast();
		blackhole.consume(last);
	}

	/**
	 * By what way an answer comes.
	 */
	public enum Way {

		/** A stream alone. */
		PLAIN,

		/** The same with two fallbacks, of which none is needed. */
		ROUTE,

		/** A stream alone, with metrics for Prometheus and spans that go nowhere. */
		OBSERVED

	}

}
