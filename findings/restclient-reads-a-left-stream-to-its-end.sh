#!/usr/bin/env bash
# Spring's RestClient reads an event stream that was left to its end, with four of its five HTTP clients.
#
# Guess: when the function given to exchange() returns after the first line, the connection closes and the server stops.
# Seen:  so with Jetty alone. With the JDK's HttpClient (the default where no other is there), HttpURLConnection and
#        Apache's client exchange() doesn't even return before the server has sent everything. With Reactor Netty the
#        first line itself isn't there before: a read waits until it has filled its whole buffer.
# Why:   an answer that is stopped, or fails halfway in the reader's own code, is made and paid for to the end, and
#        holds its thread so long; with Reactor Netty a short answer doesn't stream. Read streams by WebClient.
# Ran:   spring-web 7.0.8, httpclient5 5.6.1, reactor-netty-http 1.3.6, jetty-client 12.1.10, Java 17, on 2026-11-29; needs
#        mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-web</artifactId><version>7.0.8</version></dependency>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-context</artifactId><version>7.0.8</version></dependency>
    <dependency><groupId>org.apache.httpcomponents.client5</groupId><artifactId>httpclient5</artifactId><version>5.6.1</version></dependency>
    <dependency><groupId>org.eclipse.jetty</groupId><artifactId>jetty-client</artifactId><version>12.1.10</version></dependency>
    <dependency><groupId>io.projectreactor.netty</groupId><artifactId>reactor-netty-http</artifactId><version>1.3.6</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(spring-web|httpclient5|jetty-client|reactor-netty-http)-[0-9]'

cat >Finding.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.springframework.http.client.*;
import org.springframework.web.client.RestClient;

public class Finding {

	static final int TOTAL = 40;

	static volatile int written;

	static volatile int atLine;

	static volatile CountDownLatch over;

	public static void main(String[] arguments) throws Exception {
		HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		server.setExecutor(Executors.newCachedThreadPool());
		server.createContext("/", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
			exchange.sendResponseHeaders(200, 0);
			try (OutputStream body = exchange.getResponseBody()) {
				for (written = 0; written < TOTAL; written++) {
					body.write("data: Hi\n\n".getBytes());
					body.flush();
					Thread.sleep(75);
				}
			}
			catch (IOException | InterruptedException ex) {
				// the reader has gone
			}
			over.countDown();
		});
		server.start();
		String seen = "";
		for (ClientHttpRequestFactory factory : List.of(new JdkClientHttpRequestFactory(), new SimpleClientHttpRequestFactory(),
				new HttpComponentsClientHttpRequestFactory(), new ReactorClientHttpRequestFactory(), new JettyClientHttpRequestFactory())) {
			over = new CountDownLatch(1);
			RestClient.create().mutate().requestFactory(factory).build().post()
					.uri("http://127.0.0.1:" + server.getAddress().getPort() + "/").body("{}")
					.exchange((request, response) -> {
						new BufferedReader(new InputStreamReader(response.getBody())).readLine();
						return atLine = written;
					});
			int atReturn = written;
			over.await(30, TimeUnit.SECONDS);
			System.out.printf("%-40s of %d events: %2d when the first line was read, %2d when exchange() returned, %2d in all%n",
					factory.getClass().getSimpleName(), TOTAL, atLine, atReturn, written);
			seen += (atLine < TOTAL / 2) ? "first" : "all";
			seen += (atReturn >= TOTAL - 1) ? " waits, " : (written == TOTAL) ? " reads on, " : " leaves, ";
		}
		boolean same = seen.equals("first waits, first waits, first waits, all waits, first leaves, ");
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
java -cp "lib/*" Finding.java
