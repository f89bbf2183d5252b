#!/usr/bin/env bash
# openai-java's timeout ends a stream that is alive: it is a limit for the whole answer, not for a silence.
#
# Guess: a timeout of 2 s with streaming means that nothing came for 2 s.
# Seen:  a chunk each 0.3 s, and after 2 s OpenAIIoException: Stream failed, in the middle of the answer.
# Why:   the longer an answer, the surer it is cut, and a short test never shows it. The default is 10 minutes; who
#        lowers it to notice a dead provider cuts long answers.
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
import com.openai.errors.OpenAIIoException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

public class Finding {

	static final int CHUNKS = 20;

	public static void main(String[] arguments) throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			try (OutputStream output = exchange.getResponseBody()) {
				for (int i = 0; i < CHUNKS; i++) {
					output.write(("data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
							+ "[{\"index\":0,\"delta\":{\"content\":\"Hi \"},\"finish_reason\":null}]}\n\n").getBytes(StandardCharsets.UTF_8));
					output.flush();
					Thread.sleep(300);
				}
			}
			catch (InterruptedException ex) {
				throw new IOException(ex);
			}
		});
		server.start();
		OpenAIClient client = OpenAIOkHttpClient.builder()
			.apiKey("none")
			.baseUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/v1")
			.timeout(Duration.ofSeconds(2))
			.maxRetries(0)
			.build();
		AtomicInteger chunks = new AtomicInteger();
		String end = "whole";
		try (var response = client.chat().completions()
			.createStreaming(ChatCompletionCreateParams.builder().model("m").addUserMessage("Hello").build())) {
			response.stream().forEach((chunk) -> chunks.incrementAndGet());
		}
		catch (OpenAIIoException ex) {
			end = ex.toString();
		}
		System.out.println(chunks + " of " + CHUNKS + " chunks, then: " + end);
		boolean same = chunks.get() > 0 && chunks.get() < CHUNKS && end.endsWith("Stream failed");
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
java -cp "lib/*" Finding.java
