#!/usr/bin/env bash
# In Spring 7 the flush() of a StreamingResponseBody's stream does nothing.
#
# Guess: as for years, writeTo(out) with out.flush() after each piece streams the pieces.
# Seen:  ten pieces, 0.2 s apart, each flushed: none leaves the server before the end. With the system
#        property spring.http.response.flush.enabled=true (or the same in spring.properties; application.yml is not
#        looked into) all come when they are written.
# Why:   exports, logs and token streams that worked with Spring 6 arrive at once, when Tomcat's 8 KB are full or at the
#        end; whole-answer tests pass. Flushing the HttpServletResponse itself still works.
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

import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

@EnableAutoConfiguration
@RestController
public class Finding {

	static final int PIECES = 10;

	static volatile boolean ended;

	@GetMapping("/")
	ResponseEntity<StreamingResponseBody> pieces() {
		return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body((output) -> {
			try {
				for (int i = 0; i < PIECES; i++) {
					output.write('.');
					output.flush();
					Thread.sleep(200);
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			ended = true;
		});
	}

	static int piecesBeforeTheEnd(boolean flush) throws Exception {
		ended = false;
		System.setProperty("spring.http.response.flush.enabled", "" + flush);
		try (var context = SpringApplication.run(Finding.class, "--server.port=0", "--spring.main.banner-mode=off",
				"--logging.level.root=error")) {
			int pieces = 0;
			String port = context.getEnvironment().getProperty("local.server.port");
			try (InputStream input = URI.create("http://127.0.0.1:" + port + "/").toURL().openStream()) {
				while (input.read() >= 0) {
					pieces += ended ? 0 : 1;
				}
			}
			return pieces;
		}
	}

	public static void main(String[] arguments) throws Exception {
		int stock = piecesBeforeTheEnd(false);
		int enabled = piecesBeforeTheEnd(true);
		System.out.println("pieces before the end: " + stock + ", with spring.http.response.flush.enabled " + enabled + " of " + PIECES);
		boolean same = stock == 0 && enabled >= PIECES - 1;
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
javac -parameters -cp "lib/*" -d classes Finding.java
java -cp "lib/*:classes" finding.Finding
