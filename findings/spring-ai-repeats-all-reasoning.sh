#!/usr/bin/env bash
# Spring AI gives all reasoning so far with every chunk of a stream, while the text is the new piece alone.
#
# Guess: both are deltas.
# Seen:  three pieces of reasoning_content and two of text: the metadata "reasoningContent" grows from "one " to
#        "one two three" and then comes again with each piece of the text and with the finish chunk.
# Why:   forwarded as it comes it grows with the square of its length, and a page shows each thought many times.
# Ran:   org.springframework.ai:spring-ai-openai 2.0.1 with Spring Boot 4.1.0's versions, Java 17, on 2026-11-28; needs
#        mvn and a JDK.
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
		body = chunk("{\"role\":\"assistant\",\"reasoning_content\":\"one \"}", "null") + chunk("{\"reasoning_content\":\"two \"}", "null")
				+ chunk("{\"reasoning_content\":\"three\"}", "null") + chunk("{\"content\":\"Hel\"}", "null")
				+ chunk("{\"content\":\"lo\"}", "null") + chunk("{}", "\"stop\"") + "data: [DONE]\n\n";
		List<String> seen = new ArrayList<>();
		OpenAiChatModel.builder().options(options).build().stream(new Prompt("Hello")).toIterable().forEach((response) -> {
			var output = response.getResult().getOutput();
			seen.add(output.getText() + "|" + output.getMetadata().get("reasoningContent"));
		});
		System.out.println("text|reasoning: " + seen);
		verdict(seen.subList(0, 5).equals(List.of("|one ", "|one two ", "|one two three", "Hel|one two three", "lo|one two three")));
	}

}
JAVA
java -cp "lib/*" Finding.java
