#!/usr/bin/env bash
# A web page, or a whole answer as JSON, in place of an event stream is an empty answer without an error for most clients.
#
# Guess: whoever asks for a stream looks at the content type of the answer, and fails at text/html.
# Seen:  npm openai, groq-sdk, LangChain.js, LangChain4j and Spring AI end without a word and without an exception, for
#        both. @mistralai/mistralai alone says what came.
# Why:   a proxy's page for logging in has status 200, and so has a server that knows no "stream": true. The chat is
#        empty, and neither logs nor metrics know of a failure.
# Ran:   openai 7.59.0, groq-sdk 1.6.0, @langchain/openai 1.6.0, @mistralai/mistralai 2.7.0, node 20.20.2; spring-ai-openai
#        2.0.1, langchain4j-open-ai 1.19.0, Java 17; on 2026-11-29; needs npm, node, mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"; kill "${server:-}" 2>/dev/null || true' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps openai@7.59.0 groq-sdk@1.6.0 @langchain/openai@1.6.0 @langchain/core@1.4.0 \
  @mistralai/mistralai@2.7.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in openai groq-sdk @langchain/openai @mistralai/mistralai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-dependencies</artifactId><version>4.1.0</version><type>pom</type><scope>import</scope></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>org.springframework.ai</groupId><artifactId>spring-ai-openai</artifactId><version>2.0.1</version></dependency>
    <dependency><groupId>dev.langchain4j</groupId><artifactId>langchain4j-open-ai</artifactId><version>1.19.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(spring-ai-openai|langchain4j-open-ai)-[0-9]'

cat >server.mjs <<'JS'
import http from 'node:http';
import { writeFileSync } from 'node:fs';
const json = JSON.stringify({ id: '1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }] });
const server = http.createServer((request, response) => {
  request.resume();
  const page = request.url.startsWith('/page');
  response.writeHead(200, { 'content-type': page ? 'text/html; charset=utf-8' : 'application/json' });
  response.end(page ? '<html><body>Please log in</body></html>' : json);
});
server.listen(0, '127.0.0.1', () => writeFileSync('port', String(server.address().port)));
JS
cat >run.mjs <<'JS'
import Groq from 'groq-sdk';
import OpenAI from 'openai';
import { Mistral } from '@mistralai/mistralai';
import { ChatOpenAI } from '@langchain/openai';
const request = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] };
const readers = {
  openai: (baseURL) => new OpenAI({ apiKey: 'none', baseURL, maxRetries: 0 }).chat.completions.create({ ...request, stream: true }),
  'groq-sdk': (baseURL) => new Groq({ apiKey: 'none', baseURL, maxRetries: 0 }).chat.completions.create({ ...request, stream: true }),
  '@langchain/openai': (baseURL) => new ChatOpenAI({ apiKey: 'none', model: 'm', configuration: { baseURL }, maxRetries: 0 }).stream('Hello'),
  '@mistralai/mistralai': (serverURL) => new Mistral({ apiKey: 'none', serverURL }).chat.stream(request),
};
for (const [name, open] of Object.entries(readers)) {
  for (const what of ['page', 'json']) {
    let seen = 0;
    let end = 'ends';
    try {
      for await (const _ of await open(`http://127.0.0.1:${process.argv[2]}/${what}`)) seen++;
    } catch (ex) {
      end = 'fails';
    }
    console.log(name, what, seen, end);
  }
}
process.exit();
JS
cat >Finding.java <<'JAVA'
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

public class Finding {

	interface Reader {

		long read(String url) throws Exception;

	}

	static void report(String name, String port, Reader reader) {
		for (String what : new String[] { "page", "json" }) {
			String end;
			try {
				end = reader.read("http://127.0.0.1:" + port + "/" + what) + " ends";
			}
			catch (Exception ex) {
				end = "0 fails";
			}
			System.out.println(name + " " + what + " " + end);
		}
	}

	static long langChain4j(String url) throws Exception {
		CompletableFuture<Long> pieces = new CompletableFuture<>();
		OpenAiStreamingChatModel.builder().apiKey("none").modelName("m").baseUrl(url).build()
			.chat(ChatRequest.builder().messages(UserMessage.from("Hello")).build(), new StreamingChatResponseHandler() {

				@Override
				public void onCompleteResponse(ChatResponse response) {
					pieces.complete((response.aiMessage().text() != null) ? 1L : 0L);
				}

				@Override
				public void onError(Throwable error) {
					pieces.completeExceptionally(error);
				}

			});
		return pieces.get(30, TimeUnit.SECONDS);
	}

	public static void main(String[] arguments) {
		String port = arguments[0];
		report("spring-ai", port, (url) -> {
			OpenAiChatOptions options = OpenAiChatOptions.builder().apiKey("none").baseUrl(url).model("m").build();
			return OpenAiChatModel.builder().options(options).build().stream(new Prompt("Hello")).count().block();
		});
		report("langchain4j", port, Finding::langChain4j);
		System.exit(0);
	}

}
JAVA
node server.mjs &
server=$!
until [ -s port ]; do sleep 0.1; done
node run.mjs "$(cat port)" | tee seen
java -cp "lib/*" Finding.java "$(cat port)" | tee -a seen
expected=$(for name in openai groq-sdk @langchain/openai spring-ai langchain4j; do printf '%s page 0 ends\n%s json 0 ends\n' "$name" "$name"; done; printf '@mistralai/mistralai %s 0 fails\n' page json)
if [ "$(sort seen)" = "$(sort <<<"$expected")" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
