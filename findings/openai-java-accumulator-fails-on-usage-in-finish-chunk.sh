#!/usr/bin/env bash
# openai-java's ChatCompletionAccumulator can't make a completion of a stream whose usage comes with the finish reason.
#
# Guess: usage counts wherever it comes; many compatible servers put it into the last chunk with choices.
# Seen:  with usage in a chunk of its own (choices: []), as OpenAI sends it, there is a completion. With the same usage
#        in the chunk of the finish reason: IllegalStateException: `choices` is required, but was not set.
# Why:   the text was streamed whole, and the failure comes after it, only with servers that are not OpenAI's.
# Ran:   com.openai:openai-java 4.101.0, Java 17, on 2026-11-28; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.openai</groupId><artifactId>openai-java</artifactId><version>4.101.0</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(openai-java)-[0-9]'

cat >Finding.java <<'JAVA'
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

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

	static String accumulate(OpenAIClient client, String answer) {
		body = answer;
		ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
		try (var response = client.chat().completions()
			.createStreaming(ChatCompletionCreateParams.builder().model("m").addUserMessage("Hello").build())) {
			response.stream().forEach(accumulator::accumulate);
			return accumulator.chatCompletion().usage().get().totalTokens() + " tokens";
		}
		catch (IllegalStateException ex) {
			return ex.toString();
		}
	}

	public static void main(String[] arguments) throws Exception {
		OpenAIClient client = OpenAIOkHttpClient.builder().apiKey("none").baseUrl(start()).build();
		String head = "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[";
		String text = head + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":null}]}\n\n";
		String finish = head + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]";
		String usage = ",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}\n\n";
		String done = "data: [DONE]\n\n";
		String own = accumulate(client, text + finish + "}\n\n" + head + "]" + usage + done);
		String together = accumulate(client, text + finish + usage + done);
		System.out.println("usage in a chunk of its own: " + own);
		System.out.println("usage in the finish chunk: " + together);
		verdict(own.equals("11 tokens") && together.startsWith("java.lang.IllegalStateException"));
	}

}
JAVA
java -cp "lib/*" Finding.java
