#!/usr/bin/env bash
# LangChain4j makes one tool call, with two arguments after one another, of two of Ollama's that have no index.
#
# Guess: Ollama sends each call whole, so each is a call; index is new and optional.
# Seen:  two calls, in one line or in two, are one call "weather" with the arguments {"city":"Rome"}{"city":"Oslo"}, which
#        is no JSON. With an index in each ("function":{"index":1,…}) they are two.
# Why:   older servers of Ollama's API, and others that speak it, send no index; a question that needs two tools fails, one
#        that needs one works.
# Ran:   dev.langchain4j:langchain4j-ollama 1.18.1, Java 17, on 2026-11-29; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>dev.langchain4j</groupId><artifactId>langchain4j-ollama</artifactId><version>1.18.1</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^langchain4j-ollama-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

public class Finding {

	static volatile String body;

	static String start() throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().set("Content-Type", "application/x-ndjson");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
			exchange.close();
		});
		server.start();
		return "http://127.0.0.1:" + server.getAddress().getPort();
	}

	static String line(String message, String further) {
		return "{\"model\":\"m\",\"created_at\":\"2026-11-29T00:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"" + message
				+ "}," + further + "}\n";
	}

	static String calls(String... calls) {
		return line(",\"tool_calls\":[" + String.join(",", calls) + "]", "\"done\":false");
	}

	static String call(String index, String city) {
		return "{\"function\":{" + index + "\"name\":\"weather\",\"arguments\":{\"city\":\"" + city + "\"}}}";
	}

	static List<String> callsFor(OllamaStreamingChatModel model, String answer) throws Exception {
		body = answer + line("", "\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3,\"eval_count\":2");
		CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
		model.chat(ChatRequest.builder().messages(UserMessage.from("Hello")).build(), new StreamingChatResponseHandler() {

			@Override
			public void onCompleteResponse(ChatResponse response) {
				whole.complete(response);
			}

			@Override
			public void onError(Throwable error) {
				whole.completeExceptionally(error);
			}

		});
		return whole.get(10, TimeUnit.SECONDS)
			.aiMessage()
			.toolExecutionRequests()
			.stream()
			.map((request) -> request.name() + request.arguments())
			.toList();
	}

	public static void main(String[] arguments) throws Exception {
		OllamaStreamingChatModel model = OllamaStreamingChatModel.builder().modelName("m").baseUrl(start()).build();
		List<String> oneLine = callsFor(model, calls(call("", "Rome"), call("", "Oslo")));
		List<String> indexed = callsFor(model, calls(call("\"index\":0,", "Rome")) + calls(call("\"index\":1,", "Oslo")));
		List<String> twoLines = callsFor(model, calls(call("", "Rome")) + calls(call("", "Oslo")));
		System.out.println("one line:             " + oneLine);
		System.out.println("two lines, index:     " + indexed);
		System.out.println("two lines, no index:  " + twoLines);
		List<String> sent = List.of("weather{\"city\":\"Rome\"}", "weather{\"city\":\"Oslo\"}");
		List<String> glued = List.of("weather{\"city\":\"Rome\"}{\"city\":\"Oslo\"}");
		boolean same = indexed.equals(sent) && oneLine.equals(glued) && twoLines.equals(glued);
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
java -Dslf4j.internal.verbosity=ERROR -cp "lib/*" Finding.java
