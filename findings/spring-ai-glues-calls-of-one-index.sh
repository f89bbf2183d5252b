#!/usr/bin/env bash
# Spring AI makes one call of two tool calls under one index, and fails at two without an index.
#
# Guess: an id of its own begins a call of its own: servers that send whole calls, Gemini's for one, are known to give them
#        all the index 0, or none.
# Seen:  the first call has both objects in a row for arguments, {"city":"Bonn"}{"city":"Rome"}, and the second is gone.
#        Without indexes the Flux ends in an exception, though with one call alone it doesn't.
# Why:   the tool is asked with text that is no JSON, or the answer fails, as soon as the model wants two things at once:
#        a demo with one tool passes. A gateway numbers the calls of those servers.
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

	static String call(String index, String id, String city) {
		return chunk("{\"role\":\"assistant\",\"tool_calls\":[{" + index + "\"id\":\"" + id + "\",\"type\":\"function\",\"function\":"
				+ "{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"" + city + "\\\"}\"}}]}", "null");
	}

	public static void main(String[] arguments) throws Exception {
		OpenAiChatOptions options = OpenAiChatOptions.builder().apiKey("none").baseUrl(start()).model("m").build();
		OpenAiChatModel model = OpenAiChatModel.builder().options(options).build();
		List<String> seen = new ArrayList<>();
		for (String answer : List.of(call("\"index\":0,", "a", "Bonn") + call("\"index\":1,", "b", "Rome"),
				call("\"index\":0,", "a", "Bonn") + call("\"index\":0,", "b", "Rome"), call("", "a", "Bonn"),
				call("", "a", "Bonn") + call("", "b", "Rome"))) {
			body = answer + chunk("{}", "\"tool_calls\"") + "data: [DONE]\n\n";
			List<String> calls = new ArrayList<>();
			try {
				model.stream(new Prompt("Hello")).toIterable().forEach((response) -> response.getResult().getOutput().getToolCalls()
					.forEach((call) -> calls.add(call.name() + call.arguments())));
			}
			catch (RuntimeException ex) {
				calls.add(ex.getMessage());
			}
			System.out.println(calls);
			seen.add(calls.toString());
		}
		String bonn = "weather{\"city\":\"Bonn\"}";
		verdict(seen.equals(List.of("[" + bonn + ", weather{\"city\":\"Rome\"}]", "[" + bonn + "{\"city\":\"Rome\"}]", "[" + bonn + "]",
				"[`index` is not set]")));
	}

}
JAVA
java -cp "lib/*" Finding.java
