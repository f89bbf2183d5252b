#!/usr/bin/env bash
# Spring AI gives each chunk of Gemini's the finish reason STOP, so an answer that is cut off looks finished.
#
# Guess: as with its other models the finish reason is on the chunk that has one, and the last chunk may hold no text.
# Seen:  "Hel" and "lo", of which the second has STOP: both say STOP, and so does a stream that ends after "Hel". If the
#        reason comes in a chunk without content, the Flux ends in NoSuchElementException, after all the text. Of
#        two text parts in one chunk getResult() has the first; the other is in getResults().
# Why:   a half answer is stored as whole, since the one sign of it is taken away, and a whole one fails.
# Ran:   org.springframework.ai:spring-ai-google-genai 2.0.1 with com.google.genai:google-genai 1.65.0, Java 17, on
#        2026-11-29; needs mvn and a JDK.
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
    <dependency><groupId>org.springframework.ai</groupId><artifactId>spring-ai-google-genai</artifactId><version>2.0.1</version></dependency>
    <dependency><groupId>com.google.genai</groupId><artifactId>google-genai</artifactId><version>1.65.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(spring-ai-google-genai|google-genai)-[0-9]'

cat >Finding.java <<'JAVA'
import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.google.genai.GoogleGenAiChatModel;
import org.springframework.ai.google.genai.GoogleGenAiChatOptions;

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

	static String event(String candidates) {
		return "data: {" + candidates + "\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2,\"totalTokenCount\":5},"
				+ "\"modelVersion\":\"m\"}\r\n\r\n";
	}

	static String text(String finishReason, String... texts) {
		return event("\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":["
				+ Stream.of(texts).map((text) -> "{\"text\":\"" + text + "\"}").collect(Collectors.joining(",")) + "]}"
				+ finishReason + "}],");
	}

	static String read(GoogleGenAiChatModel model, String what, String answer) {
		body = answer;
		List<String> seen = new ArrayList<>();
		try {
			model.stream(new Prompt("Hello"))
				.doOnNext((response) -> seen
					.add(response.getResult().getOutput().getText() + " " + response.getResult().getMetadata().getFinishReason()
							+ (response.getResults().size() > 1 ? " of " + response.getResults().size() : "")))
				.blockLast(Duration.ofSeconds(20));
		}
		catch (RuntimeException ex) {
			seen.add(ex.getClass().getSimpleName());
		}
		System.out.printf("%-16s %s%n", what, seen);
		return seen.toString();
	}

	public static void main(String[] arguments) throws Exception {
		GoogleGenAiChatModel model = GoogleGenAiChatModel.builder()
			.genAiClient(Client.builder().apiKey("none").httpOptions(HttpOptions.builder().baseUrl(start()).build()).build())
			.options(GoogleGenAiChatOptions.builder().model("m").build())
			.build();
		String stop = ",\"finishReason\":\"STOP\"";
		List<String> seen = List.of(read(model, "whole:", text("", "Hel") + text(stop, "lo")),
				read(model, "cut off:", text("", "Hel")),
				read(model, "reason alone:", text("", "Hello") + event("\"candidates\":[{\"index\":0" + stop + "}],")),
				read(model, "two parts:", text(stop, "Hel", "lo")));
		boolean same = seen.equals(List.of("[Hel STOP, lo STOP]", "[Hel STOP]", "[Hello STOP, NoSuchElementException]",
				"[Hel STOP of 2]"));
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
java -cp "lib/*" Finding.java
