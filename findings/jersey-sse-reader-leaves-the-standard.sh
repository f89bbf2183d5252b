#!/usr/bin/env bash
# Jersey's reader of server-sent events takes spaces off the data, gives out comments, and half an event at the end.
#
# Guess: SseEventSource of the reference implementation of Jakarta REST reads as a browser's EventSource does.
# Seen:  the tokens "Hello", " big", " world" arrive as "Hello", "big", "world". Each comment (": heartbeat") is an event
#        with empty data. What an answer that was cut left of an event is given out as a whole one. EventInput does the
#        same. OkHttp's reader gives out what was sent, and the two tokens before the cut.
# Why:   words run together where tokens are sent as plain data; who parses each event's JSON fails at the first heartbeat.
#        Skip events without data, and take only what parses.
# Ran:   org.glassfish.jersey.media:jersey-media-sse 4.0.2, com.squareup.okhttp3:okhttp-sse 5.3.2, Java 17, on 2026-11-29;
#        needs mvn and a JDK.
# See:   https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.glassfish.jersey.media</groupId><artifactId>jersey-media-sse</artifactId><version>4.0.2</version></dependency>
    <dependency><groupId>org.glassfish.jersey.core</groupId><artifactId>jersey-client</artifactId><version>4.0.2</version></dependency>
    <dependency><groupId>org.glassfish.jersey.inject</groupId><artifactId>jersey-hk2</artifactId><version>4.0.2</version></dependency>
    <dependency><groupId>com.squareup.okhttp3</groupId><artifactId>okhttp-sse</artifactId><version>5.3.2</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(jersey-media-sse|okhttp-sse)-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.SseEventSource;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.glassfish.jersey.media.sse.EventInput;
import org.glassfish.jersey.media.sse.InboundEvent;
import org.glassfish.jersey.media.sse.SseFeature;

public class Finding {

	static final String BODY = "data: Hello\n\n: heartbeat\n\ndata:  big\n\ndata:  world\n";

	static volatile boolean answered;

	static String start() throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.createContext("/", (exchange) -> {
			if (answered) {
				exchange.sendResponseHeaders(204, -1);
			}
			else {
				answered = true;
				exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
				exchange.sendResponseHeaders(200, 0);
				exchange.getResponseBody().write(BODY.getBytes(StandardCharsets.UTF_8));
			}
			exchange.close();
		});
		server.start();
		return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
	}

	static List<String> eventInput(String url) {
		List<String> seen = new ArrayList<>();
		Client client = ClientBuilder.newBuilder().register(SseFeature.class).build();
		EventInput input = client.target(url).request(SseFeature.SERVER_SENT_EVENTS).get(EventInput.class);
		for (InboundEvent event = input.read(); event != null; event = input.read()) {
			seen.add(event.readData());
		}
		return seen;
	}

	static List<String> eventSource(String url) throws Exception {
		List<String> seen = new CopyOnWriteArrayList<>();
		CountDownLatch over = new CountDownLatch(1);
		try (SseEventSource source = SseEventSource.target(ClientBuilder.newClient().target(url)).build()) {
			source.register((event) -> seen.add(event.readData()), (error) -> over.countDown(), over::countDown);
			source.open();
			over.await(3, TimeUnit.SECONDS);
		}
		return seen;
	}

	static List<String> okHttp(String url) throws Exception {
		List<String> seen = new CopyOnWriteArrayList<>();
		CountDownLatch over = new CountDownLatch(1);
		EventSources.createFactory(new OkHttpClient())
			.newEventSource(new Request.Builder().url(url).build(), new EventSourceListener() {

				@Override
				public void onEvent(EventSource source, String id, String type, String data) {
					seen.add(data);
				}

				@Override
				public void onClosed(EventSource source) {
					over.countDown();
				}

				@Override
				public void onFailure(EventSource source, Throwable error, Response response) {
					over.countDown();
				}

			});
		over.await(10, TimeUnit.SECONDS);
		return seen;
	}

	public static void main(String[] arguments) throws Exception {
		String url = start();
		List<String> input = eventInput(url);
		answered = false;
		List<String> source = eventSource(url);
		answered = false;
		List<String> okHttp = okHttp(url);
		System.out.println("EventInput     " + input);
		System.out.println("SseEventSource " + source);
		System.out.println("OkHttp         " + okHttp);
		boolean same = input.equals(List.of("Hello", "", "big", "world")) && source.equals(input)
				&& okHttp.equals(List.of("Hello", " big"));
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
java -cp "lib/*" Finding.java
