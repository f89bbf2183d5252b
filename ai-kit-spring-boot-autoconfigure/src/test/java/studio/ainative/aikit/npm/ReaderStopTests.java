package studio.ainative.aikit.npm;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.autoconfigure.EndpointServer;
import studio.ainative.aikit.autoconfigure.OneByteProxy;
import studio.ainative.aikit.test.RecordedRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * OpenAI's SDKs and AG-UI's client stop in the middle of an answer, or the server is
 * asked to end it: the provider's call ends either way, whether the answer is plain,
 * compressed or comes byte by byte.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReaderStopTests {

	static final List<String> READERS = ReaderServers.READERS;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/** By the SDK's stream and its helper, and by both versions of AG-UI's client. */
	private static final List<String> SCRIPTED = List.of("create", "helper", "agUi0", "agUi");

	private static NpmPackage npm;

	@BeforeAll
	static void install() throws Exception {
		npm = NpmPackage.install("readers");
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void readersStop(String reader, CapturedOutput output) throws Exception {
		try (EndpointServer server = start(reader); OneByteProxy proxy = new OneByteProxy(server.port())) {
			String url = url(reader, server, proxy);
			JsonNode seen = npm.run("stops.mjs", url, "reader");
			assertThat(SCRIPTED).allSatisfy(
					(name) -> assertThat(seen.path(name).path("text").asString()).as("%s: %s", name, seen.path(name))
						.isEqualTo("Hel"));
			assertThat(seen.at("/create/finish").isNull()).isTrue();
			assertThat(seen.at("/helper/error/name").asString()).isEqualTo("APIUserAbortError");
			assertThat(seen.at("/agUi/types").valueStream().map(JsonNode::asString)).doesNotContain("RUN_FINISHED");
			OpenAIClient client = OpenAiReaderTests.client(url);
			try (StreamResponse<ChatCompletionChunk> response = client.chat()
				.completions()
				.createStreaming(OpenAiReaderTests.params("fast").build())) {
				readFirstText(response);
			}
			assertCallsEnd(server, SCRIPTED.size() + 1);
			client.close();
		}
		assertNothingIsLogged(output);
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void theServerStops(String reader, CapturedOutput output) throws Exception {
		try (EndpointServer server = start(reader, "ai-kit.response.resume.enabled=true");
				OneByteProxy proxy = new OneByteProxy(server.port())) {
			JsonNode seen = npm.run("stops.mjs", url(reader, server, proxy), "server");
			assertThat(SCRIPTED).allSatisfy((name) -> {
				assertThat(seen.path(name).path("text").asString()).as("%s: %s", name, seen.path(name))
					.isEqualTo("Hel");
				assertThat(seen.path(name).at("/error/code").asString()).as("%s: %s", name, seen.path(name))
					.isEqualToIgnoringCase("stopped");
			});
			assertThat(seen.at("/create/finish").isNull()).isTrue();
			assertThat(seen.at("/agUi/types").valueStream().map(JsonNode::asString)).endsWith("RUN_ERROR");
			assertCallsEnd(server, SCRIPTED.size());
		}
		assertNothingIsLogged(output);
	}

	private static String url(String reader, EndpointServer server, OneByteProxy proxy) {
		return reader.endsWith("byte by byte") ? proxy.url() : server.url();
	}

	private static EndpointServer start(String reader, String... properties) {
		WebApplicationType type = reader.startsWith("tomcat") ? WebApplicationType.SERVLET
				: WebApplicationType.REACTIVE;
		EndpointServer server = EndpointServer.start(type,
				Stream.concat(Stream.of("ai-kit.endpoints.openai.enabled=true", "ai-kit.endpoints.ag-ui.enabled=true",
						"ai-kit.response.compression=" + reader.contains("gzip"),
						"ai-kit.response.heartbeat.interval=100ms"), Stream.of(properties))
					.toArray(String[]::new));
		for (int calls = 0; calls <= SCRIPTED.size(); calls++) {
			server.provider().respond("Hel").thenStall();
		}
		return server;
	}

	private static void readFirstText(StreamResponse<ChatCompletionChunk> response) {
		Iterator<ChatCompletionChunk> chunks = response.stream().iterator();
		String text = "";
		while (text.isEmpty()) {
			text = chunks.next().choices().get(0).delta().content().orElse("");
		}
		assertThat(text).isEqualTo("Hel");
	}

	private static void assertCallsEnd(EndpointServer server, int count) {
		assertThat(server.provider().requests()).hasSize(count);
		await().atMost(TIMEOUT)
			.until(() -> server.provider().requests().stream().allMatch(RecordedRequest::isClosedByClient));
	}

	/** But what the start-up says of open endpoints. */
	private static void assertNothingIsLogged(CapturedOutput output) {
		assertThat(output.toString().lines().filter((line) -> line.contains(" WARN ") || line.contains(" ERROR ")))
			.hasSize(2)
			.allMatch((line) -> line.contains("OpenEndpointWarning"));
	}

}
