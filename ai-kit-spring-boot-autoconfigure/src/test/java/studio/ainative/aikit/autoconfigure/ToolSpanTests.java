package studio.ainative.aikit.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
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
