#!/usr/bin/env bash
# Ktor's client of event streams joins the lines of an event with CR LF, whatever came between them.
#
# Guess: "data: a", "data: b" are "a\nb", as in the standard, whether the lines end in LF, CR LF or CR.
# Seen:  "a\r\nb" in each case.
# Why:   Markdown and code that are sent as plain text get line ends that the model never wrote: what is hashed, compared
#        with the server's text, split at "\n" or counted in tokens differs. Send text as JSON.
# Ran:   io.ktor:ktor-client-cio-jvm 3.5.2, kotlin-compiler-embeddable 2.2.20, Java 17, on 2026-11-29; needs mvn and a JDK.
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
resolve ktor io.ktor:ktor-client-cio-jvm:3.5.2
ls ktor | grep -E '^ktor-client-core'

cat >Finding.kt <<'KOTLIN'
import com.sun.net.httpserver.HttpServer
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.sse.SSE
import io.ktor.client.plugins.sse.sse
import kotlinx.coroutines.runBlocking
import java.net.InetSocketAddress

fun main(): Unit = runBlocking {
    val client = HttpClient(CIO) { install(SSE) }
    for (end in listOf("\n", "\r\n", "\r")) {
        val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        server.createContext("/") { exchange ->
            exchange.responseHeaders.set("Content-Type", "text/event-stream")
            exchange.sendResponseHeaders(200, 0)
            exchange.responseBody.write("data: a\ndata: b\n\n".replace("\n", end).toByteArray())
            exchange.close()
        }
        server.start()
        val events = ArrayList<String>()
        client.sse("http://127.0.0.1:${server.address.port}/") { incoming.collect { events.add(shown(it.data!!)) } }
        println("lines that end in ${shown(end)}: $events")
        server.stop(0)
    }
    System.exit(0)
}

fun shown(text: String) = text.replace("\r", "CR ").replace("\n", "LF ").trim()
KOTLIN
java -cp 'compiler/*' org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -nowarn -cp "$(ls ktor/*.jar | paste -sd:)" -d classes Finding.kt >kotlin.log 2>&1 || { cat kotlin.log; exit 2; }
java -cp 'classes:ktor/*' FindingKt 2>/dev/null | tee seen
expected='lines that end in LF: [aCR LF b]
lines that end in CR LF: [aCR LF b]
lines that end in CR: [aCR LF b]'
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
