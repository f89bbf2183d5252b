#!/usr/bin/env bash
# The event readers of RESTEasy and CXF give out heartbeats as events, and take all spaces in front of data away.
#
# Guess: comments are skipped, and one space after the colon goes, as the standard has it.
# Seen:  ": heartbeat" and its blank line are an event, in RESTEasy with empty data, in CXF with data null; "Hello" and
#        " world" as plain data are "Hello" and "world". After a byte order mark RESTEasy empties the first event and CXF
#        drops it. Jersey's reader has faults of the same kind: see jersey-sse-reader-leaves-the-standard.
# Why:   code that parses each event as JSON fails at the first heartbeat of a model that thinks, and tokens sent as plain
#        data run together. Send tokens as JSON, and skip events without data before they are parsed.
# Ran:   org.jboss.resteasy:resteasy-client 6.2.12.Final, org.apache.cxf:cxf-rt-rs-sse 4.1.3, Java 17, on 2026-11-29; needs
#        mvn and a JDK.
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
resolve resteasy org.jboss.resteasy:resteasy-client:6.2.12.Final
resolve cxf org.apache.cxf:cxf-rt-rs-sse:4.1.3 org.apache.cxf:cxf-rt-rs-client:4.1.3
ls resteasy cxf | grep -E '^(resteasy-client|cxf-rt-rs-sse)-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

public class Finding {

	public static void main(String[] arguments) throws Exception {
		List<String> bodies = List.of("data: a\n\ndata: b\n\n", ": heartbeat\n\ndata: a\n\n", "data: Hello\n\ndata:  world\n\n",
				"\ufeffdata: a\n\ndata: b\n\n");
		for (String body : bodies) {
			AtomicBoolean answered = new AtomicBoolean();
			HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
			server.createContext("/", (exchange) -> {
				exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
				// Readers ask again at the end, and 204 tells them to stop
				boolean again = answered.getAndSet(true);
				exchange.sendResponseHeaders(again ? 204 : 200, again ? -1 : 0);
				if (!again) {
					exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
				}
				exchange.close();
			});
			server.start();
			List<String> events = new CopyOnWriteArrayList<>();
			CountDownLatch end = new CountDownLatch(1);
			var target = ClientBuilder.newClient().target("http://127.0.0.1:" + server.getAddress().getPort());
			SseEventSource source = SseEventSource.target(target).reconnectingEvery(100, TimeUnit.MILLISECONDS).build();
			source.register((event) -> events.add('\'' + String.valueOf(event.readData()) + '\''), (error) -> end.countDown(), end::countDown);
			source.open();
			end.await(5, TimeUnit.SECONDS);
			source.close(1, TimeUnit.SECONDS);
			System.out.println(arguments[0] + " " + body.replace("\n", "\\n").replace("\ufeff", "(BOM)") + " " + events);
		}
		System.exit(0);
	}

}
JAVA
for library in resteasy cxf; do java -cp "$library/*" Finding.java $library 2>/dev/null | tee -a seen; done
expected="resteasy data: a\\n\\ndata: b\\n\\n ['a', 'b']
resteasy : heartbeat\\n\\ndata: a\\n\\n ['', 'a']
resteasy data: Hello\\n\\ndata:  world\\n\\n ['Hello', 'world']
resteasy (BOM)data: a\\n\\ndata: b\\n\\n ['', 'b']
cxf data: a\\n\\ndata: b\\n\\n ['a', 'b']
cxf : heartbeat\\n\\ndata: a\\n\\n ['null', 'a']
cxf data: Hello\\n\\ndata:  world\\n\\n ['Hello', 'world']
cxf (BOM)data: a\\n\\ndata: b\\n\\n ['b']"
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
