package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the actuator tells of streams and answers.
 */
class AiKitEndpointTests {

	private final ScriptedServer provider = ScriptedServer.start();

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitServerAutoConfiguration.class,
				AiKitObservationAutoConfiguration.class, AiKitServerObservationAutoConfiguration.class,
				AiKitEndpointAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.provider.uri(),
				"ai-kit.stream.api-key=a-secret-key", "ai-kit.stream.model=gpt-4o",
				"ai-kit.streams.backup.model=backup-1");

	private final WebApplicationContextRunner exposed = this.contextRunner
		.withPropertyValues("management.endpoints.web.exposure.include=aikit");

	@AfterEach
	void stop() {
		this.provider.close();
	}

	@Test
	void showsStreamsAndHowTheirCallsWent() {
		this.exposed.run((context) -> {
			AIStream stream = context.getBean("aiStream", AIStream.class);
			this.provider.respond("Hello").usage(9, 2);
			ObservedCalls.run(stream.stream("A secret question"));
			this.provider.respond().status(400);
			ObservedCalls.run(stream.stream("A secret question"));
			this.provider.respond().thenStall();
			Disposable open = stream.stream("A secret question").subscribe();
			AiKitEndpoint.Report report = context.getBean(AiKitEndpoint.class).report();
			assertThat(report.streams()).containsOnlyKeys("default", "backup");
			AiKitEndpoint.StreamReport shown = report.streams().get("default");
			assertThat(shown.provider()).isEqualTo("openai");
			assertThat(shown.host()).isEqualTo(this.provider.uri().getHost());
			assertThat(shown.model()).isEqualTo("gpt-4o");
			assertThat(shown.openCalls()).isOne();
			assertThat(shown.lastCalls()).extracting(AiKitEndpoint.CallReport::outcome)
				.containsExactly("error", "complete");
			assertThat(shown.lastCalls().get(0).errorType()).isEqualTo("400");
			assertThat(shown.lastCalls().get(1).firstToken()).isPositive();
			assertThat(report.streams().get("backup").model()).isEqualTo("backup-1");
			assertThat(report.toString()).doesNotContain("secret", "Hello");
			open.dispose();
			assertThat(context.getBean(AiKitEndpoint.class).report().streams().get("default").openCalls()).isZero();
		});
	}

	@Test
	void showsWhichStreamsAreLeftAlone() {
		this.exposed
			.withPropertyValues("ai-kit.stream.fallback=backup", "ai-kit.stream.route.max-failures=1",
					"ai-kit.stream.route.cooldown=1h", "ai-kit.stream.retry.initial-delay=1ms")
			.run((context) -> {
				AiKitEndpoint endpoint = context.getBean(AiKitEndpoint.class);
				AiKitEndpoint.StreamReport before = endpoint.report().streams().get("default");
				assertThat(before.failures()).isZero();
				assertThat(before.cooldown()).isZero();
				this.provider.respond().status(503);
				this.provider.respond("Hello");
				ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi"));
				AiKitEndpoint.Report report = endpoint.report();
				assertThat(report.streams().get("default").failures()).isOne();
				assertThat(report.streams().get("default").cooldown()).isBetween(Duration.ofMinutes(30),
						Duration.ofHours(1));
				assertThat(report.streams().get("backup").failures()).isZero();
				assertThat(report.streams().get("backup").cooldown()).isZero();
			});
	}

	@Test
	void remembersTheLastCallsOnly() {
		this.exposed.run((context) -> {
			AIStream stream = context.getBean("aiStream", AIStream.class);
			for (int call = 0; call < 25; call++) {
				this.provider.respond("Hello");
				ObservedCalls.run(stream.stream("Hi"));
			}
			assertThat(context.getBean(AiKitEndpoint.class).report().streams().get("default").lastCalls()).hasSize(20);
		});
	}

	@Test
	void showsAnswersThatHaveAReader() {
		this.exposed.run((context) -> {
			StreamingResponse response = context.getBean(StreamingResponses.class).create();
			AiKitEndpoint endpoint = context.getBean(AiKitEndpoint.class);
			assertThat(endpoint.report().responses().open()).isZero();
			response.frames().open(() -> {
			});
			response.sendToken("Hello");
			AiKitEndpoint.ResponsesReport shown = endpoint.report().responses();
			assertThat(shown.open()).isOne();
			assertThat(shown.oldest()).singleElement().satisfies((one) -> {
				assertThat(one.format()).isEqualTo("ai-kit");
				assertThat(one.age()).isPositive();
				assertThat(one.waitingBytes()).isPositive();
			});
			response.frames().close();
			assertThat(endpoint.report().responses()).isEqualTo(new AiKitEndpoint.ResponsesReport(0, List.of()));
		});
	}

	@Test
	void isNotThereUnlessExposed() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(AiKitEndpoint.class));
	}

	@Test
	void startsWithoutTheActuator() {
		this.exposed
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate",
					"org.springframework.boot.health", "io.micrometer.core"))
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(AiKitEndpoint.class);
				this.provider.respond("Hello");
				ObservedCalls.run(context.getBean("aiStream", AIStream.class).stream("Hi"));
			});
	}

	@Test
	void healthIsThatAConnectionCanBeOpened() throws IOException {
		int closed;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			closed = socket.getLocalPort();
		}
		this.contextRunner
			.withPropertyValues("ai-kit.observations.health=connect",
					"ai-kit.streams.backup.endpoint=http://localhost:" + closed + "/chat")
			.run((context) -> {
				CompositeHealthContributor health = context.getBean(CompositeHealthContributor.class);
				assertThat(status(health, "default")).isEqualTo(Status.UP);
				assertThat(status(health, "backup")).isEqualTo(Status.DOWN);
				assertThat(this.provider.requests()).isEmpty();
			});
	}

	@Test
	void healthIsNotCheckedUnlessAskedFor() {
		this.contextRunner.run((context) -> assertThat(context).doesNotHaveBean(CompositeHealthContributor.class));
	}

	private static Status status(CompositeHealthContributor health, String stream) {
		return ((HealthIndicator) health.getContributor(stream)).health().getStatus();
	}

}
