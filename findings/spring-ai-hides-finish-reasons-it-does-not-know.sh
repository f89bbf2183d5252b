#!/usr/bin/env bash
# Spring AI tells no finish reason where a server has one that OpenAI hasn't: failures look like the end of an answer.
#
# Guess: the finish reason is a String, so what the server said stands in it.
# Seen:  "abort" (vLLM), "insufficient_system_resource" (DeepSeek) and "error" (OpenRouter, Mistral) are no reason at all,
#        and neither is "end_turn"; the Flux completes. It is the same for an answer that is cut off before its end.
# Why:   who checks for "LENGTH" takes an answer that the server gave up for a whole one, and who wants "STOP" refuses
#        whole ones. A relay in front translates such reasons into an error or into OpenAI's words.
# Ran:   org.springframework.ai:spring-ai-openai 2.0.1, Java 17, on 2026-11-29; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-dependencies</artifactId><version>4.1.0</version><type>pom</type><scope>import</scope></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>org.springframework.ai</groupId><artifactId>spring-ai-openai</artifactId><version>2.0.1</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(spring-ai-openai)-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

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

	public static void main(String[] arguments) throws Exception {
		OpenAiChatOptions options = OpenAiChatOptions.builder().apiKey("none").baseUrl(start()).model("m").build();
		OpenAiChatModel model = OpenAiChatModel.builder().options(options).build();
		List<String> seen = new ArrayList<>();
		for (String reason : List.of("stop", "length", "abort", "insufficient_system_resource", "error", "end_turn", "")) {
			body = chunk("{\"role\":\"assistant\",\"content\":\"Hel\"}", "null")
					+ (reason.isEmpty() ? "" : chunk("{}", "\"" + reason + "\"") + "data: [DONE]\n\n");
			StringBuilder told = new StringBuilder();
			model.stream(new Prompt("Hello")).toIterable().forEach((response) -> {
				String finishReason = response.getResult().getMetadata().getFinishReason();
				told.append((finishReason != null) ? finishReason : "");
			});
			System.out.printf("%-29s %s%n", reason.isEmpty() ? "(cut off)" : reason, told.isEmpty() ? "nothing" : told);
			seen.add(told.toString());
		}
		verdict(seen.equals(List.of("STOP", "LENGTH", "", "", "", "", "")));
	}

}
JAVA
java -cp "lib/*" Finding.java
