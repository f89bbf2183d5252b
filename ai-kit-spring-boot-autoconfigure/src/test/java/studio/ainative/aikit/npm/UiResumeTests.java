package studio.ainative.aikit.npm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.uimessage.UiChatRequest;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Pages of {@code useChat} that are loaded anew in the middle of an answer, and the
 * {@code WorkflowChatTransport} with a connection that breaks again and again, against
 * Tomcat and Netty.
 */
@ExtendWith(OutputCaptureExtension.class)
class UiResumeTests {

	@Test
	void readersGoOnWhereTheyWere(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext tomcat = start(WebApplicationType.SERVLET);
				ConfigurableApplicationContext netty = start(WebApplicationType.REACTIVE)) {
			List<JsonNode> lines = NpmPackage.install("resume")
				.lines("resume.mjs", "tomcat=" + address(tomcat), "netty=" + address(netty));
			List<JsonNode> reloads = named(lines, "reload");
			assertThat(reloads).hasSize(3 * 2).allSatisfy((line) -> {
				assertThat(seen(line.path("seen"))).isEqualTo("ready | - | user,assistant | Hello | - | complete");
				assertThat(line.path("sameId").asBoolean()).isTrue();
				assertThat(seen(line.path("later"))).isEqualTo("ready | - | user,assistant | Hello | - | complete");
				assertThat(line.path("statuses").asString()).isEqualTo("POST 200,GET 200,GET 204");
			});
			List<JsonNode> continued = named(lines, "continued");
			assertThat(continued).hasSize(3 * 2 * 2).allSatisfy((line) -> {
				assertThat(seen(line.path("seen")))
					.isEqualTo("ready | - | user,assistant | Let me see.|Hello | Hm. | complete");
				assertThat(line.path("messages").asString()).as(line.path("where").asString())
					.isEqualTo(line.path("expected").asString());
				assertThat(line.path("calls").asString()).isEqualTo("call-1,call-2");
			});
			List<JsonNode> drops = named(lines, "workflow");
			assertThat(drops).hasSize(2 * (23 + 1)).allSatisfy((line) -> {
				boolean fails = line.path("where").asString().endsWith("failing");
				assertThat(seen(line.path("seen"))).as(line.path("where").asString())
					.isEqualTo(fails ? "error | The AI service could not answer. | user,assistant | x | - | error"
							: "ready | - | user,assistant | " + WholeAnswer.TEXT + " | Hm 思. | complete");
				assertThat(line.path("reconnects").asInt()).isPositive();
				assertThat(line.path("ascending").asBoolean()).isTrue();
			});
			List<JsonNode> workflowReloads = named(lines, "workflow-reload");
			assertThat(workflowReloads).hasSize(2).allSatisfy((line) -> {
				assertThat(seen(line.path("seen"))).isEqualTo("ready | - | user,assistant | Hello | - | complete");
				assertThat(line.path("sameId").asBoolean()).isTrue();
				assertThat(seen(line.path("later"))).isEqualTo("ready | - | user,assistant | Hello | - | complete");
				assertThat(seen(line.path("empty"))).isEqualTo("ready | - | - | - | - | -");
				assertThat(line.path("addresses").asString())
					.isEqualTo("200 /api/chat,200 /api/chat/ID/stream?startIndex=0,"
							+ "200 /api/chat/ID/stream?startIndex=0,200 /api/chat/chat-of-nobody/stream?startIndex=0");
			});
			// Each answer was made once
			assertThat(tomcat.getBean(ChatController.class).answers)
				.allSatisfy((prompt, calls) -> assertThat(calls).hasSize(1));
			assertThat(netty.getBean(ChatController.class).answers)
				.allSatisfy((prompt, calls) -> assertThat(calls).hasSize(1));
		}
		assertNoWarnings(output);
	}

	private static List<JsonNode> named(List<JsonNode> lines, String name) {
		return lines.stream().filter((line) -> line.path("name").asString().equals(name)).toList();
	}

	private static String seen(JsonNode seen) {
		List<String> fields = new ArrayList<>();
		for (String field : List.of("status", "error", "roles", "text", "reasoning", "outcome")) {
			String value = seen.path(field).asString("");
			fields.add(value.isEmpty() ? "-" : value);
		}
		return String.join(" | ", fields);
	}

	private static ConfigurableApplicationContext start(WebApplicationType type) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "ai-kit.response.resume.enabled=true")
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

		private static final Flux<StreamEvent> CALLS = Flux.just(new StreamEvent.Reasoning("Hm.", 0),
				token("Let me see.", 0), call(0, "{\"city\":\"Bern\",\"days\":[1,"), call(0, "2]}"), call(1, ""));

		final Map<String, List<String>> answers = new ConcurrentHashMap<>();

		private final Map<String, Sinks.Empty<Void>> gates = new ConcurrentHashMap<>();

		private final StreamingResponses responses;

		private final UiMessageFormat format;

		ChatController(StreamingResponses responses, UiMessageFormat format) {
			this.responses = responses;
			this.format = format;
		}

		@PostMapping("/api/chat")
		StreamingResponse chat(@RequestBody UiChatRequest request) {
			return this.responses.fromChat(request.id(), answer(request.toMessages()), this.format.answering(request));
		}

		@GetMapping("/api/chat/{id}/stream")
		StreamingResponse resume(@PathVariable("id") String id,
				@RequestParam(name = "startIndex", required = false) @Nullable Long startIndex) {
			return (startIndex == null) ? this.responses.resumeChat(id, this.format)
					: this.responses.resume(id, null, this.format.withStartIndex(startIndex));
		}

		@PostMapping("/go/{prompt}")
		void go(@PathVariable("prompt") String prompt) {
			gate(prompt).tryEmitEmpty();
		}

		private Sinks.Empty<Void> gate(String prompt) {
			return this.gates.computeIfAbsent(prompt, (any) -> Sinks.empty());
		}

		private Flux<StreamEvent> answer(List<Message> messages) {
			boolean hasResults = messages.get(messages.size() - 1).role() == Message.Role.TOOL;
			String prompt = messages.get(0).content();
			return Flux.defer(() -> {
				this.answers.computeIfAbsent(prompt + hasResults, (any) -> new ArrayList<>()).add(prompt);
				return switch (prompt.substring(0, prompt.indexOf(' '))) {
					case "tools" -> hasResults ? gated(prompt) : CALLS;
					case "gated" -> gated(prompt);
					case "failing" ->
						Flux.just(token("x", 0), new StreamEvent.Metadata(Map.of("long", "y".repeat(300))),
								new StreamEvent.ErrorEvent("The AI service could not answer.", "PROVIDER_ERROR"));
					default -> WholeAnswer.events();
				};
			});
		}

		private Flux<StreamEvent> gated(String prompt) {
			return Flux.concat(Flux.just(token("Hel", 0)), gate(prompt).asMono().thenMany(Flux.just(token("lo", 1))));
		}

		private static StreamEvent token(String text, int index) {
			return new StreamEvent.Token(text, index);
		}

		private static StreamEvent call(int index, String arguments) {
			return new StreamEvent.ToolCall(index, "call-" + (index + 1), "weather", arguments);
		}

	}

	/**
	 * Some two thousand bytes.
	 */
	private static final class WholeAnswer {

		static final String TEXT = "The quick 😀 brown fox jumps over the lazy dog. ".repeat(3).trim();

		static Flux<StreamEvent> events() {
			String[] words = TEXT.split("(?<= )", -1);
			return Flux
				.concat(Flux.just(new StreamEvent.Reasoning("Hm ", 0), new StreamEvent.Reasoning("思.", 0)),
						Flux.fromStream(() -> IntStream.range(0, words.length)
							.mapToObj((i) -> (StreamEvent) new StreamEvent.Token(words[i], i))),
						Flux.just(new StreamEvent.Metadata(Map.of("finishReason", "stop"))))
				.delayElements(Duration.ofMillis(1));
		}

	}

}
