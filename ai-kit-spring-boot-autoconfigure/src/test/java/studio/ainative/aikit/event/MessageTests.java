package studio.ainative.aikit.event;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import studio.ainative.aikit.event.MessagePart.File;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class MessageTests {

	private static final File IMAGE = File.of("image/png", new byte[] { 1, 2, 3 });

	@Test
	void textAloneHasNoParts() {
		assertThat(Message.user("Hi")).isEqualTo(new Message(null, Message.Role.USER, "Hi", null, null))
			.hasToString("Message[id=null, role=user, length=2, status=complete]");
		assertThat(Message.user("Hi").parts()).isEmpty();
		Message pieces = Message.user("", new MessagePart.Text("H"), new MessagePart.Text("i"));
		assertThat(pieces).isEqualTo(Message.user("Hi"));
	}

	@Test
	void partsHoldAllOfAMessageInItsOrder() {
		assertThat(Message.user("Hi", IMAGE).parts()).containsExactly(new MessagePart.Text("Hi"), IMAGE);
		Message between = Message.user("", new MessagePart.Text("Look "), IMAGE, new MessagePart.Text("here"));
		assertThat(between.content()).isEqualTo("Look here");
		assertThat(between.parts(File.class)).containsExactly(IMAGE);
		assertThat(Message.user("", IMAGE).hasContent()).isTrue();
		assertThat(Message.user(" ").hasContent()).isFalse();
	}

	@Test
	void saysNothingOfWhatWasSaid() {
		Message user = Message.user("canary", IMAGE.withName("canary"),
				File.at("image/*", URI.create("https://canary.example/canary")));
		Message answer = Message.assistant("canary",
				new MessagePart.Reasoning("canary", "anthropic", Map.of("signature", "canary")),
				new MessagePart.ToolCall("c1", "weather", "canary"));
		Message tool = Message.tool(new MessagePart.ToolResult("c1", "canary"));
		assertThat(List.of(user, answer, tool)).asString().doesNotContain("canary").contains("image/png", "weather");
	}

	@Test
	void refusesPartsThatTheRoleCannotSay() {
		MessagePart.ToolCall call = new MessagePart.ToolCall("c1", "weather", "{}");
		MessagePart.ToolResult result = new MessagePart.ToolResult("c1", "sunny");
		assertRefused(() -> Message.assistant("", IMAGE));
		assertRefused(() -> Message.user("", call));
		assertRefused(() -> Message.user("", result));
		assertRefused(() -> Message.assistant("", result));
		assertRefused(() -> new Message(null, Message.Role.SYSTEM, "", null, null, List.of(IMAGE)));
		assertRefused(() -> new Message(null, Message.Role.TOOL, "sunny", null, null));
		assertRefused(() -> new Message(null, Message.Role.TOOL, "sunny", null, null, List.of(result)));
		assertRefused(() -> new Message(null, Message.Role.USER, "other", null, null,
				List.of(new MessagePart.Text("text"), IMAGE)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "image/png | data:image/png;base64,AQID | data:image/png;base64,AQID",
					"IMAGE/PNG;q=1 | data:text/html;charset=x;base64,AQID | data:image/png;base64,AQID",
					"application/pdf | data:;base64,AQI= | data:application/pdf;base64,AQI=",
					"image/* | https://example.org/a.png?b=c | https://example.org/a.png?b=c" })
	void takesFilesAsBytesOrByTheirAddress(String mediaType, String url, String kept) {
		assertThat(new File(mediaType, null, url).url()).isEqualTo(kept);
	}

	@Test
	void givesAFilesBytes() {
		assertThat(IMAGE.bytes()).containsExactly(1, 2, 3);
		assertThat(IMAGE.base64()).isEqualTo("AQID");
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> File.at("image/png", URI.create("https://example.org/a")).base64());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "data:", "data:image/png;base64,", "data:image/png,AQID", "data:image/png;base64,AQI",
			"data:image/png;base64,A!ID", "data:image/png;base64,A===", "data:image/png;base64,AQ\nID",
			"file:///etc/canary", "https:canary", "https://me:canary@example.org/", "//example.org/canary",
			"javascript:canary", "https://example.org/a b" })
	void refusesWhatIsNoFile(String url) {
		assertRefused(() -> new File("image/png", null, url));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "image", "image/", "/png", "image/p ng", "image/png/png", "canary\n/png", "image/é" })
	void refusesWhatIsNoMediaType(String mediaType) {
		assertRefused(() -> File.of(mediaType, new byte[] { 1 }));
	}

	@Test
	void refusesFilesThatAreTooLargeOrEmptyAndAddressesThatAreTooLong() {
		assertThat(File.of("image/png", new byte[File.MAX_SIZE]).bytes()).hasSize(File.MAX_SIZE);
		assertRefused(() -> File.of("image/png", new byte[File.MAX_SIZE + 1]));
		assertRefused(
				() -> new File("image/png", null, "data:image/png;base64," + "AAAA".repeat(File.MAX_SIZE / 3 + 1)));
		assertRefused(() -> File.of("image/png", new byte[0]));
		assertRefused(
				() -> File.at("image/png", URI.create("https://example.org/" + "a".repeat(File.MAX_ADDRESS_LENGTH))));
	}

	private static void assertRefused(Runnable construction) {
		assertThatExceptionOfType(InvalidMessagesException.class).isThrownBy(construction::run)
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("canary"));
	}

}
