package studio.ainative.aikit.npm;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.autoconfigure.EndpointServer;
import studio.ainative.aikit.autoconfigure.OneByteProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code @ag-ui/client} 0.0.59 and 1.0.0 run our agents on both stacks: between
 * heartbeats, compressed, and byte by byte.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgUiReaderTests {

	static final List<String> READERS = List.of("tomcat", "netty", "tomcat byte by byte", "netty byte by byte");

	private static NpmPackage npm;

	private final EndpointServer tomcat = start(WebApplicationType.SERVLET);

	private final EndpointServer netty = start(WebApplicationType.REACTIVE);

	private static EndpointServer start(WebApplicationType type) {
		return EndpointServer.start(type, "ai-kit.endpoints.ag-ui.enabled=true", "ai-kit.response.compression=true",
				"ai-kit.response.heartbeat.interval=50ms");
	}

	@BeforeAll
	static void install() throws Exception {
		npm = NpmPackage.install("readers");
	}

	@AfterAll
	void stop() {
		this.tomcat.close();
		this.netty.close();
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void agUiClient(String reader) throws Exception {
		EndpointServer server = reader.startsWith("tomcat") ? this.tomcat : this.netty;
		for (int version = 0; version < 2; version++) {
			server.provider().respond("Hel").pause(Duration.ofMillis(150)).tokens("lo").usage(9, 2);
			server.provider().respond().raw(OpenAiReaderTests.TOOLS).thenEnd();
			server.provider().respond().raw(OpenAiReaderTests.REASONING).tokens("lo");
			server.provider().respond("Hel").pause(Duration.ofMillis(150)).thenCut();
			server.provider().respond().status(429).retryAfter("7");
		}
		JsonNode seen;
		try (OneByteProxy proxy = new OneByteProxy(server.port())) {
			seen = npm.run("ag-ui.mjs", (reader.endsWith("byte by byte") ? proxy.url() : server.url()) + "/ag-ui");
		}
		assertThat(seen).hasSize(2).allSatisfy(AgUiReaderTests::assertAllIsSeen);
		assertThat(JSON_OF_TOOLS).isSubstringOf(server.provider().requests().get(0).body());
	}

	private static final String JSON_OF_TOOLS = "{\"type\":\"function\",\"function\":{\"name\":\"weather\"";

	private static void assertAllIsSeen(JsonNode seen) {
		JsonNode text = seen.path("text");
		assertThat(text.path("thrown").isMissingNode()).as("%s", text).isTrue();
		assertThat(text.at("/messages/0/content").asString()).as("%s", text).isEqualTo("Hello");
		assertThat(text.at("/messages/0/role").asString()).isEqualTo("assistant");
		assertThat(text.at("/usage/0/totalTokens").intValue()).isEqualTo(11);

		JsonNode call = seen.at("/tools/messages/0/toolCalls/0");
		assertThat(call.path("id").asString()).as("%s", seen.path("tools")).isEqualTo("call_9");
		assertThat(call.at("/function/name").asString()).isEqualTo("weather");
		assertThat(call.at("/function/arguments").asString()).isEqualTo("{\"city\":\"Oslo\"}");

		JsonNode reasoning = seen.path("reasoning");
		assertThat(reasoning.path("messages")
			.valueStream()
			.map((message) -> message.path("role").asString() + " " + message.path("content").asString()))
			.as("%s", reasoning)
			.containsExactly("reasoning Hm.", "assistant lo");

		JsonNode cut = seen.path("cut");
		assertThat(cut.at("/error/code").asString()).as("%s", cut).isEqualTo("INTERRUPTED");
		assertThat(cut.path("types").valueStream().map(JsonNode::asString)).endsWith("RUN_ERROR");

		assertThat(seen.at("/limited/thrown").asString()).as("%s", seen.path("limited")).contains("429");
	}

}
