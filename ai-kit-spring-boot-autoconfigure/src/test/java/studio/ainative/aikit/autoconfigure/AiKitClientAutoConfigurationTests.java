package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;

import com.knuddels.jtokkit.api.Encoding;
import com.openai.client.OpenAIClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.tokens.CostCalculator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Beans, back-off, inheritance of named streams, missing classes.
 */
class AiKitClientAutoConfigurationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final FakeProvider PROVIDER = FakeProvider.answering(FakeProvider.HELLO);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitConnectorAutoConfiguration.class,
						HttpClientAutoConfiguration.class, ReactiveHttpClientAutoConfiguration.class,
						WebClientAutoConfiguration.class, JacksonAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + PROVIDER.endpoint(),
				"spring.reactor.netty.shutdown-quiet-period=0s");

	@AfterAll
	static void stop() {
		PROVIDER.close();
	}

	@Test
	void givesEachInjectionPointItsOwnConversation() {
		this.contextRunner.run((context) -> {
			AIStream first = context.getBean(AIStream.class);
			AIStream second = context.getBean(AIStream.class);
			assertThat(text(first.send("Hello"))).isEqualTo("Hello");
			assertThat(first.getMessages()).hasSize(2);
			assertThat(second.getMessages()).isEmpty();
		});
	}

	@Test
	void backsOffFromAnotherStream() {
		AIStream own = mock(AIStream.class);
		this.contextRunner.withBean(AIStream.class, () -> own)
			.run((context) -> assertThat(context.getBean(AIStream.class)).isSameAs(own));
	}

	@Test
	void backsOffFromAnotherBuilder() {
		AIStream.Builder own = mock(AIStream.Builder.class);
		this.contextRunner.withBean(AIStream.Builder.class, () -> own)
			.run((context) -> assertThat(context.getBean(AIStream.Builder.class)).isSameAs(own));
	}

	@Test
	void backsOffFromAnotherCostCalculator() {
		CostCalculator own = mock(CostCalculator.class);
		this.contextRunner.withBean(CostCalculator.class, () -> own)
			.run((context) -> assertThat(context.getBean(CostCalculator.class)).isSameAs(own));
	}

	@Test
	void appliesCustomizersInTheirOrder() {
		this.contextRunner.withUserConfiguration(CustomizerConfiguration.class).run((context) -> {
			text(context.getBean(AIStream.class).stream("Hello"));
			assertThat(lastCall().body().path("model").asString()).isEqualTo("second");
		});
	}

	@Test
	void namedStreamInheritsWhatItDoesNotSet() {
		this.contextRunner
			.withPropertyValues("ai-kit.stream.model=base", "ai-kit.stream.options.temperature=0.5",
					"ai-kit.stream.headers.x-base=1", "ai-kit.streams.careful.model=careful",
					"ai-kit.streams.careful.options.top_p=0.1", "ai-kit.streams.careful.headers.x-careful=2")
			.withUserConfiguration(CarefulConfiguration.class)
			.run((context) -> {
				text(context.getBean(Careful.class).careful().stream("Hello"));
				FakeProvider.Call call = lastCall();
				assertThat(call.body().path("model").asString()).isEqualTo("careful");
				assertThat(call.body().path("temperature").asDouble()).isEqualTo(0.5);
				assertThat(call.body().path("top_p").asDouble()).isEqualTo(0.1);
				assertThat(call.headers().get("x-base")).isEqualTo("1");
				assertThat(call.headers().get("x-careful")).isEqualTo("2");
				text(context.getBean(AIStream.class).stream("Hello"));
				assertThat(lastCall().body().path("model").asString()).isEqualTo("base");
				assertThat(lastCall().body().has("top_p")).isFalse();
			});
	}

	@Test
	void namedStreamTakesItsNameFromAPlaceholderedEnvironment() {
		this.contextRunner.withPropertyValues("MODEL=from-placeholder", "ai-kit.streams.careful.model=${MODEL}")
			.withUserConfiguration(CarefulConfiguration.class)
			.run((context) -> {
				text(context.getBean(Careful.class).careful().stream("Hello"));
				assertThat(lastCall().body().path("model").asString()).isEqualTo("from-placeholder");
			});
	}

	@Test
	void usesTheApplicationsWebClientCustomizers() {
		this.contextRunner
			.withBean(WebClientCustomizer.class, () -> (builder) -> builder.defaultHeader("x-application", "yes"))
			.run((context) -> {
				text(context.getBean(AIStream.class).stream("Hello"));
				assertThat(lastCall().headers().get("x-application")).isEqualTo("yes");
			});
	}

	@Test
	void usesTheApplicationsConnectorCustomizers() {
		this.contextRunner.withUserConfiguration(ConnectorCustomizerConfiguration.class).run((context) -> {
			text(context.getBean(AIStream.class).stream("Hello"));
			assertThat(lastCall().headers().get("x-connector")).isEqualTo("yes");
		});
	}

	@Test
	void usesTheApplicationsWebClientBuilderAsItIs() {
		this.contextRunner
			.withBean(WebClient.Builder.class, () -> WebClient.builder().defaultHeader("x-own-builder", "yes"))
			.run((context) -> {
				assertThat(context).doesNotHaveBean(StreamConnector.class);
				text(context.getBean(AIStream.class).stream("Hello"));
				assertThat(lastCall().headers().get("x-own-builder")).isEqualTo("yes");
			});
	}

	@Test
	void readTimeoutForOrdinaryCallsDoesNotReachStreams() {
		this.contextRunner.withPropertyValues("spring.http.clients.read-timeout=1ms")
			.run((context) -> assertThat(text(context.getBean(AIStream.class).stream("Hello"))).isEqualTo("Hello"));
	}

	@Test
	void worksWithoutTheOptionalLibraries() {
		this.contextRunner
			.withClassLoader(new FilteredClassLoader(Encoding.class, OpenAIClient.class, DispatcherServlet.class,
					DispatcherHandler.class))
			.run((context) -> assertThat(text(context.getBean(AIStream.class).stream("Hello"))).isEqualTo("Hello"));
	}

	@Test
	void backsOffWithoutWebClient() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(WebClient.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(AIStream.class));
	}

	@Test
	void readsAndWritesMessagesAsTheNpmPackageDoes() {
		this.contextRunner.run((context) -> {
			JsonMapper mapper = context.getBean(JsonMapper.class);
			String json = """
					{"id":"1","role":"user","content":"Hi","timestamp":1700000000123}""";
			Message message = mapper.readValue(json, Message.class);
			assertThat(message.role()).isEqualTo(Message.Role.USER);
			assertThat(message.timestamp()).isEqualTo("2023-11-14T22:13:20.123Z");
			assertThat(mapper.writeValueAsString(message)).isEqualTo(json);
		});
	}

	private static FakeProvider.Call lastCall() {
		List<FakeProvider.Call> calls = PROVIDER.calls();
		return calls.get(calls.size() - 1);
	}

	private static String text(Flux<StreamEvent> answer) {
		StringBuilder text = new StringBuilder();
		answer.ofType(StreamEvent.Token.class).doOnNext((token) -> text.append(token.text())).blockLast(TIMEOUT);
		return text.toString();
	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizerConfiguration {

		@Bean
		@Order(2)
		AIStreamBuilderCustomizer second() {
			return (builder) -> builder.model("second");
		}

		@Bean
		@Order(1)
		AIStreamBuilderCustomizer first() {
			return (builder) -> builder.model("first");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CarefulConfiguration {

		@Bean
		Careful careful(@Qualifier("careful") AIStream careful) {
			return new Careful(careful);
		}

	}

	record Careful(AIStream careful) {
	}

	@Configuration(proxyBeanMethods = false)
	static class ConnectorCustomizerConfiguration {

		@Bean
		ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder> connectorCustomizer() {
			return (builder) -> builder.withHttpClientCustomizer(
					(HttpClient client) -> client.headers((headers) -> headers.set("x-connector", "yes")));
		}

	}

}
