#!/usr/bin/env bash
# LangChain4j drops a chunk of Gemini's, text and all, if it doesn't know the finish reason; errors it passes by as well.
#
# Guess: a new value makes OTHER of the reason and leaves the text; an error within the stream calls onError.
# Seen:  "Hel", then "lo" with MODEL_ARMOR (one of Google's own google-genai): the answer is "Hel" and has no reason.
#        {"error":{"code":503,…}} after "Hel", and a prompt that was blocked: onCompleteResponse, no reason, no word.
#        And two text parts of one chunk, "un" and "believable", get a blank line between them.
# Why:   answers are stored that lack their end, or are none. A reason that is null is the one sign.
# Ran:   dev.langchain4j:langchain4j-google-ai-gemini 1.19.0, Java 17, on 2026-11-29; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>dev.langchain4j</groupId><artifactId>langchain4j-google-ai-gemini</artifactId><version>1.19.0</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^langchain4j-google-ai-gemini-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.googleai.GoogleAiGeminiStreamingChatModel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

public class Finding {

	static volatile String body;

	static String start() throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
			exchange.close();
		});
		server.start();
		return "http://127.0.0.1:" + server.getAddress().getPort();
	}

	static String event(String json) {
		return "data: " + json + "\r\n\r\n";
	}

	static String text(String finishReason, String... texts) {
		return event("{\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":["
				+ Stream.of(texts).map((text) -> "{\"text\":\"" + text + "\"}").collect(Collectors.joining(",")) + "]}"
				+ (finishReason.isEmpty() ? "" : ",\"finishReason\":\"" + finishReason + "\"") + "}]}");
	}

	static String read(GoogleAiGeminiStreamingChatModel model, String what, String answer) throws Exception {
		body = answer;
		CompletableFuture<String> seen = new CompletableFuture<>();
		model.chat(ChatRequest.builder().messages(UserMessage.from("Hello")).build(), new StreamingChatResponseHandler() {

			@Override
			public void onCompleteResponse(ChatResponse response) {
				seen.complete(response.aiMessage().text() + " " + response.finishReason());
			}

			@Override
			public void onError(Throwable error) {
				seen.complete("onError");
			}

		});
		String outcome = seen.get(10, TimeUnit.SECONDS).replace("\n", "\\n");
		System.out.printf("%-16s %s%n", what, outcome);
		return outcome;
	}

	public static void main(String[] arguments) throws Exception {
		GoogleAiGeminiStreamingChatModel model = GoogleAiGeminiStreamingChatModel.builder()
			.apiKey("none")
			.modelName("m")
			.baseUrl(start())
			.build();
		List<String> seen = List.of(read(model, "whole:", text("", "Hel") + text("STOP", "lo")),
				read(model, "newer reason:", text("", "Hel") + text("MODEL_ARMOR", "lo")),
				read(model, "error within:", text("", "Hel")
						+ event("{\"error\":{\"code\":503,\"message\":\"overloaded\",\"status\":\"UNAVAILABLE\"}}")),
				read(model, "prompt blocked:", event("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}")),
				read(model, "two parts:", text("STOP", "un", "believable")));
		boolean same = seen.equals(List.of("Hello STOP", "Hel null", "Hel null", "null null", "un\\n\\nbelievable STOP"));
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
java -Dslf4j.internal.verbosity=ERROR -cp "lib/*" Finding.java
