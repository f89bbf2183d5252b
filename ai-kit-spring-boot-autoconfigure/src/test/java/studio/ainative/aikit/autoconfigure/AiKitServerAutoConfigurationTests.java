package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.aikit.AiKitWireFormat;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.server.SendTimeoutException;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.server.webflux.OpenedResponsesFilter;
import studio.ainative.aikit.server.webflux.StreamingResponseResultHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Beans, back-off, and every key under {@code ai-kit.response} seen to work.
 */
class AiKitServerAutoConfigurationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitServerAutoConfiguration.class));

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitServerAutoConfiguration.class));

	@Test
	void givesResponsesOnBothStacks() {
		this.servlet.run((context) -> assertThat(context).hasSingleBean(StreamingResponses.class)
			.hasBean("aiKitWebMvcConfigurer")
			.doesNotHaveBean(StreamingResponseResultHandler.class));
		this.reactive.run((context) -> assertThat(context).hasSingleBean(StreamingResponses.class)
			.hasSingleBean(StreamingResponseResultHandler.class)
			.hasSingleBean(OpenedResponsesFilter.class)
			.doesNotHaveBean(WebMvcConfigurer.class));
	}

	@Test
	void backsOffOutsideOfAWebApplication() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(AiKitServerAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(StreamingResponses.class));
	}

	@Test
	void backsOffFromOtherResponses() {
		StreamingResponses own = new StreamingResponses(StreamingOptions.defaults());
		this.servlet.withBean(StreamingResponses.class, () -> own)
			.run((context) -> assertThat(context.getBean(StreamingResponses.class)).isSameAs(own));
	}

	@Test
	void servletApplicationNeedsNoWebFluxServer() {
		this.servlet.withClassLoader(new FilteredClassLoader(DispatcherHandler.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(StreamingResponses.class));
	}

	@Test
	void reactiveApplicationNeedsNoServletClasses() {
		this.reactive
			.withClassLoader(new FilteredClassLoader(DispatcherServlet.class.getPackageName(), "jakarta.servlet",
					"org.springframework.web.servlet"))
			.run((context) -> {
				StreamingResponses responses = context.getBean(StreamingResponses.class);
				StepVerifier.create(responses.from(token("Hi")).toFlux().map(ServerSentEvent::event))
					.expectNext("start", "token", "done")
					.expectComplete()
					.verify(TIMEOUT);
			});
	}

	@Test
	void heartbeatIsOnByDefaultAndCanBeTurnedOff() {
		this.servlet
			.run((context) -> assertThat(context.getBean(StreamingResponses.class).options().heartbeat().enabled())
				.isTrue());
		this.servlet.withPropertyValues("ai-kit.response.heartbeat.enabled=false")
			.run((context) -> assertThat(context.getBean(StreamingResponses.class).options().heartbeat().enabled())
				.isFalse());
	}

	@Test
	void heartbeatComesAfterItsInterval() {
		this.reactive.withPropertyValues("ai-kit.response.heartbeat.interval=50ms").run((context) -> {
			StreamingResponses responses = context.getBean(StreamingResponses.class);
			StepVerifier.create(responses.from(Flux.never()).toFlux())
				.assertNext((event) -> assertThat(event.event()).isEqualTo("start"))
				.assertNext((event) -> assertThat(event.comment()).isEqualTo("heartbeat"))
				.thenCancel()
				.verify(TIMEOUT);
		});
	}

	@Test
	void fullBufferMakesTheSenderWaitAndThenGiveUp() {
		this.servlet.withPropertyValues("ai-kit.response.buffer-size=2", "ai-kit.response.send-timeout=20ms")
			.run((context) -> {
				StreamingResponse response = context.getBean(StreamingResponses.class).create();
				assertThatExceptionOfType(SendTimeoutException.class).isThrownBy(() -> {
					for (int event = 0; event < 4; event++) {
						response.sendToken("x");
					}
				});
			});
	}

	@Test
	void compressionIsForResponsesThatAreReturned() {
		this.servlet.run((context) -> assertThat(headersOf(context)).isEqualTo("no-cache, no-transform"));
		this.servlet.withPropertyValues("ai-kit.response.compression=true").run((context) -> {
			assertThat(headersOf(context)).isEqualTo("no-cache");
			assertThat(context.getBean(StreamingResponses.class).create().frames().isCompressible()).isTrue();
		});
	}

	@Test
	void runningAnswersGoOnForTheDrainTimeout() {
		this.servlet.withPropertyValues("ai-kit.response.drain-timeout=0s").run((context) -> {
			StreamingResponse response = context.getBean(StreamingResponses.class).create();
			response.toFlux().subscribe();
			context.close();
			assertThat(response.isStreamActive()).isFalse();
		});
	}

	@Test
	void exceptionTextsAreExposedOnRequestOnly() {
		assertThat(errorShown(this.reactive)).doesNotContain("secret");
		assertThat(errorShown(this.reactive.withPropertyValues("ai-kit.response.expose-errors=true")))
			.contains("secret");
	}

	@Test
	void answersLookAsThePropertySaysUnlessTheApplicationHasAFormat() {
		assertThat(firstDataShown(this.servlet)).startsWith("{\"timestamp\":");
		WebApplicationContextRunner chosen = this.servlet.withPropertyValues("ai-kit.response.format=ui-message");
		assertThat(firstDataShown(chosen)).startsWith("{\"type\":\"start\",");
		assertThat(
				firstDataShown(chosen.withBean("own", WireFormat.class, () -> new AiKitWireFormat(new JsonMapper()))))
			.startsWith("{\"timestamp\":");
	}

	@ParameterizedTest
	@CsvSource({ "5, false", "7, true" })
	void uiMessagesAreForTheReadersOfTheirLevel(int level, boolean hasFinishReason) {
		this.servlet.withPropertyValues("ai-kit.response.ui-message.level=" + level).run((context) -> {
			Flux<StreamEvent> source = Flux.just(new StreamEvent.Metadata(Map.of("finishReason", "stop")));
			List<ServerSentEvent<Object>> shown = context.getBean(StreamingResponses.class)
				.from(source, context.getBean(UiMessageFormat.class))
				.toFlux()
				.collectList()
				.block(TIMEOUT);
			assertThat(shown).isNotNull();
			assertThat(shown.stream().map((event) -> "" + event.data()).toList())
				.filteredOn((data) -> data.startsWith("{\"type\":\"finish\""))
				.hasSize(1)
				.allMatch((data) -> data.contains("finishReason") == hasFinishReason);
		});
	}

	@Test
	void aLevelThatDoesNotExistIsBlamedOnItsProperty() {
		this.servlet.withPropertyValues("ai-kit.response.ui-message.level=4")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("'level' must be 5, 6 or 7 (was 4)"));
	}

	@Test
	void customizerHasTheLastWord() {
		this.servlet.withPropertyValues("ai-kit.response.buffer-size=5")
			.withBean(StreamingOptionsCustomizer.class,
					() -> (options) -> options.withBufferSize(options.bufferSize() + 1))
			.run((context) -> assertThat(context.getBean(StreamingResponses.class).options().bufferSize())
				.isEqualTo(6));
	}

	private static String firstDataShown(WebApplicationContextRunner runner) {
		StringBuilder shown = new StringBuilder();
		runner.run((context) -> shown.append(Objects
			.requireNonNull(context.getBean(StreamingResponses.class).from(token("Hi")).toFlux().blockFirst(TIMEOUT))
			.data()));
		return shown.toString();
	}

	private static @Nullable String headersOf(ApplicationContext context) {
		return context.getBean(StreamingResponses.class).create().frames().headers(false).get("Cache-Control");
	}

	private static String errorShown(ReactiveWebApplicationContextRunner runner) {
		StringBuilder shown = new StringBuilder();
		runner.run((context) -> {
			Flux<StreamEvent> failing = Flux.error(new IllegalStateException("secret"));
			context.getBean(StreamingResponses.class)
				.from(failing)
				.toFlux()
				.filter((event) -> "error".equals(event.event()))
				.doOnNext((event) -> shown.append(event.data()))
				.blockLast(TIMEOUT);
		});
		assertThat(shown).isNotEmpty();
		return shown.toString();
	}

	private static Flux<StreamEvent> token(String text) {
		return Flux.just(new StreamEvent.Token(text, 0));
	}

}
