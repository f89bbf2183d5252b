package studio.ainative.aikit.format.uimessage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.UnreadableRequestException;
import studio.ainative.aikit.sse.SseEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What {@code useChat} sends.
 */
class UiChatRequestTests {

	/** As strict as an application may set it. */
	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private static final String QUESTION = "{\"id\":\"u1\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"Hi\"}]}";

	@Test
	void readsAMessageThatIsSent() {
		UiChatRequest request = read("""
				{"id":"chat-1","messages":[%s],"trigger":"submit-message","model":"big","none":null,"n":{"a":[1]}}
				""".formatted(QUESTION));
		assertThat(request.id()).isEqualTo("chat-1");
		assertThat(request.trigger()).isEqualTo(UiChatRequest.Trigger.SUBMIT_MESSAGE);
		assertThat(request.messageId()).isNull();
		assertThat(request.continuedId()).isNull();
		assertThat(request.more()).containsOnlyKeys("model", "n").containsEntry("model", "big");
		assertThat(request.toMessages())
			.containsExactly(new Message("u1", Message.Role.USER, "Hi", null, Message.Status.COMPLETE));
	}

	@Test
	void readsARequestForAnotherAnswerToAMessageThatIsGone() {
		UiChatRequest request = read("""
				{"id":"chat-1","messages":[%s],"trigger":"regenerate-message","messageId":"a1"}
				""".formatted(QUESTION));
		assertThat(request.trigger()).isEqualTo(UiChatRequest.Trigger.REGENERATE_MESSAGE);
		assertThat(request.messageId()).isEqualTo("a1");
		assertThat(request.continuedId()).isNull();
	}

	@Test
	void answersAnEditedMessageUnderAnIdOfItsOwn() {
		UiChatRequest request = read("""
				{"id":"chat-1","messages":[%s],"trigger":"submit-message","messageId":"u1"}
				""".formatted(QUESTION));
		assertThat(request.messageId()).isEqualTo("u1");
		assertThat(request.continuedId()).isNull();
		assertThat(firstFrame(request)).startsWith("data: {\"type\":\"start\",\"messageId\":\"new\"");
		assertThat(request.toMessages()).extracting(Message::content).containsExactly("Hi");
	}

	@Test
	void leavesOutWhatTheModelIsNotToBeTold() {
		UiChatRequest request = conversation("""
				{"type":"step-start"},
				{"type":"reasoning","text":"Hm"},
				{"type":"text","text":"One","state":"done"},
				{"type":"source-url","sourceId":"1","url":"https://x"},
				{"type":"data-weather","data":{"a":null}},
				{"type":"never-heard-of"},
				{"type":"tool-weather","toolCallId":"c1","state":"input-available","input":{}},
				{"type":"text","text":"Two"}
				""");
		assertThat(request.toMessages()).extracting(Message::content).containsExactly("Hi", "One\n\nTwo", "Hi");
	}

	@Test
	void leavesOutAnswersWithoutAWord() {
		assertThat(conversation("{\"type\":\"step-start\"}").toMessages()).extracting(Message::content)
			.containsExactly("Hi", "Hi");
	}

	@Test
	void leavesOutWhatARestartHasVoided() {
		UiChatRequest request = conversation("""
				{"type":"step-start"},
				{"type":"text","text":"First step"},
				{"type":"step-start"},
				{"type":"text","text":"void"},
				{"type":"tool-weather","toolCallId":"c1","state":"output-available","output":1},
				{"type":"data-retry","data":{"attempt":1}},
				{"type":"step-start"},
				{"type":"text","text":"Second step"}
				""");
		assertThat(request.toMessages()).extracting(Message::content)
			.containsExactly("Hi", "First step\n\nSecond step", "Hi");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			                                | , "state":"streaming" | STOPPED
			"metadata":{"outcome":"stopped"},|                      | STOPPED
			"metadata":{"outcome":"error"},  |                      | FAILED
			"metadata":{"outcome":7},        |                      | COMPLETE
			"metadata":null,                 | , "state":null       | COMPLETE
			""")
	void tellsAnswersThatAreNotWhole(String metadata, String state, Message.Status status) {
		String answer = "{\"id\":\"a1\"," + ((metadata != null) ? metadata : "")
				+ "\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"text\":\"Hel\""
				+ ((state != null) ? state : "") + "}]}";
		UiChatRequest request = read("{\"id\":\"c\",\"messages\":[" + QUESTION + "," + answer + "]}");
		assertThat(request.toMessages()).last().extracting(Message::status).isEqualTo(status);
	}

	@Test
	void goesOnWithTheMessageThatAToolsResultIsOf() {
		UiChatRequest request = answered(
				"""
						{"type":"text","text":"Let me see."},
						{"type":"tool-weather","toolCallId":"c1","state":"output-available","input":{"city":"Bern"},"output":{"degrees":7.5}},
						{"type":"dynamic-tool","toolName":"time","toolCallId":"c2","state":"output-error","input":{},"errorText":"No clock"},
						{"type":"text","text":"Then?"}
						""");
		assertThat(request.continuedId()).isEqualTo("a1");
		assertThat(firstFrame(request)).startsWith("data: {\"type\":\"start\",\"messageId\":\"a1\"");
		assertThat(request.messages().get(1).parts()).contains(
				new UiPart.Tool("c1", "weather", "output-available", "{\"city\":\"Bern\"}", "{\"degrees\":7.5}", null),
				new UiPart.Tool("c2", "time", "output-error", "{}", null, "No clock"));
		assertThat(request.toMessages()).usingRecursiveFieldByFieldElementComparatorOnFields("role", "content", "parts")
			.containsExactly(Message.user("Hi"),
					Message.assistant("Let me see.", new MessagePart.ToolCall("c1", "weather", "{\"city\":\"Bern\"}"),
							new MessagePart.ToolCall("c2", "time", "{}")),
					Message.tool(new MessagePart.ToolResult("c1", "weather", "{\"degrees\":7.5}", false),
							new MessagePart.ToolResult("c2", "time", "No clock", true)),
					Message.assistant("Then?"));
		assertThat(request.toMessages((part) -> (part instanceof UiPart.Tool tool)
				? tool.toolName() + ": " + ((tool.output() != null) ? tool.output() : tool.errorText()) : null))
			.extracting((message) -> message.role() + " " + message.content())
			.containsExactly("user Hi", "assistant Let me see.", "user weather: {\"degrees\":7.5}",
					"user time: No clock", "assistant Then?");
	}

	@Test
	void readsFiles() {
		UiChatRequest request = asked("""
				{"type":"file","mediaType":"text/plain","filename":"a.txt","url":"data:text/plain;base64,SGVsbG8="},
				{"type":"file","mediaType":"image/png","url":"https://example.com/a.png"},
				{"type":"text","text":"What is this?"}
				""");
		List<UiPart> parts = request.messages().get(0).parts();
		UiPart.File inline = (UiPart.File) parts.get(0);
		assertThat(inline.filename()).isEqualTo("a.txt");
		assertThat(new String(inline.bytes(), StandardCharsets.UTF_8)).isEqualTo("Hello");
		UiPart.File elsewhere = (UiPart.File) parts.get(1);
		assertThat(elsewhere.isInline()).isFalse();
		assertThatIllegalStateException().isThrownBy(elsewhere::bytes);
		assertThat(request.toMessages()).singleElement()
			.satisfies((message) -> assertThat(message.content()).isEqualTo("What is this?"))
			.satisfies((message) -> assertThat(message.parts()).containsExactly(
					new MessagePart.File("text/plain", "a.txt", "data:text/plain;base64,SGVsbG8="),
					new MessagePart.File("image/png", null, "https://example.com/a.png"),
					new MessagePart.Text("What is this?")));
		assertThat(request.toMessages((part) -> (part instanceof UiPart.File file && file.isInline())
				? new String(file.bytes(), StandardCharsets.UTF_8) : null))
			.extracting(Message::content)
			.containsExactly("Hello\n\nWhat is this?");
	}

	@Test
	void tellsCallsOfOneStepFromThoseOfTheNext() {
		UiChatRequest request = answered("""
				{"type":"step-start"},
				{"type":"tool-time","toolCallId":"c1","state":"output-available","input":{},"output":"noon"},
				{"type":"step-start"},
				{"type":"tool-time","toolCallId":"c2","state":"output-available","input":{},"output":"one"}
				""");
		assertThat(request.toMessages()).usingRecursiveFieldByFieldElementComparatorOnFields("role", "content", "parts")
			.containsExactly(Message.user("Hi"), Message.assistant("", new MessagePart.ToolCall("c1", "time", "{}")),
					Message.tool(new MessagePart.ToolResult("c1", "time", "noon", false)),
					Message.assistant("", new MessagePart.ToolCall("c2", "time", "{}")),
					Message.tool(new MessagePart.ToolResult("c2", "time", "one", false)));
	}

	@Test
	void refusesFilesOfAnAnswer() {
		UiChatRequest request = answered(
				"{\"type\":\"file\",\"mediaType\":\"image/png\",\"url\":\"https://example.com/a\"}");
		assertThatExceptionOfType(InvalidMessagesException.class).isThrownBy(request::toMessages)
			.withMessage("Files of an answer can't be passed on to the model here.");
	}

	@Test
	void refusesMoreThanItsLimits() {
		assertRefused("{\"id\":\"c\",\"messages\":[" + (QUESTION + ",").repeat(1_000) + QUESTION + "]}",
				"'messages' must hold 1000 messages or fewer.", "messages");
		assertRefused(asking("{\"type\":\"x\"},".repeat(9_999) + "{\"type\":\"x\"}"),
				"The messages must have 5000 parts or fewer, all together.", "messages[0].parts");
		String file = "{\"type\":\"file\",\"mediaType\":\"a/b\",\"url\":\"data:a/b;base64,"
				+ "AAAA".repeat(UiChatRequest.MAX_FILE_BYTES / 6) + "\"}";
		assertThat(asked(file + "," + file).messages()).hasSize(1);
		assertRefused(asking(file + "," + file + "," + file), "The files must have 10 MB or less, all together.",
				"messages[0].parts[2].url");
		assertRefused(
				asking("{\"type\":\"file\",\"mediaType\":\"a/b\",\"url\":\"data:a/b;base64,"
						+ "AAAA".repeat(5 * 1024 * 1024) + "\"}"),
				"The files must have 10 MB or less, all together.", "messages[0].parts[0].url");
		assertThatExceptionOfType(StreamConstraintsException.class).isThrownBy(
				() -> read(asking("{\"type\":\"data-x\",\"data\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}")));
	}

	@ParameterizedTest
	@CsvSource({ "data:text/plain;base64,SGVsbG8", "'data:text/plain,Hello'", "data:;base64", "data:",
			"'data:;base64,SGV=bG8='", "'data:;base64,SGVs bG8='", "'data:;base64,===='",
			"'data:;base64,SGVs\u00e9G8='" })
	void refusesDataThatIsNoBase64(String url) {
		assertRefused(asking("{\"type\":\"file\",\"mediaType\":\"a/b\",\"url\":\"" + url + "\"}"),
				"'messages[0].parts[0].url' must be a data: URL in base64.", "messages[0].parts[0].url");
	}

	@ParameterizedTest
	@CsvSource({ "SGVsbG8=, Hello", "SGVsbA==, Hell", "SGVsbG8h, Hello!", "'', ''" })
	void measuresFilesWithoutDecodingThem(String base64, String text) {
		assertThat(UiDataUrl.size("data:;base64," + base64)).isEqualTo(text.length());
		assertThat(new UiPart.File("a/b", null, "data:;base64," + base64).bytes())
			.isEqualTo(text.getBytes(StandardCharsets.US_ASCII));
	}

	@Test
	void showsNothingOfWhatWasSaid() {
		assertThat(asked("{\"type\":\"text\",\"text\":\"canary\"}").toString()).doesNotContain("canary");
		assertThat(asked("{\"type\":\"text\",\"text\":\"canary\"}").messages().toString()).doesNotContain("canary");
		assertThat(
				answered("{\"type\":\"tool-x\",\"toolCallId\":\"c\",\"state\":\"s\",\"input\":\"canary\"}").messages()
					.toString())
			.doesNotContain("canary");
	}

	private static void assertRefused(String body, String sentence, String field) {
		assertThatExceptionOfType(UnreadableRequestException.class).isThrownBy(() -> read(body)).satisfies((ex) -> {
			assertThat(ex.toErrorEvent().error()).isEqualTo(sentence);
			assertThat(ex.field()).isEqualTo(field);
		});
	}

	private static String firstFrame(UiChatRequest request) {
		SseEncoder bytes = new SseEncoder();
		new UiMessageFormat(JSON).answering(request)
			.encoder()
			.start(new Opening("new", Instant.EPOCH), (frame) -> frame.appendTo(bytes));
		return new String(bytes.drain(), StandardCharsets.UTF_8);
	}

	private static String asking(String parts) {
		return "{\"id\":\"c\",\"messages\":[{\"id\":\"u1\",\"role\":\"user\",\"parts\":[" + parts + "]}]}";
	}

	private static UiChatRequest asked(String parts) {
		return read(asking(parts));
	}

	private static UiChatRequest answered(String parts) {
		return read("{\"id\":\"c\",\"trigger\":\"submit-message\",\"messageId\":\"a1\",\"messages\":[" + QUESTION
				+ ",{\"id\":\"a1\",\"role\":\"assistant\",\"parts\":[" + parts + "]}]}");
	}

	/** With an answer of these parts in the middle. */
	private static UiChatRequest conversation(String parts) {
		return read("{\"id\":\"c\",\"messages\":[" + QUESTION + ",{\"id\":\"a1\",\"role\":\"assistant\",\"parts\":["
				+ parts + "]}," + QUESTION + "]}");
	}

	private static UiChatRequest read(String body) {
		return JSON.readValue(body, UiChatRequest.class);
	}

}
