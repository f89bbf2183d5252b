#!/usr/bin/env bash
# LangChain4j with the JDK's HTTP client has as many answers at once as one HTTP/2 connection carries; further calls fail.
#
# Guess: where the server allows 100 streams on a connection, the 101st call waits, or a second connection is opened.
# Seen:  of 130 calls at once 100 are answered; 30 fail with "too many concurrent streams", and the server sees one connection.
# Why:   HTTP/2 is chosen by itself over TLS, and servers allow about a hundred streams. A service that is fine with 100
#        readers refuses the 101st, with an error that speaks of streams where nobody has asked for any.
# Ran:   dev.langchain4j:langchain4j-open-ai 1.19.0, Node 20, Java 17.0.15, whose HTTP client it is, on 2026-11-30. On
#        Java 25.0.3 it varies: of 130 calls 100, 122 or 130 were answered, of 260 calls 100. Needs mvn, node and a JDK 17.
set -euo pipefail

folder=$(mktemp -d)
server=""
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
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
ls lib | grep -E '^(langchain4j-open-ai|langchain4j-http-client-jdk)-[0-9]'
version=$(java -version 2>&1 | head -1)
echo "$version"
[[ $version == *'"17.'* ]] || { echo "Java 17 is needed"; exit 2; }
echo "node $(node --version)"
keytool -genkeypair -alias server -keyalg EC -dname CN=localhost -ext san=dns:localhost -validity 30 \
	-storetype PKCS12 -keystore server.p12 -storepass finding >/dev/null 2>&1

cat >server.mjs <<'JS'
import fs from 'node:fs';
import http2 from 'node:http2';

const chunk = (delta, reason) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm',
	choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
let connections = 0;
let quiet;
const open = [];
const server = http2.createSecureServer({ pfx: fs.readFileSync('server.p12'), passphrase: 'finding',
	settings: { maxConcurrentStreams: 100 } });
server.on('session', () => fs.writeFileSync('connections', String(++connections)));
server.on('stream', (stream) => {
	stream.on('error', () => {});
	stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
	stream.write(chunk({ content: 'Hi' }, null));
	open.push(stream);
	clearTimeout(quiet);
	// Once all calls have begun that ever will
	quiet = setTimeout(() => open.splice(0).forEach((each) => each.end(`${chunk({}, 'stop')}data: [DONE]\n\n`)), 5000);
});
server.listen(0, '127.0.0.1', () => fs.writeFileSync('port', String(server.address().port)));
JS
node server.mjs &
server=$!
for _ in $(seq 100); do [ -s port ] && break; sleep 0.1; done

cat >Finding.java <<'JAVA'
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

public class Finding {

	static final int CALLS = 130;

	static final AtomicInteger whole = new AtomicInteger();

	static final AtomicInteger failed = new AtomicInteger();

	static final Set<String> errors = new ConcurrentSkipListSet<>();

	public static void main(String[] arguments) throws Exception {
		OpenAiStreamingChatModel model = OpenAiStreamingChatModel.builder()
			.apiKey("none")
			.modelName("m")
			.baseUrl("https://localhost:" + Files.readString(Path.of("port")) + "/v1")
			.build();
		call(model, 1); // The server's limit is known after this
		whole.set(0);
		call(model, CALLS);
		String connections = Files.readString(Path.of("connections"));
		System.out.println(whole + " of " + CALLS + " whole, " + failed + " failed: " + errors + ", connections: " + connections);
		boolean same = whole.get() == 100 && failed.get() == 30 && connections.equals("1");
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

	static void call(OpenAiStreamingChatModel model, int calls) throws InterruptedException {
		CountDownLatch ends = new CountDownLatch(calls);
		for (int i = 0; i < calls; i++) {
			model.chat(ChatRequest.builder().messages(UserMessage.from("Hello")).build(), new StreamingChatResponseHandler() {

				@Override
				public void onPartialResponse(String text) {
				}

				@Override
				public void onCompleteResponse(ChatResponse response) {
					whole.incrementAndGet();
					ends.countDown();
				}

				@Override
				public void onError(Throwable ex) {
					failed.incrementAndGet();
					Throwable cause = ex;
					while (cause.getCause() != null) {
						cause = cause.getCause();
					}
					errors.add(cause.toString());
					ends.countDown();
				}

			});
		}
		if (!ends.await(30, TimeUnit.SECONDS)) {
			errors.add(ends.getCount() + " never ended");
		}
	}

}
JAVA
java -Djavax.net.ssl.trustStore=server.p12 -Djavax.net.ssl.trustStorePassword=finding -cp "lib/*" Finding.java
