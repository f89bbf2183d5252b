package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.implementation.FixedValue;
import net.bytebuddy.matcher.ElementMatchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.WebFilter;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamOwnerResolver;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who shares answers, on Tomcat and on Netty, over sockets.
 */
class CacheServerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String ANONYMOUS = "anonymousUser";

	private final ScriptedServer provider = ScriptedServer.start();

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void stop() {
		this.provider.close();
	}

	private ConfigurableApplicationContext start(WebApplicationType type, String... properties) {
		List<String> all = new ArrayList<>(List.of(properties));
		all.addAll(List.of("server.port=0", "spring.main.banner-mode=off", "ai-kit.stream.provider=openai",
				"ai-kit.stream.endpoint=" + this.provider.uri(), "ai-kit.stream.cache.enabled=true",
				"spring.reactor.netty.shutdown-quiet-period=0s"));
		return new SpringApplicationBuilder(Application.class).web(type).properties(all.toArray(String[]::new)).run();
	}

	private CompletableFuture<String> get(ConfigurableApplicationContext stack, String path, @Nullable String user) {
		URI uri = URI
			.create("http://localhost:" + stack.getEnvironment().getRequiredProperty("local.server.port") + path);
		HttpRequest.Builder request = HttpRequest.newBuilder(uri)
			.timeout(TIMEOUT)
			.header("Accept", "text/event-stream");
		if (user != null) {
			request.header("X-User", user);
		}
		return this.client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
			.thenApply(HttpResponse::body);
	}

	private String read(ConfigurableApplicationContext stack, String path, @Nullable String user) {
		return get(stack, path, user).join();
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, /chat, false", "SERVLET, /flux, false", "SERVLET, /chat, true", "REACTIVE, /chat, false",
			"REACTIVE, /flux, false", "REACTIVE, /chat, true" })
	void nobodyGetsWhatSomebodyElseWasTold(WebApplicationType type, String path, boolean resume) {
		this.provider.respond("Ann's ", "secret");
		this.provider.respond("Ben's ", "own");
		this.provider.respond("nobody's ", "first");
		this.provider.respond("nobody's ", "second");
		try (ConfigurableApplicationContext stack = start(type, "ai-kit.response.resume.enabled=" + resume)) {
			assertThat(read(stack, path, "ann")).contains("Ann's ", "secret").doesNotContain("\"cached\"");
			assertThat(read(stack, path, "ben")).contains("Ben's ", "own").doesNotContain("\"cached\"", "secret");
			assertThat(read(stack, path, "ann")).contains("\"cached\":true", "Ann's ", "secret",
					"\"outcome\":\"complete\"");
			assertThat(read(stack, path, "ben")).contains("\"cached\":true", "Ben's ", "own").doesNotContain("secret");
			assertThat(read(stack, path, null)).contains("nobody's ", "first").doesNotContain("\"cached\"");
			assertThat(read(stack, path, null)).contains("nobody's ", "second").doesNotContain("\"cached\"");
		}
		assertThat(this.provider.requests()).hasSize(4);
	}

	@Test
	void whoeverIsAnonymousIsNobody() {
		this.provider.respond("first");
		this.provider.respond("second");
		try (ConfigurableApplicationContext stack = start(WebApplicationType.REACTIVE)) {
			assertThat(read(stack, "/chat", ANONYMOUS)).contains("first");
			assertThat(read(stack, "/chat", ANONYMOUS)).contains("second").doesNotContain("\"cached\"");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void everyoneSharesWhereThatIsSaid(WebApplicationType type) {
		this.provider.respond("Hel", "lo");
		try (ConfigurableApplicationContext stack = start(type, "ai-kit.stream.cache.scope=everyone")) {
			assertThat(read(stack, "/chat", "ann")).contains("Hel", "lo");
			assertThat(read(stack, "/chat", null)).contains("\"cached\":true", "Hel", "lo");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void ownersAreThoseOfAnswersThatAreReadAgain(WebApplicationType type) {
		this.provider.respond("one");
		this.provider.respond("two");
		try (ConfigurableApplicationContext stack = start(type, "owners=true")) {
			assertThat(read(stack, "/chat", "ann@tenant1")).contains("one");
			assertThat(read(stack, "/chat", "ben@tenant2")).contains("two");
			assertThat(read(stack, "/chat", "eve@tenant1")).contains("\"cached\":true", "one");
		}
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET", "REACTIVE" })
	void tenAtOnceAreOneCall(WebApplicationType type) {
		this.provider.respond("Hel").pause(Duration.ofMillis(500)).tokens("lo");
		try (ConfigurableApplicationContext stack = start(type)) {
			List<CompletableFuture<String>> answers = new ArrayList<>();
			for (int i = 0; i < 10; i++) {
				answers.add(get(stack, "/chat", "ann"));
			}
			assertThat(answers.stream().map(CompletableFuture::join))
				.allMatch((answer) -> answer.contains("Hel") && answer.contains("lo")
						&& answer.contains("\"outcome\":\"complete\""))
				.filteredOn((answer) -> answer.contains("\"cached\":true"))
				.hasSize(9);
		}
		assertThat(this.provider.requests()).hasSize(1);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ChatController chatController(AIStream stream, StreamingResponses responses) {
			return new ChatController(stream, responses);
		}

		@Bean
		@ConditionalOnProperty("owners")
		StreamOwnerResolver tenants() {
			return (request) -> {
				String principal = request.principal();
				return (principal != null) ? principal.substring(principal.indexOf('@')) : null;
			};
		}

		/** Whoever asks is who they say they are. */
		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		WebFilter principal() {
			return (exchange, chain) -> {
				String user = exchange.getRequest().getHeaders().getFirst("X-User");
				return chain.filter(
						(user != null) ? exchange.mutate().principal(Mono.just(principal(user))).build() : exchange);
			};
		}

		/** Spring Security isn't here: one that looks like its own. */
		private static Principal principal(String user) {
			if (!user.equals(ANONYMOUS)) {
				return () -> user;
			}
			try (DynamicType.Unloaded<Object> type = new ByteBuddy().subclass(Object.class)
				.implement(Principal.class)
				.name("org.springframework.security.authentication.AnonymousAuthenticationToken")
				.method(ElementMatchers.named("getName"))
				.intercept(FixedValue.value(user))
				.make()) {
				return (Principal) type.load(CacheServerTests.class.getClassLoader())
					.getLoaded()
					.getDeclaredConstructor()
					.newInstance();
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		static class ServletConfiguration {

			@Bean
			Filter principal() {
				return (request, response, chain) -> {
					String user = ((HttpServletRequest) request).getHeader("X-User");
					chain.doFilter((user != null) ? new HttpServletRequestWrapper((HttpServletRequest) request) {

						@Override
						public Principal getUserPrincipal() {
							return () -> user;
						}

					} : request, response);
				};
			}

		}

	}

	/** The same on both stacks. */
	@RestController
	static final class ChatController {

		private final AIStream stream;

		private final StreamingResponses responses;

		ChatController(AIStream stream, StreamingResponses responses) {
			this.stream = stream;
			this.responses = responses;
		}

		@GetMapping("/chat")
		StreamingResponse chat() {
			return this.responses.from(this.stream.stream("Who am I?"));
		}

		@GetMapping("/flux")
		Flux<ServerSentEvent<Object>> flux() {
			return this.responses.from(this.stream.stream("Who am I?")).toFlux();
		}

	}

}
