package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that stops while answers run.
 */
class ShutdownTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final String SHUTDOWN = "\"code\":\"SERVER_SHUTDOWN\"";

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void stopsSoonThoughAnswersRun(WebApplicationType type) throws Exception {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "server.shutdown=graceful", "ai-kit.response.drain-timeout=2s",
					"spring.main.banner-mode=off")
			.run();
		int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
		ChatController controller = context.getBean(ChatController.class);
		try (SseReader silent = SseReader.get(port, "/silent"); SseReader brief = SseReader.get(port, "/brief")) {
			silent.readUntil("\n\n");
			brief.readUntil("\n\n");
			long begun = System.nanoTime();
			CompletableFuture<Void> close = CompletableFuture.runAsync(context::close);
			await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(10)).until(() -> isRefused(port));
			controller.brief.emitNext(new Token("late", 0), Sinks.EmitFailureHandler.FAIL_FAST);
			controller.brief.tryEmitComplete().orThrow();
			assertThat(brief.readAll()).contains("late").endsWith("\"outcome\":\"complete\"}\n\n");
			assertThat(silent.readAll()).contains(SHUTDOWN).endsWith("\"outcome\":\"error\"}\n\n");
			close.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofSeconds(2), TIMEOUT);
			assertThat(controller.cancelled).hasValue(1);
		}
		finally {
			context.close();
		}
	}

	@Test
	void waitsForNobodyWhenNothingRuns() {
		new WebApplicationContextRunner().withUserConfiguration(AiKitServerAutoConfiguration.class)
			.withPropertyValues("ai-kit.response.drain-timeout=1h")
			.run((context) -> assertThat(CompletableFuture.runAsync(context::close)).succeedsWithin(TIMEOUT));
	}

	@Test
	void goesOnWhenAnotherContextCloses() {
		new WebApplicationContextRunner().withUserConfiguration(AiKitServerAutoConfiguration.class)
			.withPropertyValues("ai-kit.response.drain-timeout=0s")
			.run((context) -> {
				StreamingResponse response = context.getBean(StreamingResponses.class).create();
				response.toFlux().subscribe();
				try (GenericApplicationContext child = new GenericApplicationContext(context)) {
					child.refresh();
				}
				assertThat(response.isStreamActive()).isTrue();
				context.publishEvent(new ContextClosedEvent(context.getSourceApplicationContext()));
				assertThat(response.isStreamActive()).isFalse();
			});
	}

	@Test
	void refusesNewAnswersOfEveryFactoryAtOnce() {
		new WebApplicationContextRunner().withUserConfiguration(AiKitServerAutoConfiguration.class)
			.withBean("first", StreamingResponses.class, ShutdownTests::patientResponses)
			.withBean("second", StreamingResponses.class, ShutdownTests::patientResponses)
			.run((context) -> {
				List<StreamingResponses> factories = context.getBeanProvider(StreamingResponses.class)
					.orderedStream()
					.toList();
				assertThat(factories).hasSize(2);
				List<StreamingResponse> running = factories.stream().map(StreamingResponses::create).toList();
				running.forEach((response) -> response.toFlux().subscribe());
				CompletableFuture<Void> close = CompletableFuture.runAsync(context::close);
				for (StreamingResponses factory : factories) {
					await().atMost(TIMEOUT).until(() -> isRefused(factory));
				}
				assertThat(running).allMatch(StreamingResponse::isStreamActive);
				assertThat(close).isNotDone();
				running.forEach(StreamingResponse::end);
				assertThat(close).succeedsWithin(TIMEOUT);
			});
	}

	private static StreamingResponses patientResponses() {
		return StreamingResponses.builder(StreamingOptions.defaults().withDrainTimeout(Duration.ofHours(1))).build();
	}

	private static boolean isRefused(StreamingResponses factory) {
		StreamingResponse response = factory.create();
		response.toFlux().subscribe();
		boolean refused = !response.isStreamActive();
		response.end();
		return refused;
	}

	/** An answer that came through anyway is whole by now. */
	private static boolean isRefused(int port) throws Exception {
		try (SseReader reader = SseReader.get(port, "/instant")) {
			return reader.readAll().contains(SHUTDOWN);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ChatController chatController(StreamingResponses responses) {
			return new ChatController(responses);
		}

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		NettyReactiveWebServerFactory netty() {
			return new NettyReactiveWebServerFactory(0);
		}

	}

	@RestController
	static class ChatController {

		private final Sinks.Many<StreamEvent> brief = Sinks.many().unicast().onBackpressureBuffer();

		private final AtomicInteger cancelled = new AtomicInteger();

		private final StreamingResponses responses;

		ChatController(StreamingResponses responses) {
			this.responses = responses;
		}

		@GetMapping("/silent")
		StreamingResponse silent() {
			return this.responses.from(Flux.<StreamEvent>never().doOnCancel(this.cancelled::incrementAndGet));
		}

		@GetMapping("/brief")
		StreamingResponse brief() {
			return this.responses.from(this.brief.asFlux());
		}

		@GetMapping("/instant")
		StreamingResponse instant() {
			return this.responses.from(Flux.empty());
		}

	}

}
