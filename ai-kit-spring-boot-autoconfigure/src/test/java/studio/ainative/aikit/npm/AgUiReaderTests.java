package studio.ainative.aikit.npm;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * {@code @ag-ui/client} 0.0.59 and 1.0.0 run our agents on both stacks: between
 * heartbeats, compressed, and byte by byte.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgUiReaderTests {

	static final List<String> READERS = ReaderServers.READERS;

	private static NpmPackage npm;

	private final ReaderServers servers = new ReaderServers("ag-ui");

	@BeforeAll
	static void install() throws Exception {
		npm = NpmPackage.install("readers");
	}

	@AfterAll
	void stop() throws Exception {
		this.servers.close();
	}

	@ParameterizedTest
	@FieldSource("READERS")
	void agUiClient(String reader, CapturedOutput output) throws Exception {
		ScriptedServer provider = this.servers.server(reader).provider();
		int before = provider.requests().size();
		for (int version = 0; version < 2; version++) {
			provider.respond("Hel").pause(ReaderServers.PAUSE).tokens("lo").usage(9, 2);
			OpenAiReaderTests.toolCall(provider);
			provider.respond("Hel").pause(ReaderServers.PAUSE).tokens("lo");
			OpenAiReaderTests.reasoning(provider);
			OpenAiReaderTests.failure(provider);
			provider.respond("Hel").pause(ReaderServers.PAUSE).thenCut();
			provider.respond().status(429).retryAfter("7");
		}
		this.servers.read(reader, (url) -> {
			JsonNode seen = npm.run("ag-ui.mjs", url + "/ag-ui");
			assertThat(seen).hasSize(2).allSatisfy(AgUiReaderTests::assertAllIsSeen);
		});
		assertThat(provider.requests().get(before).body()).contains(JSON_OF_TOOLS);
		OpenAiReaderTests.assertResultIsPassedOn(provider.requests().get(before + 2));
		OpenAiReaderTests.assertResultIsPassedOn(provider.requests().get(before + 2 + CASES));
		assertNoWarnings(output);
	}

	/** How often each version asks. */
	private static final int CASES = 7;

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

		assertThat(seen.at("/tools/after/0/content").asString()).as("%s", seen.path("tools")).isEqualTo("Hello");

		JsonNode reasoning = seen.path("reasoning");
		assertThat(reasoning.path("messages")
			.valueStream()
			.map((message) -> message.path("role").asString() + " " + message.path("content").asString()))
			.as("%s", reasoning)
			.containsExactly("reasoning Hm.", "assistant lo");

		JsonNode midway = seen.path("midway");
		assertThat(midway.at("/error/code").asString()).as("%s", midway).isEqualTo("PROVIDER_ERROR");
		assertThat(midway.at("/error/message").asString()).contains("could not answer").doesNotContain("canary");
		assertThat(midway.path("types").valueStream().map(JsonNode::asString)).endsWith("RUN_ERROR");

		JsonNode cut = seen.path("cut");
		assertThat(cut.at("/error/code").asString()).as("%s", cut).isEqualTo("INTERRUPTED");
		assertThat(cut.path("types").valueStream().map(JsonNode::asString)).endsWith("RUN_ERROR");

		assertThat(seen.at("/limited/thrown").asString()).as("%s", seen.path("limited")).contains("429");
	}

}
