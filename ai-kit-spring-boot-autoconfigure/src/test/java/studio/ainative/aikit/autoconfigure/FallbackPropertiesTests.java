package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationContext;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Fallbacks and routes by properties, seen by what arrives where.
 */
class FallbackPropertiesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final ScriptedServer main = ScriptedServer.start();

	private final ScriptedServer backup = ScriptedServer.start();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitClientAutoConfiguration.class,
				AiKitConnectorAutoConfiguration.class, HttpClientAutoConfiguration.class,
				ReactiveHttpClientAutoConfiguration.class, WebClientAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.main.uri(),
				"ai-kit.stream.retry.enabled=false", "ai-kit.streams.backup.endpoint=" + this.backup.uri(),
				"ai-kit.stream.fallback=backup", "spring.reactor.netty.shutdown-quiet-period=0s");

	@AfterEach
	void stop() {
		this.main.close();
		this.backup.close();
	}

	@Test
	void namedStreamsDoNotInheritFallbacks() {
		this.contextRunner.run((context) -> {
			this.backup.respond("backup");
			assertThat(answer(context.getBean("backupAiStream", AIStream.class))).isEqualTo("backup");
		});
	}

	@Test
	void namedStreamsHaveTheirOwn() {
		this.contextRunner.withPropertyValues("ai-kit.stream.fallback=", "ai-kit.streams.backup.fallback=default")
			.run((context) -> {
				this.backup.respond().status(503);
				this.main.respond("main");
				assertThat(answer(context.getBean("backupAiStream", AIStream.class))).isEqualTo("main");
			});
	}

	@Test
	void allBeansKnowWhoIsToBeLeftAlone() {
		this.contextRunner.withPropertyValues("ai-kit.stream.route.max-failures=2").run((context) -> {
			for (int call = 0; call < 3; call++) {
				this.backup.respond("backup");
			}
			this.main.respond().status(503);
			this.main.respond().status(503);
			for (int call = 0; call < 3; call++) {
				assertThat(answer(context)).isEqualTo("backup");
			}
			assertThat(this.main.requests()).hasSize(2);
		});
	}

	@Test
	void cooldownIsConfigured() {
		this.contextRunner.withPropertyValues("ai-kit.stream.route.max-failures=1", "ai-kit.stream.route.cooldown=1ms")
			.run((context) -> {
				this.main.respond().status(503);
				this.backup.respond("backup");
				this.main.respond("main");
				assertThat(answer(context)).isEqualTo("backup");
				assertThat(answer(context)).isEqualTo("main");
			});
	}

	@Test
	void firstTokenIsConfigured() {
		this.contextRunner.withPropertyValues("ai-kit.stream.route.first-token=300ms").run((context) -> {
			this.main.respond().thenStall();
			this.backup.respond("backup");
			assertThat(answer(context)).isEqualTo("backup");
		});
	}

	@Test
	void weightsAreConfiguredAndNotInherited() {
		this.contextRunner.withPropertyValues("ai-kit.stream.route.choice=weighted", "ai-kit.stream.route.weight=0")
			.run((context) -> {
				this.backup.respond("backup");
				assertThat(answer(context)).isEqualTo("backup");
				assertThat(this.main.requests()).isEmpty();
			});
	}

	@Test
	void whatAStreamTakesIsConfigured() {
		this.contextRunner.withPropertyValues("ai-kit.streams.backup.route.takes=context-length,request")
			.run((context) -> {
				this.main.respond().errorBody("x", "context_length_exceeded", "m").status(400);
				this.backup.respond("backup");
				assertThat(answer(context)).isEqualTo("backup");
				List<StreamEvent> events = new ArrayList<>();
				this.main.respond().status(503);
				context.getBean(AIStream.class).stream("Hi").doOnNext(events::add).onErrorComplete().blockLast(TIMEOUT);
				assertThat(events).isEmpty();
				assertThat(this.backup.requests()).hasSize(1);
			});
	}

	private static String answer(ApplicationContext context) {
		return answer(context.getBean("aiStream", AIStream.class));
	}

	private static String answer(AIStream stream) {
		return Objects.requireNonNull(stream.stream("Hi")
			.ofType(StreamEvent.Token.class)
			.map(StreamEvent.Token::text)
			.collect(Collectors.joining())
			.block(TIMEOUT));
	}

}
