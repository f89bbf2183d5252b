#!/usr/bin/env bash
# OkHttp's reader of event streams ends a whole answer in onFailure where the last line of the body has no line end.
#
# Guess: what the standard says: a line that isn't finished at the end is dropped, and the stream is closed in order.
# Seen:  "data: [DONE]" without a line end at the end of the body: onFailure with "byteCount < 0: -1" and no word about the
#        stream, after all events have come; with one line end or two: onClosed. LaunchDarkly's reader, which is built on
#        OkHttp, drops the line without a word.
# Why:   every answer of a server that ends so is shown in full and then called failed, or asked anew by who retries in
#        onFailure. Take a last event that means the end for the end, and ignore what comes after it.
# Ran:   com.squareup.okhttp3:okhttp-sse 5.3.2, com.launchdarkly:okhttp-eventsource 4.2.0, Java 17, on 2026-11-29; needs mvn
#        and a JDK.
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
resolve okhttp com.squareup.okhttp3:okhttp-sse:5.3.2
resolve launchdarkly com.launchdarkly:okhttp-eventsource:4.2.0
ls okhttp launchdarkly | grep -E '^okhttp-(sse|eventsource)-[0-9]'

cat >Server.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

class Server {

	static String start(String body) throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.createContext("/", (exchange) -> {
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
			exchange.close();
		});
		server.start();
		return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
	}

}
JAVA
cat >OkHttp.java <<'JAVA'
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;

public class OkHttp {

	public static void main(String[] arguments) throws Exception {
		for (String end : List.of("\n\n", "\n", "")) {
			List<String> events = new ArrayList<>();
			CompletableFuture<String> outcome = new CompletableFuture<>();
			EventSourceListener listener = new EventSourceListener() {
				@Override
				public void onEvent(EventSource source, String id, String type, String data) {
					events.add(data);
				}

				@Override
				public void onClosed(EventSource source) {
					outcome.complete("onClosed");
				}

				@Override
				public void onFailure(EventSource source, Throwable error, Response response) {
					outcome.complete("onFailure " + error);
				}
			};
			Call.Factory client = new OkHttpClient();
			Request request = new Request.Builder().url(Server.start("data: Hello\n\ndata: [DONE]" + end)).build();
			EventSources.createFactory(client).newEventSource(request, listener);
			System.out.println("okhttp " + end.length() + " line ends: " + outcome.get(10, TimeUnit.SECONDS) + " after " + events);
		}
		System.exit(0);
	}

}
JAVA
cat >LaunchDarkly.java <<'JAVA'
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

public class LaunchDarkly {

	public static void main(String[] arguments) throws Exception {
		List<String> events = new ArrayList<>();
		try (EventSource source = new EventSource.Builder(URI.create(Server.start("data: Hello\n\ndata: [DONE]"))).build()) {
			for (MessageEvent event : source.messages()) {
				events.add(event.getData());
			}
		}
		System.out.println("launchdarkly 0 line ends: end after " + events);
		System.exit(0);
	}

}
JAVA
javac -d . Server.java
javac -cp '.:okhttp/*' -d . OkHttp.java && java -cp '.:okhttp/*' OkHttp 2>/dev/null | tee seen
javac -cp '.:launchdarkly/*' -d . LaunchDarkly.java && java -cp '.:launchdarkly/*' LaunchDarkly 2>/dev/null | tee -a seen
expected="okhttp 2 line ends: onClosed after [Hello, [DONE]]
okhttp 1 line ends: onClosed after [Hello]
okhttp 0 line ends: onFailure java.lang.IllegalArgumentException: byteCount < 0: -1 after [Hello]
launchdarkly 0 line ends: end after [Hello]"
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
