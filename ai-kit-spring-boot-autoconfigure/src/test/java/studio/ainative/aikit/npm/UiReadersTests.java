package studio.ainative.aikit.npm;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import jakarta.annotation.PreDestroy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.uimessage.UiChatRequest;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.format.uimessage.UiPart;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.server.ResumeOptions;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * The package {@code ai}, in the versions on either side of each change of what they
 * read, against Tomcat and Netty, the whole way from the provider on: each case also with
 * heartbeats, compressed, and byte by byte.
 */
@ExtendWith(OutputCaptureExtension.class)
class UiReadersTests {

	/**
	 * What a user of each version sees: status, error, roles, text, reasoning, tools,
	 * outcome, usage, finish reason, data parts that passed by, requests.
	 */
	private static final Map<String, String> EXPECTED = new TreeMap<>(Map.ofEntries(
			Map.entry("text", "ready | - | user,assistant | Hello | - | - | complete | 9+2 | stop | - | 1"),
			Map.entry("reasoning", "ready | - | user,assistant | Hello | Hm. | - | complete | 9+2 | stop | - | 1"),
			Map.entry("tool",
					"ready | - | user,assistant | Let me see.|result: {'degrees':7} | - | tool-weather output-available "
							+ "{'city':'Bern'} {'degrees':7} | complete | 9+2 | stop | - | 2"),
			Map.entry("refused",
					"error | The AI service could not answer. | user,assistant | - | - | - | error | - | - | - | 1"),
			Map.entry("midway",
					"error | The AI service could not answer. | user,assistant | Hel | - | - | error | - | - | - | 1"),
			Map.entry("cut",
					"error | The answer was interrupted before its end. | user,assistant | Hel | - | - | error | - | - | - | 1"),
			Map.entry("limit",
					"error | The AI service is receiving too many requests. Please try again shortly. | user,assistant "
							+ "| - | - | - | error | - | - | - | 1"),
			Map.entry("retry", "ready | - | user,assistant | Hello | - | - | complete | 9+2 | stop | data-retry | 1"),
			Map.entry("restart", "ready | - | user,assistant | Hel|Hello | - | - | complete | - | - | data-retry | 1"),
			Map.entry("stopped", "ready | - | user,assistant | Hel | - | - | stopped | - | - | - | 1"),
			Map.entry("stop", "ready | - | user,assistant | Hel | - | - | pending | - | - | - | 1"),
			Map.entry("again", "ready | - | user,assistant | Hello | - | - | complete | 9+2 | stop | - | 2"),
			Map.entry("file", "ready | - | user,assistant | I read the file. | - | - | complete | 9+2 | stop | - | 1"),
			Map.entry("blank",
					"error | 'content' of the last user message must not be blank | user |   | - | - | - | - | - | - | 1")));

	@Test
	void everyVersionReadsEveryCase(CapturedOutput output) throws Exception {
		try (PromptProvider provider = new PromptProvider();
				ConfigurableApplicationContext tomcat = start(WebApplicationType.SERVLET, provider);
				ConfigurableApplicationContext netty = start(WebApplicationType.REACTIVE, provider)) {
			List<JsonNode> chats = NpmPackage.install("ui")
				.lines("readers.mjs", "tomcat=" + address(tomcat), "netty=" + address(netty));
			// Ten versions, two stacks, four flavours, and level 5 for the later majors
			assertThat(chats).hasSize((10 * 2 * 4 + 6 * 2) * EXPECTED.size());
			Map<String, List<String>> wrong = new TreeMap<>();
			for (JsonNode chat : chats) {
				String name = chat.path("name").asString();
				String seen = seen(chat);
				if (!seen.equals(EXPECTED.get(name))) {
					wrong.computeIfAbsent(name + ": " + seen, (each) -> new ArrayList<>())
						.add(chat.path("where").asString());
				}
			}
			assertThat(wrong).isEmpty();
			assertEachFlavourWasSent(chats);
			await().atMost(Duration.ofSeconds(30)).until(() -> provider.open.get() == 0);
			assertNoWarnings(output);
		}
	}

	private static void assertEachFlavourWasSent(List<JsonNode> chats) {
		Set<String> withHeartbeats = new TreeSet<>();
		for (JsonNode chat : chats) {
			String flavour = chat.path("flavour").asString();
			assertThat(chat.path("encodings").valueStream().map(JsonNode::asString)).as("%s", chat)
				.allMatch((flavour.equals("gzip") ? "gzip" : "none")::equals);
			assertThat(chat.path("heartbeats").asBoolean() && !flavour.equals("heartbeats")).as("%s", chat).isFalse();
			if (chat.path("heartbeats").asBoolean()) {
				withHeartbeats.add(chat.path("name").asString());
			}
		}
		Set<String> streamed = new TreeSet<>(EXPECTED.keySet());
		streamed.remove("blank");
		assertThat(withHeartbeats).isEqualTo(streamed);
	}

	private static String seen(JsonNode chat) {
		if (chat.has("thrown")) {
			return chat.path("thrown").asString();
		}
		JsonNode seen = chat.path("seen");
		StringBuilder text = new StringBuilder();
		for (String field : List.of("status", "error", "roles", "text", "reasoning", "tools", "outcome", "usage",
				"finish", "data", "requests")) {
			String value = seen.path(field).asString("");
			text.append(text.isEmpty() ? "" : " | ").append(value.isEmpty() ? "-" : value.replace('"', '\''));
		}
		assertThat(seen.path("ids").asString()).isEqualTo("same");
		return text.toString();
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, PromptProvider provider) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "ai-kit.stream.provider=openai",
					"ai-kit.stream.endpoint=" + provider.endpoint(), "ai-kit.stream.retry.max-retries=1",
					"ai-kit.stream.retry.initial-delay=1ms")
			.run();
	}

	private static String address(ConfigurableApplicationContext context) {
		return "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(ChatController.class)
	static class Application {

	}

	@RestController
	static class ChatController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		private final UiMessageFormat format;

		private final StreamingResponses kept;

		ChatController(AIStream aiStream, StreamingResponses responses, UiMessageFormat format) {
			this.aiStream = aiStream;
			this.responses = responses;
			this.format = format;
			this.kept = StreamingResponses.builder(responses.options())
				.resume(new InMemoryAnswerLog(InMemoryAnswerLog.MemoryBounds.defaults()), ResumeOptions.defaults())
				.build();
		}

		@PostMapping("/ui")
		StreamingResponse chat(@RequestBody UiChatRequest request, @RequestParam int level,
				@RequestParam String flavour) {
			List<Message> messages = request.toMessages(ChatController::words);
			Flux<StreamEvent> events = messages.get(messages.size() - 1).content().startsWith("restart") ? restarted()
					: this.aiStream.stream(messages);
			return this.responses.from(events,
					options(flavour).withFormat(this.format.withLevel(level).answering(request)));
		}

		/** Kept, as what can be stopped from elsewhere. */
		@PostMapping("/stopped")
		StreamingResponse stopped(@RequestBody UiChatRequest request, @RequestParam int level,
				@RequestParam String flavour) {
			return this.kept.from(this.aiStream.stream("slow"),
					options(flavour).withFormat(this.format.withLevel(level).answering(request)));
		}

		@DeleteMapping("/stopped/{id}")
		Mono<Boolean> stop(@PathVariable("id") String id) {
			return this.kept.stop(id);
		}

		@PreDestroy
		void close() {
			this.kept.close();
		}

		private StreamingOptions options(String flavour) {
			StreamingOptions options = this.responses.options();
			return switch (flavour) {
				case "heartbeats" -> options.withHeartbeat(StreamingOptions.Heartbeat.every(Duration.ofMillis(1)));
				case "gzip" -> options.withCompression(true);
				default -> options;
			};
		}

		private static Flux<StreamEvent> restarted() {
			return Flux
				.<StreamEvent>just(new StreamEvent.Token("Hel", 0), new StreamEvent.Retry(1, Duration.ofMillis(1), 1),
						new StreamEvent.Token("Hello", 0))
				.delayElements(PromptProvider.PAUSE);
		}

		private static @Nullable String words(UiPart part) {
			return (part instanceof UiPart.Tool tool) ? "result: " + tool.output()
					: (part instanceof UiPart.File file) ? new String(file.bytes(), StandardCharsets.UTF_8) : null;
		}

	}

}
