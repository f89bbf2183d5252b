#!/usr/bin/env bash
# Micronaut's client of event streams fails at the first heartbeat, and joins the lines of an event without a line end.
#
# Guess: a comment is skipped, and "data: a", "data: b" are "a\nb", as in the standard.
# Seen:  ": heartbeat" and its blank line end the stream in HttpClientException "Cannot read the array length", text and JSON
#        alike; a comment without a blank line of its own does no harm. Two lines of data are "ab", and an empty one between
#        them fails, too. (5.2.23, which needs Java 21, takes heartbeats for events with empty data; the rest is the same.)
# Why:   an answer whose model thinks for longer than the server's heartbeat fails each time, short ones don't; paragraphs sent
#        as plain text run together. Read the lines yourself, and send text as JSON.
# Ran:   io.micronaut:micronaut-http-client and micronaut-jackson-databind 4.10.15, Java 17, on 2026-11-29; needs mvn and a
#        JDK.
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
resolve jars io.micronaut:micronaut-http-client:4.10.15 io.micronaut:micronaut-jackson-databind:4.10.15
ls jars | grep -E '^micronaut-http-client-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.client.sse.SseClient;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Flux;

public class Finding {

	public static void main(String[] arguments) throws Exception {
		String token = "data: {\"token\":\"Hi\"}\n\n";
		try (ApplicationContext context = ApplicationContext.run()) {
			read(context, String.class, "data: a\n\ndata: b\n\n");
			read(context, String.class, "data: a\n\n: heartbeat\n\ndata: b\n\n");
			read(context, String.class, "data: a\n\n: heartbeat\ndata: b\n\n");
			read(context, Map.class, token + token);
			read(context, Map.class, token + ": heartbeat\n\n" + token);
			read(context, String.class, "data: a\ndata: b\n\n");
			read(context, String.class, "data: a\ndata:\ndata: b\n\n");
		}
		System.exit(0);
	}

	static void read(ApplicationContext context, Class<?> type, String body) throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.createContext("/", (exchange) -> {
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
			exchange.close();
		});
		server.start();
		SseClient client = context.createBean(SseClient.class, URI.create("http://127.0.0.1:" + server.getAddress().getPort()).toURL());
		List<Object> events = new CopyOnWriteArrayList<>();
		String end = Flux.from(client.eventStream(HttpRequest.GET("/"), type))
			.doOnNext((event) -> events.add(event.getData()))
			.then()
			.thenReturn("complete")
			.onErrorResume((error) -> Flux.just(error.getClass().getSimpleName()).next())
			.block(Duration.ofSeconds(10));
		System.out.println(body.replace("\n", "\\n") + " " + events + " " + end);
		server.stop(0);
	}

}
JAVA
java -cp 'jars/*' Finding.java 2>/dev/null | tee seen
expected='data: a\n\ndata: b\n\n [a, b] complete
data: a\n\n: heartbeat\n\ndata: b\n\n [a] HttpClientException
data: a\n\n: heartbeat\ndata: b\n\n [a, b] complete
data: {"token":"Hi"}\n\ndata: {"token":"Hi"}\n\n [{token=Hi}, {token=Hi}] complete
data: {"token":"Hi"}\n\n: heartbeat\n\ndata: {"token":"Hi"}\n\n [{token=Hi}] HttpClientException
data: a\ndata: b\n\n [ab] complete
data: a\ndata:\ndata: b\n\n [] HttpClientException'
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
