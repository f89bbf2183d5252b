package studio.ainative.aikit.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.server.Answers.HELLO;

/**
 * Whatever type a controller method declares: a response in it streams, with the status
 * and the headers that are told, or the request fails with a sentence that helps.
 */
abstract class DeclaringContract extends LeavingContract {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@ParameterizedTest
	@ValueSource(strings = { "plain", "object", "sink", "mono", "mono-object", "mono-any", "object-mono", "future",
			"future-object", "stage" })
	protected void streamsWhateverIsDeclared(String path) throws Exception {
		HttpResponse<String> response = get(path, "*/*");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("Content-Type")).containsExactly("text/event-stream");
		assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-cache, no-transform");
		assertThat(response.body()).isEqualTo(HELLO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "entity", "entity-any", "entity-object", "object-entity", "entity-mono", "mono-entity",
			"mono-entity-any", "stage-entity" })
	protected void streamsAnEntityWithItsStatusAndHeaders(String path) throws Exception {
		HttpResponse<String> response = get(path, "application/json");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.headers().allValues("X-Own")).containsExactly("yes");
		assertThat(response.headers().allValues("Content-Type")).containsExactly("text/event-stream");
		assertThat(response.body()).isEqualTo(HELLO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "http-entity", "mono-http-entity" })
	void streamsAnEntityWithoutStatus(String path) throws Exception {
		HttpResponse<String> response = get(path, "text/event-stream");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().allValues("X-Own")).containsExactly("yes");
		assertThat(response.body()).isEqualTo(HELLO);
	}

	@Test
	void letsAnEntitySayAnythingButWhatTheBodyIs() throws Exception {
		HttpResponse<String> response = get("misled", "*/*");
		assertThat(response.headers().allValues("Content-Type")).containsExactly("text/event-stream");
		assertThat(response.headers().allValues("Cache-Control")).containsExactly("no-store");
		assertThat(response.headers().firstValue("Content-Length")).isEmpty();
		assertThat(response.body()).isEqualTo(HELLO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "no-content", "reset-content" })
	void letsGoOfAnAnswerWhoseStatusHasNoBody(String path) throws Exception {
		Answers.Script script = answers().script;
		HttpResponse<String> response = get(path, "*/*");
		assertThat(response.statusCode()).isIn(204, 205);
		assertThat(response.body()).isEmpty();
		await().atMost(TIMEOUT).until(() -> script.closed.get() == 1);
		assertThat(script.subscribed).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "list", "optional", "flux", "mono-list", "entity-flux" })
	protected void saysWhatToDeclare(String path, CapturedOutput output) throws Exception {
		HttpResponse<String> response = get(path, "*/*");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(output).contains("A StreamingResponse can't be written as ", "StreamingResponse>",
				"DeclaringController.", "declare StreamingResponse, or");
	}

	@Test
	void saysWhatToDeclareWhereAResponseIsAPartOfSomething(CapturedOutput output) throws Exception {
		Answers.Script script = answers().script;
		HttpResponse<String> response = get("part", "*/*");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(output).contains("A StreamingResponse can't be written as JSON");
		assertThat(script.closed).hasValue(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "mono-object", "mono-any", "future-object", "mono-entity-any", "entity-any",
			"entity-mono-any" })
	void leavesOtherValuesToOthers(String path) throws Exception {
		HttpResponse<String> response = get("other/" + path, "*/*");
		assertThat(response.statusCode()).isEqualTo(path.contains("entity") ? 201 : 200);
		assertThat(response.headers().allValues("Content-Type")).containsExactly("application/json");
		assertThat(response.headers().allValues("X-Own")).hasSize(path.contains("entity") ? 1 : 0);
		assertThat(response.body()).isEqualTo("{\"other\":true}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nothing", "other/nothing" })
	void answersNothingWithNothing(String path) throws Exception {
		HttpResponse<String> response = get(path, "*/*");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEmpty();
	}

	private HttpResponse<String> get(String path, String accept) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + "/declared/" + path))
			.timeout(TIMEOUT)
			.header("Accept", accept)
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

}
