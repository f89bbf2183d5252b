package studio.ainative.aikit.client;

import java.net.URI;
import java.time.Duration;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.netty.http.client.HttpClient;
import reactor.test.StepVerifier;

import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.provider.openai.OpenAIProvider;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that is not ours: its statuses, its delays, its faults.
 */
class WireMockTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final String HELLO = """
			data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}

			data: {"choices":[{"index":0,"delta":{"content":"lo"}}]}

			data: [DONE]

			""";

	private final WireMockServer server = new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));

	@BeforeEach
	void startServer() {
		this.server.start();
	}

	@AfterEach
	void stopServer() {
		this.server.stop();
	}

	@Test
	void readsAnAnswerThatComesInDribbles() {
		this.server.stubFor(post(anyUrl()).willReturn(hello().withChunkedDribbleDelay(7, 300)));
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("Hello");
	}

	@ParameterizedTest
	@EnumSource(names = { "CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE" })
	void faultsOfTheConnectionAreRetried(Fault fault) {
		this.server.stubFor(post(anyUrl()).inScenario("fault")
			.whenScenarioStateIs(Scenario.STARTED)
			.willSetStateTo("recovered")
			.willReturn(aResponse().withFault(fault)));
		this.server.stubFor(post(anyUrl()).inScenario("fault").whenScenarioStateIs("recovered").willReturn(hello()));
		assertThat(Answers.text(stream().build().stream("Hi"))).isEqualTo("Hello");
		this.server.verify(2, postRequestedFor(anyUrl()).withHeader("Accept", WireMock.equalTo("text/event-stream")));
	}

	@Test
	void aChunkThatIsNoneIsAnInterruption() {
		this.server.stubFor(post(anyUrl()).willReturn(hello().withFault(Fault.MALFORMED_RESPONSE_CHUNK)));
		StepVerifier.create(stream().retry(RetryConfig.none()).build().stream("Hi").ignoreElements())
			.expectError(StreamInterruptedException.class)
			.verify(TIMEOUT);
	}

	@Test
	void aSlowResponseIsATimeoutOfTheFirstToken() {
		this.server.stubFor(post(anyUrl()).willReturn(hello().withFixedDelay(5000)));
		AIStream stream = stream().retry(RetryConfig.none())
			.timeouts(StreamTimeouts.defaults().withFirstToken(Duration.ofMillis(200)))
			.build();
		StepVerifier.create(stream.stream("Hi")).expectError(StreamTimeoutException.class).verify(TIMEOUT);
	}

	@Test
	void aResponseTimeoutOfTheApplicationDoesNotCutAnAnswer() {
		this.server.stubFor(post(anyUrl()).willReturn(hello().withFixedDelay(700)));
		HttpClient impatient = HttpClient.create().responseTimeout(Duration.ofMillis(200));
		WebClient.Builder client = WebClient.builder().clientConnector(new ReactorClientHttpConnector(impatient));
		assertThat(Answers.text(stream().webClientBuilder(client).retry(RetryConfig.none()).build().stream("Hi")))
			.isEqualTo("Hello");
	}

	@Test
	void anotherHttpClientDoesAsWell() {
		this.server.stubFor(post(anyUrl()).willReturn(hello()));
		WebClient.Builder client = WebClient.builder().clientConnector(new JdkClientHttpConnector());
		assertThat(Answers.text(stream().webClientBuilder(client).build().stream("Hi"))).isEqualTo("Hello");
	}

	@Test
	void theApplicationsFiltersSeeTheCall() {
		this.server.stubFor(post(anyUrl()).willReturn(hello()));
		WebClient.Builder client = WebClient.builder().defaultHeader("X-Application", "shop");
		Answers.text(stream().webClientBuilder(client).build().stream("Hi"));
		this.server.verify(1, postRequestedFor(anyUrl()).withHeader("X-Application", WireMock.equalTo("shop")));
	}

	private static ResponseDefinitionBuilder hello() {
		return aResponse().withHeader("Content-Type", "text/event-stream").withBody(HELLO);
	}

	private AIStream.Builder stream() {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(URI.create(this.server.baseUrl() + "/v1/chat/completions"))
			.model("a-model")
			.retry(RetryConfig.defaults().withJitter(0).withDelay(Duration.ofMillis(1), Duration.ofMillis(1)));
	}

}
