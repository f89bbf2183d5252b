package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.AIStreamException;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the properties of reading on do.
 */
class ReconnectPropertiesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final ScriptedServer server = ScriptedServer.start(Dialect.AI_KIT);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitClientAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.endpoint=" + this.server.uri() + "?tenant=7",
				"ai-kit.stream.retry.max-delay=1ms", "ai-kit.stream.retry.initial-delay=1ms");

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@Test
	void readsOnUnlessToldOtherwise() {
		assertThat(paths()).containsExactly("/v1/chat?tenant=7", "/ai-kit/streams/a1?tenant=7");
	}

	@Test
	void readsNothingOnIfToldSo() {
		assertThat(paths("ai-kit.stream.reconnect.enabled=false")).containsExactly("/v1/chat?tenant=7");
	}

	@Test
	void readsOnWhereItIsTold() {
		assertThat(paths("ai-kit.stream.reconnect.base-path=/app/answers/")).containsExactly("/v1/chat?tenant=7",
				"/app/answers/a1?tenant=7");
	}

	@Test
	void refusesWhatMayLeadElsewhere() {
		for (String path : List.of("https://evil.example", "//evil.example", "answers", "/a/../b", "/a?b", "/")) {
			this.contextRunner.withPropertyValues("ai-kit.stream.reconnect.base-path=" + path)
				.run((context) -> assertThat(context).getFailure()
					.hasStackTraceContaining("ai-kit.stream.reconnect.base-path")
					.hasStackTraceContaining("must be a path"));
		}
	}

	private List<String> paths(String... properties) {
		this.server.respond()
			.raw("event: start\nid: 0\ndata: {\"streamId\":\"a1\"}\n\nevent: token\nid: 1\ndata: {\"token\":\"a\"}\n\n")
			.thenCut();
		this.server.respond().raw("event: done\ndata: {}\n\n").thenEnd();
		this.contextRunner.withPropertyValues(properties)
			.run((context) -> context.getBean(AIStream.class)
				.stream("Hi")
				.then()
				.onErrorResume(AIStreamException.class, (failure) -> Mono.empty())
				.block(TIMEOUT));
		return this.server.requests().stream().map(RecordedRequest::path).toList();
	}

}
