#!/usr/bin/env bash
# Ktor's client of event streams ends in order when the connection breaks, with any engine; so does Koog, which uses it.
#
# Guess: a chunked body that ends without its last chunk is an error, as it is for a body that is read with get().
# Seen:  incoming completes after the events that came, with CIO, Java and OkHttp alike. bodyAsText() of the same answer
#        throws with Java and OkHttp; with CIO it gives the half body. Koog then sends TextComplete and End, whose finish
#        reason is null: that alone tells half an answer from a whole one.
# Why:   a server that restarts, or a proxy that gives up, leaves half answers that are stored as whole ones. Wait for the
#        event that means the end ([DONE], a finish reason), and take an end without it for a failure.
# Ran:   io.ktor:ktor-client-cio-jvm, -java-jvm and -okhttp-jvm 3.5.2; ai.koog:prompt-executor-openai-client-jvm 1.1.1 with
#        ktor-client-cio-jvm 3.3.3; kotlin-compiler-embeddable 2.2.20, Java 17, on 2026-11-29; needs mvn and a JDK.
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
resolve ktor io.ktor:ktor-client-cio-jvm:3.5.2 io.ktor:ktor-client-java-jvm:3.5.2 io.ktor:ktor-client-okhttp-jvm:3.5.2
resolve koog ai.koog:prompt-executor-openai-client-jvm:1.1.1 ai.koog:http-client-ktor-jvm:1.1.1 io.ktor:ktor-client-cio-jvm:3.3.3
ls ktor koog | grep -E '^(ktor-client-core|prompt-executor-openai-client-jvm)'

cat >Server.kt <<'KOTLIN'
import java.net.InetAddress
import java.net.ServerSocket
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** Answers with one chunk of these events and, once they were read, with the last chunk, or a broken connection. */
class Server(val events: String, val broken: Boolean) {

    val read = CountDownLatch(1)

    private val socket = ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))

    val url = "http://127.0.0.1:${socket.localPort}/"

    init {
        thread(isDaemon = true) {
            while (true) {
                socket.accept().use { connection ->
                    val request = connection.getInputStream().bufferedReader()
                    val head = generateSequence { request.readLine()?.ifEmpty { null } }.toList()
                    val length = head.find { it.startsWith("content-length:", true) }?.substringAfter(":")?.trim()?.toInt() ?: 0
                    repeat(length) { request.read() }
                    val answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
                        "${events.length.toString(16)}\r\n$events\r\n"
                    connection.getOutputStream().write(answer.toByteArray())
                    read.await(5, TimeUnit.SECONDS)
                    if (!broken) connection.getOutputStream().write("0\r\n\r\n".toByteArray())
                }
            }
        }
    }

}
KOTLIN
cat >Ktor.kt <<'KOTLIN'
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngineFactory
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import io.ktor.client.request.get
import io.ktor.client.statement.bodyAsText
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

fun main(): Unit = runBlocking {
    for ((name, engine) in listOf<Pair<String, HttpClientEngineFactory<*>>>("CIO" to CIO, "Java" to Java, "OkHttp" to OkHttp)) {
        for (broken in listOf(false, true)) {
            val server = Server("data: Hel\n\ndata: lo\n\n", broken)
            val client = HttpClient(engine) { install(SSE) }
            val events = ArrayList<String?>()
            val end = runCatching { withTimeout(10000) { client.sse(server.url) { incoming.collect { events.add(it.data); if (it.data == "lo") server.read.countDown() } } } }
            val body = runCatching { withTimeout(10000) { client.get(server.url).bodyAsText() } }
            println("$name ${if (broken) "broken" else "whole"}: events $events, then ${told(end)}; body ${told(body)}")
        }
    }
    System.exit(0)
}

fun told(result: Result<*>) = if (result.isSuccess) "in order" else "error"
KOTLIN
cat >Koog.kt <<'KOTLIN'
import ai.koog.http.client.ktor.KtorKoogHttpClient
import ai.koog.prompt.Prompt
import ai.koog.prompt.executor.clients.ConnectionTimeoutConfig
import ai.koog.prompt.executor.clients.openai.OpenAIClientSettings
import ai.koog.prompt.executor.clients.openai.OpenAILLMClient
import ai.koog.prompt.llm.LLMCapability
import ai.koog.prompt.llm.LLMProvider
import ai.koog.prompt.llm.LLModel
import ai.koog.prompt.streaming.StreamFrame
import kotlinx.coroutines.runBlocking

fun main(): Unit = runBlocking {
    val server = Server("""data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":null}]}""" + "\n\n", true)
    val client = OpenAILLMClient("none", OpenAIClientSettings(server.url, ConnectionTimeoutConfig(10000, 10000, 10000)), KtorKoogHttpClient.Factory())
    val model = LLModel(LLMProvider.OpenAI, "m", listOf(LLMCapability.Completion, LLMCapability.OpenAIEndpoint.Completions))
    val frames = ArrayList<String>()
    val end = runCatching {
        client.executeStreaming(Prompt.builder("p").user("Hello").build(), model).collect {
            server.read.countDown()
            frames.add(if (it is StreamFrame.End) "End(${it.finishReason})" else it.toString())
        }
    }
    println("Koog broken: $frames, then ${if (end.isSuccess) "in order" else "error"}")
    System.exit(0)
}
KOTLIN
run() {
	java -cp 'compiler/*' org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -nowarn -cp "$(ls "$1"/*.jar | paste -sd:)" -d "classes-$1" "Server.kt" "$2.kt" >kotlin.log 2>&1 || { cat kotlin.log; exit 2; }
	java -cp "classes-$1:$1/*" "$2Kt" 2>/dev/null | grep -v '^kotlin-logging' | tee -a seen
}
run ktor Ktor
run koog Koog
expected='CIO whole: events [Hel, lo], then in order; body in order
CIO broken: events [Hel, lo], then in order; body in order
Java whole: events [Hel, lo], then in order; body in order
Java broken: events [Hel, lo], then in order; body error
OkHttp whole: events [Hel, lo], then in order; body in order
OkHttp broken: events [Hel, lo], then in order; body error
Koog broken: [TextDelta(text=Hel, index=0), TextComplete(text=Hel, index=0), End(null)], then in order'
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
