package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.SharedLog;
import studio.ainative.aikit.log.redis.RedisServer;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers that go on with a message, as they have the results of its tools, and are read
 * again: with the ids that they were begun with, on another node too.
 */
class ContinuedMessageTests {

	private static final Duration SILENCE = Duration.ofSeconds(30);

	private static final String PAGE = """
			{"id":"c1","messages":[{"id":"q1","role":"user","parts":[{"type":"text","text":"Is it cold?"}]},
			{"id":"m \\"1\\"\\n😀","role":"assistant","parts":[{"type":"step-start"},{"type":"text","text":"Let me see."},
			%s]}]}""";

	private static final String RESULTS = """
			{"type":"tool-weather","toolCallId":"t1","state":"output-available","input":{"city":"Bern"},"output":{"is":"a\\nb"}},
			{"type":"tool-weather","toolCallId":"t2","state":"output-error","input":{},"errorText":"No \\"such\\" place"}""";

	private static final String START = """
			data: {"type":"start","messageId":"m \\"1\\"\\n😀","messageMetadata":{"outcome":"pending"}}
			""";

	private static final String BEFORE = """
			data: {"type":"start-step"}
			data: {"type":"text-start","id":"text-1"}
			data: {"type":"text-delta","id":"text-1","delta":"Let me see."}
			data: {"type":"text-end","id":"text-1"}
			data: {"type":"tool-input-start","toolCallId":"t1","toolName":"weather"}
			data: {"type":"tool-input-delta","toolCallId":"t1","inputTextDelta":"{\\"city\\":\\"Bern\\"}"}
			data: {"type":"tool-output-available","toolCallId":"t1","output":{"is":"a\\nb"}}
			data: {"type":"tool-input-start","toolCallId":"t2","toolName":"weather"}
			data: {"type":"tool-input-delta","toolCallId":"t2","inputTextDelta":"{}"}
			data: {"type":"tool-output-error","toolCallId":"t2","errorText":"No \\"such\\" place"}
			data: {"type":"finish-step"}
			""";

	private static RedisServer redis;

	@BeforeAll
	static void start() throws Exception {
		redis = RedisServer.start();
	}

	@AfterAll
	static void stop() throws Exception {
		redis.close();
	}

	static Stream<Arguments> stacksAndStores() {
		return Stream.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)
			.flatMap((type) -> Stream.of(Store.values()).map((store) -> Arguments.of(type, store)));
	}

	@ParameterizedTest
	@MethodSource("stacksAndStores")
	void isReadAgainAsOneMessage(WebApplicationType type, Store store) throws Exception {
		try (Nodes nodes = Nodes.start(type, store);
				SseReader first = SseReader.post(nodes.maker().port(), "/chats/c1/ask/a", PAGE.formatted(RESULTS))) {
			first.allowSilence(SILENCE);
			nodes.maker().chat().say("a", 0, "No");
			first.readPast("\"delta\":\"No\"");
			try (SseReader again = SseReader.get(nodes.other().port(), "/chats/c1/stream");
					SseReader counting = SseReader.get(nodes.other().port(),
							"/chats/" + ResumeTests.id(first) + "/stream?startIndex=1")) {
				again.allowSilence(SILENCE);
				counting.allowSilence(SILENCE);
				again.readPast("\"delta\":\"No\"");
				nodes.maker().chat().say("a", 1, ".");
				nodes.maker().chat().end("a");
				String rest = parts(first.readAll());
				assertThat(rest).startsWith(START);
				assertThat(parts(again.readAll())).isEqualTo(START + BEFORE + rest.substring(START.length()));
				// Parts are counted as the first reader has them
				assertThat(parts(counting.readAll())).isEqualTo(rest.substring(START.length()));
			}
			assertThat(nodes.maker().chat().calls).hasValue(1);
		}
	}

	/** Under its id it would put an end to what the page has of the message. */
	@ParameterizedTest
	@MethodSource("stacksAndStores")
	void isAMessageOfItsOwnIfTheOneBeforeCannotBeTold(WebApplicationType type, Store store) throws Exception {
		String pending = RESULTS.replace("output-error", "approval-responded");
		String large = RESULTS.replace("Bern", "B".repeat(70_000));
		try (Nodes nodes = Nodes.start(type, store)) {
			for (String results : List.of(pending, large)) {
				String name = "a" + results.length();
				try (SseReader first = SseReader.post(nodes.maker().port(), "/chats/c1/ask/" + name,
						PAGE.formatted(results))) {
					first.allowSilence(SILENCE);
					nodes.maker().chat().say(name, 0, "No");
					assertThat(parts(first.readPast("\"delta\":\"No\""))).startsWith(START);
					try (SseReader again = SseReader.get(nodes.other().port(), "/chats/c1/stream")) {
						again.allowSilence(SILENCE);
						assertThat(parts(again.readPast("\"delta\":\"No\"")))
							.startsWith("data: {\"type\":\"start\",\"messageId\":\"" + ResumeTests.id(first) + "\"")
							.doesNotContain("Let me see.");
					}
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("stacksAndStores")
	void keepsTheIdsOfOtherFormats(WebApplicationType type, Store store) throws Exception {
		try (Nodes nodes = Nodes.start(type, store)) {
			for (String format : List.of("ag-ui", "openai")) {
				try (SseReader first = SseReader.get(nodes.maker().port(), "/as/" + format + "/" + format);
						SseReader again = SseReader.get(nodes.other().port(),
								"/as/" + format + "/" + ResumeTests.id(first) + "/again")) {
					first.allowSilence(SILENCE);
					again.allowSilence(SILENCE);
					nodes.maker().chat().say(format, 0, "No");
					nodes.maker().chat().end(format);
					String body = parts(first.readAll());
					assertThat(parts(again.readAll())).isEqualTo(body).contains(ResumeTests.id(first));
					assertThat(body.contains("\"threadId\":\"t1\",\"runId\":\"r1\"")).isEqualTo(format.equals("ag-ui"));
					// Nobody else's note
					assertThat(ResumeTests
						.send(nodes.other(), "GET", "/chats/" + ResumeTests.id(first) + "/stream?startIndex=0", "")
						.body()).contains("\"messageId\":\"" + ResumeTests.id(first) + "\"").doesNotContain("r1");
				}
			}
		}
	}

	/** A line for each, without comments. */
	private static String parts(String body) {
		return Arrays.stream(body.split("\n\n", -1))
			.filter((block) -> block.startsWith("data: "))
			.map((block) -> block + "\n")
			.reduce("", String::concat);
	}

	enum Store {

		MEMORY, SHARED, REDIS

	}

	/**
	 * The node that makes answers, and one that gives them again.
	 *
	 * @param maker the former
	 * @param other the latter: the same where the store is its memory
	 */
	private record Nodes(ResumeServer maker, ResumeServer other) implements AutoCloseable {

		static Nodes start(WebApplicationType type, Store store) {
			SharedLog log = (store == Store.SHARED) ? new SharedLog() : null;
			ResumeServer maker = node(type, store, log);
			return new Nodes(maker, (store == Store.MEMORY) ? maker : node(type, store, log));
		}

		private static ResumeServer node(WebApplicationType type, Store store, @Nullable SharedLog log) {
			return (store != Store.REDIS) ? ResumeServer.start(type, log) : ResumeServer.start(type, null,
					"ai-kit.response.resume.store=redis", "spring.data.redis.port=" + redis.port());
		}

		@Override
		public void close() {
			this.maker.close();
			this.other.close();
		}

	}

}
