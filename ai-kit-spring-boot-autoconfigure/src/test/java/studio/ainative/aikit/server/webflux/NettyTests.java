package studio.ainative.aikit.server.webflux;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import studio.ainative.aikit.server.AnswerController;
import studio.ainative.aikit.server.Answers;
import studio.ainative.aikit.server.DeclaringController;
import studio.ainative.aikit.server.HttpContract;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Responses of Spring WebFlux on Netty.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "spring.main.web-application-type=reactive")
class NettyTests extends HttpContract {

	@Autowired
	private Queue<Full> connections;

	@Override
	protected List<String> paths() {
		return List.of("/scripted", "/scripted-route", "/scripted-flux");
	}

	@Override
	protected String connectionHeader() {
		return "keep-alive";
	}

	@Test
	void closesTheConnectionOfAReaderWhoStalls() throws Exception {
		Answers.Script script = answers().script;
		try (SseReader reader = SseReader.getNarrowly(port(), "/endless")) {
			assertThat(reader.status()).contains("200");
			await().atMost(Duration.ofSeconds(10)).until(() -> script.closed.get() > 0);
			assertThat(reader.isCut()).isTrue();
		}
	}

	@Test
	void letsNoMoreThanAFewBuffersWaitForAReaderWhoLags() throws Exception {
		Answers.Script script = answers().script;
		try (SseReader reader = SseReader.getNarrowly(port(), "/endless")) {
			assertThat(reader.status()).contains("200");
			await().atMost(Duration.ofSeconds(10)).until(() -> this.connections.stream().anyMatch(Full::isFull));
			await().during(Duration.ofMillis(200))
				.atMost(Duration.ofSeconds(10))
				.until(() -> this.connections.stream().allMatch((connection) -> connection.waiting() < 128 * 1024));
			await().atMost(Duration.ofSeconds(10)).until(() -> script.closed.get() > 0);
		}
	}

	/** Spring WebFlux waits for none of these. */
	@ParameterizedTest
	@ValueSource(strings = { "callable", "deferred", "deferred-entity", "task" })
	void saysWhatToDeclareInPlaceOfTypesOfSpringMvc(String path, CapturedOutput output) throws Exception {
		saysWhatToDeclare(path, output);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ AnswerController.class, DeclaringController.class })
	static class Application {

		@Bean
		Queue<Full> connections() {
			return new ConcurrentLinkedQueue<>();
		}

		@Bean
		NettyReactiveWebServerFactory netty(Queue<Full> connections) {
			NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory(0);
			factory.addServerCustomizers(
					(server) -> server.doOnConnection((connection) -> connections.add(new Full(connection.channel()))));
			return factory;
		}

		@Bean
		StreamingResponseResultHandler streamingResponseResultHandler() {
			return new StreamingResponseResultHandler();
		}

		@Bean
		OpenedResponsesFilter openedResponsesFilter() {
			return new OpenedResponsesFilter();
		}

		@Bean
		Answers answers() {
			return new Answers();
		}

		@Bean
		RouterFunction<ServerResponse> routes(Answers answers) {
			return RouterFunctions.route()
				.GET("/route",
						(request) -> Mono.fromSupplier(answers::from)
							.flatMap((response) -> response.toServerResponse()))
				.route(RequestPredicates.path("/late-route"), (request) -> answers.late().toServerResponse())
				.route(RequestPredicates.path("/silent-route"), (request) -> answers.silent().toServerResponse())
				.GET("/gated-route", (request) -> answers.gated().toServerResponse())
				.GET("/compressed-route", (request) -> answers.compressed().toServerResponse())
				.GET("/scripted-route",
						(request) -> answers.scripted(request.queryParam("raw").isPresent()).toServerResponse())
				.build();
		}

	}

	/** What waits in a connection of the server's. */
	record Full(Channel channel) {

		boolean isFull() {
			return this.channel.isActive() && !this.channel.isWritable();
		}

		long waiting() {
			ChannelOutboundBuffer buffer = this.channel.unsafe().outboundBuffer();
			return (buffer != null) ? buffer.totalPendingWriteBytes() : 0;
		}

	}

}
