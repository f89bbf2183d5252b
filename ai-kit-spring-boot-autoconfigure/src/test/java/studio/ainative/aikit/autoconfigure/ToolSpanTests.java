package studio.ainative.aikit.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.client.ToolFunction;
import studio.ainative.aikit.client.ToolProvider;
import studio.ainative.aikit.observation.AiKitClientObservationContext;
import studio.ainative.aikit.observation.ClientCallListener;
import studio.ainative.aikit.observation.ToolCallEnd;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is observed of the runs of tools in an application.
 */
class ToolSpanTests {

	private final ScriptedServer provider = ScriptedServer.start();

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

	@BeforeEach
	void observe() {
		this.registry.observationConfig()
			.observationHandler(new DefaultMeterObservationHandler(this.meters))
			.observationHandler(new ObservationHandler<>() {

				@Override
				public void onStop(Observation.Context context) {
					ToolSpanTests.this.stopped.add(context);
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

			});
	}

	@AfterEach
	void stop() {
		this.provider.close();
	}

	private ApplicationContextRunner application(ToolFunction weather) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitObservationAutoConfiguration.class))
			.withBean(ObservationRegistry.class, () -> this.registry)
			.withBean(MeterRegistry.class, () -> this.meters)
			.withBean(Tool.class, () -> Tool.of("weather", "Tells the weather.", "", weather))
			.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.model=gpt-4o",
					"ai-kit.stream.endpoint=" + this.provider.uri());
	}

	private void respondCall() {
		ToolProvider.OPENAI.respondCall(this.provider, "c1", "weather", "{\"city\":\"canary\"}");
	}

	private static String path(ObservationView observation) {
		ObservationView parent = observation.getContextView().getParentObservation();
		return observation.getContextView().getName() + ((parent != null) ? " < " + path(parent) : "");
	}

	@Test
	void functionsFindTheirSpanOnTheirThreadAndInTheirContext() {
		respondCall();
		this.provider.respond("Clear");
		List<String> current = new CopyOnWriteArrayList<>();
		Observation request = Observation.start("request", this.registry);
		application((call) -> {
			current.add(path(Objects.requireNonNull(this.registry.getCurrentObservation())));
			current.add(path(call.context().<Observation>get(ObservationThreadLocalAccessor.KEY)));
			return "clear";
		}).run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class)
			.stream("Hi")
			.contextWrite((own) -> own.put(ObservationThreadLocalAccessor.KEY, request))));
		assertThat(current).hasSize(2).containsOnly("aikit.client.tool < aikit.client.call < request");
		assertThat(this.stopped).extracting(Observation.Context::getContextualName)
			.containsExactly("try", "execute_tool weather", "try", "chat gpt-4o");
		assertThat(this.registry.getCurrentObservation()).isNull();
		assertIsMeasured("complete", "none");
	}

	@Test
	void areNoTimersOfAnotherName() {
		respondCall();
		this.provider.respond("Clear");
		application((call) -> "clear").run((context) -> {
			context.getBeansOfType(MeterFilter.class).values().forEach(this.meters.config()::meterFilter);
			ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi"));
		});
		assertThat(run().getLowCardinalityKeyValue("aikit.outcome").getValue()).isEqualTo("complete");
		assertThat(this.meters.getMeters()).isNotEmpty()
			.extracting((meter) -> meter.getId().getName())
			.noneMatch((name) -> name.matches("aikit\\.client\\.(call|try|tool).*"));
	}

	@Test
	void tellNothingOfWhatFunctionsThrowButItsClass() {
		respondCall();
		this.provider.respond("Pity");
		application((call) -> {
			throw new IllegalStateException("canary", new IllegalArgumentException("canary"));
		}).run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi")));
		Observation.Context run = run();
		assertThat(run.getError()).hasMessage("java.lang.IllegalStateException").hasNoCause();
		assertThat(run.getLowCardinalityKeyValue("error.type").getValue()).isEqualTo("java.lang.IllegalStateException");
		assertThat(run.getLowCardinalityKeyValue("aikit.outcome").getValue()).isEqualTo("error");
		assertThat(run.getAllKeyValues().toString()).doesNotContain("canary");
		assertIsMeasured("error", "java.lang.IllegalStateException");
	}

	@Test
	void anAbandonedRunIsNoError() {
		respondCall();
		CountDownLatch running = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		application((call) -> {
			running.countDown();
			never.await();
			return "";
		}).run((context) -> {
			Disposable reader = context.getBean("aiStream", AIStream.class).stream("Hi").subscribe();
			assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
			reader.dispose();
			assertThat(run().getLowCardinalityKeyValue("aikit.outcome").getValue()).isEqualTo("abandoned");
			assertThat(run().getLowCardinalityKeyValue("error.type").getValue()).isEqualTo("none");
			assertThat(run().getError()).isNull();
			assertIsMeasured("abandoned", "none");
		});
	}

	@Test
	void aRunThatIsCutShortSaysSo() {
		respondCall();
		this.provider.respond("Pity");
		CountDownLatch never = new CountDownLatch(1);
		application((call) -> {
			never.await();
			return "";
		}).withPropertyValues("ai-kit.stream.tools.timeout=50ms")
			.run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi")));
		assertThat(run().getLowCardinalityKeyValue("aikit.outcome").getValue()).isEqualTo("timeout");
		assertThat(run().getLowCardinalityKeyValue("error.type").getValue())
			.isEqualTo("java.util.concurrent.TimeoutException");
		assertIsMeasured("timeout", "java.util.concurrent.TimeoutException");
		assertThat(durations().totalAmount()).isGreaterThanOrEqualTo(0.05);
	}

	@Test
	void areMeasuredInTheirSpan() {
		respondCall();
		this.provider.respond("Clear");
		List<String> current = new CopyOnWriteArrayList<>();
		ClientCallListener listener = new ClientCallListener() {

			@Override
			public void ended(AiKitClientObservationContext call) {
			}

			@Override
			public void toolEnded(ToolCallEnd run) {
				current.add(run.tool() + " of " + run.stream() + ", "
						+ path(Objects.requireNonNull(ToolSpanTests.this.registry.getCurrentObservation())));
			}

		};
		application((call) -> "clear").withBean(ClientCallListener.class, () -> listener)
			.run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi")));
		assertThat(current).containsExactly("weather of default, aikit.client.tool < aikit.client.call");
	}

	@Test
	void haveNoMetricByTheOlderNames() {
		respondCall();
		this.provider.respond("Clear");
		application((call) -> "clear").withPropertyValues("ai-kit.observations.names=otel-1.41")
			.run((context) -> ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi")));
		assertThat(this.meters.find("gen_ai.client.operation.duration").summaries()).isNotEmpty();
		assertThat(this.meters.find("gen_ai.execute_tool.duration").meters()).isEmpty();
	}

	@Test
	void namesThatEachRequestBringsAreBounded() {
		application((call) -> "clear").run((context) -> {
			for (int number = 0; number < 110; number++) {
				ToolProvider.OPENAI.respondCall(this.provider, "c1", "tool-" + number, "{}");
				this.provider.respond("Clear");
				AIStream.Builder builder = context.getBean("aiStreamBuilder", AIStream.Builder.class);
				ObservedCalls.run(builder.tool("tool-" + number, "", "", (call) -> "clear").build().stream("Hi"));
			}
		});
		assertThat(this.meters.find("gen_ai.execute_tool.duration").summaries()).hasSize(101)
			.filteredOn((summary) -> "other".equals(summary.getId().getTag("gen_ai.tool.name")))
			.singleElement()
			.satisfies((summary) -> assertThat(summary.count()).isEqualTo(10));
	}

	private void assertIsMeasured(String outcome, String errorType) {
		assertThat(durations().count()).isOne();
		assertThat(durations().getId().getTags()).containsExactlyInAnyOrder(Tag.of("gen_ai.tool.name", "weather"),
				Tag.of("gen_ai.tool.type", "function"), Tag.of("error.type", errorType),
				Tag.of("aikit.outcome", outcome), Tag.of("aikit.stream", "default"));
	}

	private DistributionSummary durations() {
		return this.meters.get("gen_ai.execute_tool.duration").summary();
	}

	private Observation.Context run() {
		return this.stopped.stream()
			.filter((context) -> context.getName().equals("aikit.client.tool"))
			.reduce((first, second) -> {
				throw new AssertionError("More than one");
			})
			.orElseThrow();
	}

}
