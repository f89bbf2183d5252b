#!/usr/bin/env bash
# LangChain4j calls onError and then onCompleteResponse, with the partial text as the answer.
#
# Guess: the two exclude each other; onCompleteResponse is documented for a completed response.
# Seen:  "Hi" and then an error event: onPartialResponse, onError, onCompleteResponse with "Hi".
# Why:   what is done on completion (store the answer, close a stream as whole, bill it) is done for a failed one too,
#        after the reader has been told of the failure. A handler must remember that it has ended.
# Ran:   dev.langchain4j:langchain4j-open-ai 1.19.0, Java 17, on 2026-11-28; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>dev.langchain4j</groupId><artifactId>langchain4j-open-ai</artifactId><version>1.19.0</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(langchain4j-open-ai)-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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
		return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
	}

	static void verdict(boolean same) {
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

	static String chunk(String delta, String finishReason) {
		return "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
				+ "\"delta\":" + delta + ",\"finish_reason\":" + finishReason + "}]}\n\n";
	}

	static List<String> callsFor(OpenAiStreamingChatModel model, String answer) throws InterruptedException {
		body = answer;
		List<String> calls = new CopyOnWriteArrayList<>();
		model.chat(ChatRequest.builder().messages(UserMessage.from("Hello")).build(), new StreamingChatResponseHandler() {

			@Override
			public void onPartialResponse(String text) {
				calls.add("onPartialResponse " + text);
			}

			@Override
			public void onCompleteResponse(ChatResponse response) {
				calls.add("onCompleteResponse " + response.aiMessage().text() + " "
						+ response.aiMessage().toolExecutionRequests());
			}

			@Override
			public void onError(Throwable error) {
				calls.add("onError");
			}

		});
		for (int i = 0; i < 100 && calls.stream().noneMatch((call) -> call.startsWith("onComplete")); i++) {
			Thread.sleep(50);
		}
		return calls;
	}

	public static void main(String[] arguments) throws Exception {
		OpenAiStreamingChatModel model = OpenAiStreamingChatModel.builder().apiKey("none").modelName("m").baseUrl(start()).build();
		List<String> calls = callsFor(model, chunk("{\"role\":\"assistant\",\"content\":\"Hi\"}", "null")
				+ "event: error\ndata: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\",\"code\":\"overloaded\"}}\n\n");
		System.out.println(calls);
		verdict(calls.equals(List.of("onPartialResponse Hi", "onError", "onCompleteResponse Hi []")));
	}

}
JAVA
java -Dslf4j.internal.verbosity=ERROR -cp "lib/*" Finding.java
