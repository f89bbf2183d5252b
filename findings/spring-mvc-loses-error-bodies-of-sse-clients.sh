#!/usr/bin/env bash
# Spring MVC turns an error body into 500 if the client accepts text/event-stream alone.
#
# Guess: an @ExceptionHandler that returns ResponseEntity.badRequest().body(map) answers 400 with JSON, whatever the
#        client had wished for.
# Seen:  with Accept: text/event-stream no converter writes a map, the handler fails with "No acceptable representation"
#        and the client gets 500 and no body; with Accept: application/json it gets 400. With
#        contentType(APPLICATION_JSON) on the ResponseEntity both get 400 and the JSON.
# Why:   official SDKs (openai-java, for one) and EventSource send just this header, so their users see a server error
#        where the answer was "your request is wrong", and retry it.
# Ran:   Spring Framework 7.0.8 and Tomcat 11.0.22 (Spring Boot 4.1.0), Java 17, on 2026-11-28; needs mvn and a JDK.
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
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-webmvc</artifactId></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(spring-webmvc|tomcat-embed-core)-[0-9]'

cat >Finding.java <<'JAVA'
package finding;

import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@EnableAutoConfiguration
@RestController
public class Finding {

	@GetMapping("/untyped")
	SseEmitter untyped() {
		throw new IllegalArgumentException();
	}

	@GetMapping("/typed")
	SseEmitter typed() {
		throw new IllegalStateException();
	}

	@ExceptionHandler
	ResponseEntity<Map<String, String>> untyped(IllegalArgumentException ex) {
		return ResponseEntity.badRequest().body(Map.of("error", "Your request is wrong"));
	}

	@ExceptionHandler
	ResponseEntity<Map<String, String>> typed(IllegalStateException ex) {
		return ResponseEntity.badRequest().contentType(MediaType.APPLICATION_JSON).body(Map.of("error", "Your request is wrong"));
	}

	static int status(String port, String path, String accept) throws Exception {
		HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
		connection.setRequestProperty("Accept", accept);
		return connection.getResponseCode();
	}

	public static void main(String[] arguments) throws Exception {
		var context = SpringApplication.run(Finding.class, "--server.port=0", "--spring.main.banner-mode=off", "--logging.level.root=off");
		String port = context.getEnvironment().getProperty("local.server.port");
		List<Integer> statuses = List.of(status(port, "/untyped", "application/json"), status(port, "/untyped", "text/event-stream"),
				status(port, "/typed", "text/event-stream"));
		System.out.println("for JSON, for events, for events with a content type: " + statuses);
		boolean same = statuses.equals(List.of(400, 500, 400));
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
javac -parameters -cp "lib/*" -d classes Finding.java
java -cp "lib/*:classes" finding.Finding
