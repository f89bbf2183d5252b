package studio.ainative.aikit.readme;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.cache.AnswerCache;
import studio.ainative.aikit.cache.CacheNamespace;
import studio.ainative.aikit.cache.CacheOptions;
import studio.ainative.aikit.cache.CacheScope;
import studio.ainative.aikit.cache.InMemoryAnswerStore;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.CacheMode;
import studio.ainative.aikit.client.CallOptions;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.uimessage.UiChatRequest;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's cache, over sockets, as a page reads it.
 */
class CacheTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ScriptedServer provider = ScriptedServer.start();

	@AfterEach
	void stop() {
		this.provider.close();
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void anAnswerIsGivenAgainUntilAnotherIsWanted(WebApplicationType type) throws Exception {
		this.provider.respond("Hel", "lo");
		this.provider.respond("Good ", "day");
		try (ConfigurableApplicationContext stack = start(type)) {
			assertThat(post(stack, "submit-message")).contains("\"delta\":\"Hel\"").doesNotContain("\"cached\"");
			assertThat(post(stack, "submit-message")).contains("\"cached\":true", "\"delta\":\"Hel\"");
			assertThat(post(stack, "regenerate-message")).contains("\"delta\":\"Good \"");
			assertThat(post(stack, "submit-message")).contains("\"cached\":true", "\"delta\":\"Good \"");
			stack.getBean(Tenants.class).current = null;
			this.provider.respond("nobody's");
			assertThat(post(stack, "submit-message")).contains("\"delta\":\"nobody's\"");
		}
		assertThat(this.provider.requests()).hasSize(3);
	}

	@Test
	void theBuilderHasOneToo() {
		this.provider.respond("Hel", "lo");
		AIStream stream = stream(this.provider.uri());
		assertThat(answer(stream)).isEqualTo("Hello");
		assertThat(answer(stream)).isEqualTo("Hello");
	}

	private static AIStream stream(URI openAi) {
		AnswerCache cache = AnswerCache.of(new InMemoryAnswerStore(64_000_000),
				CacheOptions.defaults().withScope(CacheScope.EVERYONE), CacheNamespace.NOBODY);
		AIStream stream = AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(openAi)
			.model("gpt-4o-mini")
			.cache(cache)
			.build();
		return stream;
	}

	private static String answer(AIStream stream) {
		return Objects.requireNonNull(stream.stream("Hello")
			.ofType(StreamEvent.Token.class)
			.map(StreamEvent.Token::text)
			.collect(Collectors.joining())
			.block(TIMEOUT));
	}

	private ConfigurableApplicationContext start(WebApplicationType type) {
		String[] properties = Stream
			.concat(Arrays.stream(QuickStartServer.properties("cache:")),
					Stream.of("spring.reactor.netty.shutdown-quiet-period=0s"))
			.toArray(String[]::new);
		return QuickStartServer.start(Application.class, type, this.provider.uri().toString(), properties);
	}

	private static String post(ConfigurableApplicationContext stack, String trigger) throws Exception {
		String body = """
				{"id":"c","trigger":"%s","messages":[{"id":"m","role":"user","parts":[{"type":"text","text":"Hello"}]}]}
				""".formatted(trigger);
		HttpRequest request = HttpRequest.newBuilder(QuickStartServer.uri(stack, "/api/chat/again"))
			.header("Content-Type", "application/json")
			.header("Accept", "text/event-stream")
			.timeout(TIMEOUT)
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Tenants currentTenants() {
			return new Tenants();
		}

		@Bean
		CacheNamespace tenants(Tenants tenants) {
			return () -> Mono.justOrEmpty(tenants.current());
		}

		@Bean
		AgainController againController(AIStream aiStream, StreamingResponses responses, UiMessageFormat format) {
			return new AgainController(aiStream, responses, format);
		}

	}

	/** As the application knows them. */
	static class Tenants {

		private volatile @Nullable String current = "tenant";

		@Nullable String current() {
			return this.current;
		}

	}

	@RestController
	static final class AgainController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		private final UiMessageFormat format;

		AgainController(AIStream aiStream, StreamingResponses responses, UiMessageFormat format) {
			this.aiStream = aiStream;
			this.responses = responses;
			this.format = format;
		}

		@PostMapping("/api/chat/again")
		StreamingResponse chat(@RequestBody UiChatRequest request) {
			boolean again = request.trigger() == UiChatRequest.Trigger.REGENERATE_MESSAGE;
			CallOptions options = CallOptions.defaults().withCache(again ? CacheMode.REFRESH : CacheMode.USE);
			Flux<StreamEvent> answer = this.aiStream.stream(request.toMessages(), options);
			return this.responses.from(answer, this.format.answering(request));
		}

	}

}
