package studio.ainative.aikit.test;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * The script is played as it was told.
 */
class ScriptedServerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@EnumSource
	void endsAnAnswerAsTheProviderDoes(Dialect dialect) {
		this.server.close();
		this.server = ScriptedServer.start(dialect);
		this.server.respond("Hel", "lo").usage(9, 2);
		assertThat(body()).contains("Hel", "lo", "9").endsWith(switch (dialect) {
			case OPENAI -> "data: [DONE]\n\n";
			case OPENAI_RESPONSES -> "\"status\":\"completed\",\"output\":[]}}\n\n";
			case ANTHROPIC -> "data: {\"type\":\"message_stop\"}\n\n";
			case AI_KIT -> "\"outcome\":\"complete\"}\n\n";
		});
	}

	@Test
	void escapesTokens() {
		this.server.respond("a \"b\" \\ \n ä");
		assertThat(body()).contains("{\"content\":\"a \\\"b\\\" \\\\ \\u000a ä\"}");
	}

	@Test
	void sendsStatusHeadersAndErrors() {
		this.server.respond().errorBody("rate_limit_error", null, "Wait").status(429).retryAfter("2");
		String seen = client()
			.response((response, body) -> Flux
				.just(response.status().code() + " " + response.responseHeaders().get("Retry-After")))
			.blockFirst(TIMEOUT);
		assertThat(seen).isEqualTo("429 2");
	}

	@Test
	void mayEndABodyWithItsConnection() {
		this.server.respond("Hel", "lo").withoutLength();
		String seen = client()
			.response((response, body) -> body.aggregate()
				.asString()
				.map((text) -> response.responseHeaders().get("Transfer-Encoding") + " " + text))
			.blockFirst(TIMEOUT);
		assertThat(seen).startsWith("null ").contains("Hel", "lo").endsWith("data: [DONE]\n\n");
	}

	@Test
	void recordsRequests() {
		this.server.respond("Hello");
		this.server.respond("Hello");
		assertThatIllegalStateException().isThrownBy(this.server::lastRequest);
		body();
		body();
		RecordedRequest request = this.server.lastRequest();
		assertThat(request.method()).isEqualTo("POST");
		assertThat(request.path()).isEqualTo("/v1/chat");
		assertThat(request.header("x-test")).isEqualTo("yes");
		assertThat(request.body()).isEqualTo("{}");
		assertThat(this.server.requests()).hasSize(2);
		assertThat(request.since(this.server.requests().get(0))).isPositive();
	}

	@Test
	void aRequestOutsideTheScriptGets501() {
		assertThat(client().response().map((response) -> response.status().code()).block(TIMEOUT)).isEqualTo(501);
	}

	@Test
	void cutsAndResets() {
		this.server.respond().thenCut();
		this.server.respond().thenReset();
		this.server.respond("Hel").pause(Duration.ofMillis(50)).thenCut();
		this.server.respond("Hel").pause(Duration.ofMillis(50)).thenReset();
		for (int request = 0; request < 4; request++) {
			assertThatException().isThrownBy(this::body).withRootCauseInstanceOf(IOException.class);
		}
		await().atMost(TIMEOUT)
			.until(() -> this.server.requests().stream().allMatch((request) -> request.closed() != null));
		assertThat(this.server.requests()).hasSize(4).noneMatch(RecordedRequest::isClosedByClient);
	}

	@Test
	void seesThatTheClientLeavesInAStall() {
		this.server.respond("Hel").thenStall();
		Disposable call = client().responseContent().subscribe();
		await().atMost(TIMEOUT).until(() -> !this.server.requests().isEmpty());
		assertThat(this.server.lastRequest().closed()).isNull();
		call.dispose();
		await().atMost(TIMEOUT).until(this.server.lastRequest()::isClosedByClient);
		assertThat(this.server.lastRequest().closed()).isGreaterThan(this.server.lastRequest().arrived());
		assertThat(this.server.lastRequest().isOpen()).isFalse();
	}

	private String body() {
		return Objects.requireNonNull(client().responseContent().aggregate().asString().block(TIMEOUT));
	}

	private HttpClient.ResponseReceiver<?> client() {
		return HttpClient.create(ConnectionProvider.newConnection())
			.disableRetry(true)
			.headers((headers) -> headers.set("X-Test", "yes"))
			.post()
			.uri(this.server.uri())
			.send((request, outbound) -> outbound.sendString(Mono.just("{}")));
	}

}
