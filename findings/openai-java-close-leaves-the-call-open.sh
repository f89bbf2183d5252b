#!/usr/bin/env bash
# openai-java's stream, closed before its first chunk has come, leaves the connection open and the provider at work.
#
# Guess: close() ends the call: the provider's next writes fail.
# Seen:  the headers are there and a thread of the SDK waits for the first chunk when another thread closes the stream.
#        The provider then writes 400 chunks over 8 s, and no write fails. Closed by the thread that reads, with its
#        first chunk, the same stream ends the call within a second.
# Why:   who stops while a model still thinks pays for the whole answer, and the socket stays until the provider's end.
# Ran:   com.openai:openai-java 4.101.0, Java 17, on 2026-11-29; needs mvn and a JDK. Spring AI 2.0.1 asks for
#        openai-java-core 4.49.0, with which its calls do end so.
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
ls lib | grep -E '^(openai-java-core|okhttp)-[0-9]'

cat >Finding.java <<'JAVA'
import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.core.http.AsyncStreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

public class Finding {

	static final int CHUNKS = 400;

	static final byte[] CHUNK = ("data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
			+ "\"delta\":{\"content\":\"t\"},\"finish_reason\":null}]}\n\n").getBytes(StandardCharsets.UTF_8);

	/** How many chunks the provider could write after a reader left. */
	static int written(boolean byReader) throws Exception {
		CountDownLatch left = new CountDownLatch(byReader ? 0 : 1);
		CountDownLatch asked = new CountDownLatch(1);
		CompletableFuture<Integer> written = new CompletableFuture<>();
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.setExecutor(Executors.newCachedThreadPool());
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().flush();
			asked.countDown();
			int count = 0;
			try {
				left.await();
				for (; count < CHUNKS; count++) {
					exchange.getResponseBody().write(CHUNK);
					exchange.getResponseBody().flush();
					Thread.sleep(20);
				}
			}
			catch (IOException ex) {
				// The client has gone
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			written.complete(count);
		});
		server.start();
		OpenAIClientAsync client = OpenAIOkHttpClientAsync.builder()
			.apiKey("none")
			.baseUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/v1")
			.build();
		AsyncStreamResponse<ChatCompletionChunk> stream = client.chat()
			.completions()
			.createStreaming(ChatCompletionCreateParams.builder().model("m").addUserMessage("Hello").build());
		stream.subscribe((chunk) -> stream.close());
		asked.await();
		if (!byReader) {
			Thread.sleep(1000);
			Thread closer = new Thread(stream::close);
			closer.setDaemon(true);
			closer.start();
			closer.join(1000);
			left.countDown();
		}
		int count = written.get();
		server.stop(0);
		return count;
	}

	public static void main(String[] arguments) throws Exception {
		int byReader = written(true);
		System.out.println("closed by the reading thread: the provider wrote " + byReader + " of " + CHUNKS + " chunks");
		int byOther = written(false);
		System.out.println("closed by another thread:     the provider wrote " + byOther + " of " + CHUNKS + " chunks");
		boolean same = byReader < CHUNKS / 2 && byOther == CHUNKS;
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
java -cp "lib/*" Finding.java
