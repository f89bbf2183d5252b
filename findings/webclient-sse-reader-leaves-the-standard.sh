#!/usr/bin/env bash
# Spring's reader of server-sent events departs from the standard where an answer is cut, and in three more places.
#
# Guess: bodyToFlux(ServerSentEvent.class) reads as a browser's EventSource does.
# Seen:  an event that the body ends within is given out as if it were whole, then the Flux completes; the standard
#        discards it. Lines that end in CR alone become one. A byte order mark makes the first event lose its data.
#        An event without data is given out, with null.
# Why:   the half event is what a server leaves behind that dies in the middle of a write, so half a JSON text reaches
#        the parser, or half an answer the reader, with no error.
# Ran:   Spring Framework 7.0.8 and Reactor Netty 1.3.6 (Spring Boot 4.1.0), Java 17, on 2026-11-28; needs mvn and a JDK.
# See:   https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-dependencies</artifactId><version>4.1.0</version><type>pom</type><scope>import</scope></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-webflux</artifactId></dependency>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-context</artifactId></dependency>
    <dependency><groupId>io.projectreactor.netty</groupId><artifactId>reactor-netty-http</artifactId></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(spring-webflux|reactor-netty-http)-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.function.client.WebClient;

public class Finding {

	static volatile String body;

	static String start() throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(body.getBytes(StandardCharsets.UTF_8));
			exchange.close();
		});
		server.start();
		return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
	}

	static void verdict(boolean same) {
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

	static String read(WebClient client, String name, String answer) {
		body = answer;
		List<String> data = client.get()
			.retrieve()
			.bodyToFlux(new ParameterizedTypeReference<ServerSentEvent<String>>() {
			})
			.map((event) -> String.valueOf(event.data()))
			.collectList()
			.block();
		System.out.println(name + ": " + data.toString().replace("\r", "\\r"));
		return data.toString();
	}

	public static void main(String[] arguments) throws Exception {
		WebClient client = WebClient.create(start());
		boolean same = read(client, "cut", "data: whole\n\ndata: ha").equals("[whole, ha]");
		same &= read(client, "CR", "data: one\r\rdata: two\r\r").equals("[one\r\rdata: two\r\r]");
		same &= read(client, "byte order mark", "\uFEFFdata: one\n\n").equals("[null]");
		same &= read(client, "no data", "event: ping\n\ndata: one\n\n").equals("[null, one]");
		verdict(same);
	}

}
JAVA
java -cp "lib/*" Finding.java
