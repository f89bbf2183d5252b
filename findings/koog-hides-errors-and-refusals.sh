#!/usr/bin/env bash
# Koog hides why a model's stream failed, and streams a refusal as nothing.
#
# Guess: an error that a server sends inside of a stream is in the exception, and a refusal is text or a failure.
# Seen:  after the text so far comes a KoogHttpClientException that speaks of missing fields "choices, created, id, model,
#        object", with status 200 and an empty error body: not a word of "Overloaded". An answer that is a refusal is an End
#        with the finish reason "stop", with no text before it.
# Why:   whoever retries when a server is overloaded can't tell it from a broken server, nor can the log; a refusal is
#        an empty bubble.
# Ran:   ai.koog:prompt-executor-openai-client-jvm and http-client-ktor-jvm 1.1.1, io.ktor:ktor-client-cio-jvm 3.3.3,
#        kotlin-compiler-embeddable 2.2.20, Java 17, on 2026-11-29; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
resolve() {
	printf '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>' >pom.xml
	for artifact in "${@:2}"; do
		IFS=: read -r group name version <<<"$artifact"
		printf '<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>' "$group" "$name" "$version" >>pom.xml
	done
	echo '</dependencies></project>' >>pom.xml
	mvn -B -q dependency:copy-dependencies -DoutputDirectory="$1" >mvn.log 2>&1 || { cat mvn.log; exit 2; }
}
resolve compiler org.jetbrains.kotlin:kotlin-compiler-embeddable:2.2.20
resolve koog ai.koog:prompt-executor-openai-client-jvm:1.1.1 ai.koog:http-client-ktor-jvm:1.1.1 io.ktor:ktor-client-cio-jvm:3.3.3
ls koog | grep -E '^prompt-executor-openai-client-jvm'

cat >Finding.kt <<'KOTLIN'
import ai.koog.http.client.ktor.KtorKoogHttpClient
import ai.koog.prompt.Prompt
import ai.koog.prompt.executor.clients.ConnectionTimeoutConfig
import ai.koog.prompt.executor.clients.openai.OpenAIClientSettings
import ai.koog.prompt.executor.clients.openai.OpenAILLMClient
import ai.koog.prompt.llm.LLMCapability
import ai.koog.prompt.llm.LLMProvider
import ai.koog.prompt.llm.LLModel
import ai.koog.prompt.streaming.StreamFrame
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.runBlocking
import java.net.InetSocketAddress
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit

fun main(): Unit = runBlocking {
    var answer = listOf<String>()
    val read = Semaphore(0)
    val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
    server.createContext("/") { exchange ->
        exchange.requestBody.readAllBytes()
        exchange.responseHeaders.set("Content-Type", "text/event-stream")
        exchange.sendResponseHeaders(200, 0)
        for ((index, piece) in answer.withIndex()) {
            if (index > 0) read.tryAcquire(5, TimeUnit.SECONDS)
            exchange.responseBody.write(piece.toByteArray())
            exchange.responseBody.flush()
        }
        exchange.close()
    }
    server.start()
    val settings = OpenAIClientSettings("http://127.0.0.1:${server.address.port}/", ConnectionTimeoutConfig(10000, 10000, 10000))
    val client = OpenAILLMClient("none", settings, KtorKoogHttpClient.Factory())
    val model = LLModel(LLMProvider.OpenAI, "m", listOf(LLMCapability.Completion, LLMCapability.OpenAIEndpoint.Completions))
    val answers = mapOf(
        "whole" to listOf(chunk("""{"content":"Hello"}"""), chunk("{}", "\"stop\"")),
        "failed" to listOf(chunk("""{"content":"Hel"}"""), """data: {"error":{"message":"Overloaded","type":"server_error","code":"overloaded"}}""" + "\n\n"),
        "refused" to listOf(chunk("""{"role":"assistant","refusal":"I can't help with that."}""") + chunk("{}", "\"stop\"")),
    )
    for ((name, events) in answers) {
        answer = events.dropLast(1) + (events.last() + "data: [DONE]\n\n")
        read.drainPermits()
        val frames = ArrayList<String>()
        val end = runCatching {
            client.executeStreaming(Prompt.builder("p").user("Hello").build(), model).collect {
                if (it is StreamFrame.TextDelta) frames.add(it.text).also { read.release() }
                if (it is StreamFrame.End) frames.add("End(${it.finishReason})")
            }
        }
        val error = end.exceptionOrNull()
        val causes = generateSequence(error) { it.cause }.joinToString { it.toString() }
        println("$name: $frames ${error?.javaClass?.simpleName ?: "in order"}" +
            if (error == null) "" else ", speaks of ${listOf("missing", "Overloaded").filter { causes.contains(it) }}")
    }
    System.exit(0)
}

fun chunk(delta: String, reason: String = "null") =
    """data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":$delta,"finish_reason":$reason}]}""" + "\n\n"
KOTLIN
java -cp 'compiler/*' org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -nowarn -cp "$(ls koog/*.jar | paste -sd:)" -d classes Finding.kt >kotlin.log 2>&1 || { cat kotlin.log; exit 2; }
java -cp 'classes:koog/*' FindingKt 2>/dev/null | grep -v '^kotlin-logging' | tee seen
expected='whole: [Hello, End(stop)] in order
failed: [Hel] KoogHttpClientException, speaks of [missing]
refused: [End(stop)] in order'
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
