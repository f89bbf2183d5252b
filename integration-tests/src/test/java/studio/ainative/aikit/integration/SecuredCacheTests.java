package studio.ainative.aikit.integration;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who shares cached answers where Spring Security says who asks.
 */
class SecuredCacheTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ScriptedServer provider = ScriptedServer.start();

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterEach
	void stop() {
		this.provider.close();
	}

	private ConfigurableApplicationContext start(WebApplicationType type, String... arguments) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "ai-kit.stream.provider=openai",
					"ai-kit.stream.endpoint=" + this.provider.uri(), "ai-kit.stream.cache.enabled=true",
					"spring.reactor.netty.shutdown-quiet-period=0s")
			.run(arguments);
	}

	private CompletableFuture<String> get(ConfigurableApplicationContext context, String path, @Nullable String user) {
		URI uri = URI
			.create("http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port") + path);
		HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(TIMEOUT);
		if (user != null) {
			request.header("Authorization", "Basic "
					+ Base64.getEncoder().encodeToString((user + ":secret").getBytes(StandardCharsets.US_ASCII)));
		}
		return this.client.sendAsync(request.build(), BodyHandlers.ofString()).thenApply((response) -> {
			assertThat(response.statusCode()).isEqualTo(200);
			return response;
		}).thenApply(HttpResponse::body);
	}

	private String read(ConfigurableApplicationContext context, String path, @Nullable String user) {
		return get(context, path, user).join();
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, false", "SERVLET, true", "REACTIVE, false", "REACTIVE, true" })
	void noPrincipalGetsWhatAnotherWasTold(WebApplicationType type, boolean resume) {
		this.provider.respond("Ann's ", "own");
		this.provider.respond("Ben's ", "own");
		try (ConfigurableApplicationContext context = start(type, "--ai-kit.response.resume.enabled=" + resume)) {
			assertThat(read(context, "/chat", "ann")).contains("Ann's ").doesNotContain("\"cached\"");
			assertThat(read(context, "/chat", "ben")).contains("Ben's ").doesNotContain("\"cached\"", "Ann's ");
			assertThat(read(context, "/chat", "ann")).contains("\"cached\":true", "Ann's ").doesNotContain("Ben's ");
			assertThat(read(context, "/open", "ben")).contains("\"cached\":true", "Ben's ").doesNotContain("Ann's ");
		}
		assertThat(this.provider.requests()).hasSize(2);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void whoeverIsAnonymousSharesWithNobody(WebApplicationType type) {
		this.provider.respond("first");
		this.provider.respond("second");
		this.provider.respond("Ann's");
		try (ConfigurableApplicationContext context = start(type)) {
			assertThat(read(context, "/open", null)).contains("first").doesNotContain("\"cached\"");
			assertThat(read(context, "/open", null)).contains("second").doesNotContain("\"cached\"");
			assertThat(read(context, "/open", "ann")).contains("Ann's").doesNotContain("\"cached\"");
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void whoAsksAtOnceJoinsTheirOwnCallAlone(WebApplicationType type) {
		this.provider.respond("one ").pause(Duration.ofMillis(500)).tokens("end");
		this.provider.respond("two ").pause(Duration.ofMillis(500)).tokens("end");
		try (ConfigurableApplicationContext context = start(type)) {
			List<CompletableFuture<String>> anns = new ArrayList<>();
			List<CompletableFuture<String>> bens = new ArrayList<>();
			for (int i = 0; i < 5; i++) {
				anns.add(get(context, "/chat", "ann"));
				bens.add(get(context, "/chat", "ben"));
			}
			List<String> toAnn = anns.stream().map(CompletableFuture::join).toList();
			List<String> toBen = bens.stream().map(CompletableFuture::join).toList();
			String ofAnn = toAnn.get(0).contains("one ") ? "one " : "two ";
			String ofBen = ofAnn.equals("one ") ? "two " : "one ";
			assertThat(toAnn).allMatch((answer) -> answer.contains(ofAnn) && !answer.contains(ofBen));
			assertThat(toBen).allMatch((answer) -> answer.contains(ofBen) && !answer.contains(ofAnn));
		}
		assertThat(this.provider.requests()).hasSize(2);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		private static List<UserDetails> users() {
			return List.of(User.withUsername("ann").password("{noop}secret").roles("USER").build(),
					User.withUsername("ben").password("{noop}secret").roles("USER").build());
		}

		@Bean
		ChatController chatController(AIStream stream, StreamingResponses responses) {
			return new ChatController(stream, responses);
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		static class Mvc {

			@Bean
			InMemoryUserDetailsManager people() {
				return new InMemoryUserDetailsManager(users());
			}

			@Bean
			SecurityFilterChain security(HttpSecurity http) throws Exception {
				return http
					.authorizeHttpRequests(
							(requests) -> requests.requestMatchers("/open").permitAll().anyRequest().authenticated())
					.httpBasic(Customizer.withDefaults())
					.build();
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		static class WebFlux {

			@Bean
			MapReactiveUserDetailsService people() {
				return new MapReactiveUserDetailsService(users());
			}

			/** Anonymous users have an authentication here only if that is asked for. */
			@Bean
			SecurityWebFilterChain security(ServerHttpSecurity http) {
				return http
					.authorizeExchange(
							(exchanges) -> exchanges.pathMatchers("/open").permitAll().anyExchange().authenticated())
					.anonymous(Customizer.withDefaults())
					.httpBasic(Customizer.withDefaults())
					.build();
			}

		}

	}

	/** The same on both stacks, and the same question of everybody. */
	@RestController
	static final class ChatController {

		private final AIStream stream;

		private final StreamingResponses responses;

		ChatController(AIStream stream, StreamingResponses responses) {
			this.stream = stream;
			this.responses = responses;
		}

		@GetMapping({ "/chat", "/open" })
		StreamingResponse chat() {
			return this.responses.from(this.stream.stream("Who am I?"));
		}

	}

}
