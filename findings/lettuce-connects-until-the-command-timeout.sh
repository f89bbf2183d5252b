#!/usr/bin/env bash
# Lettuce waits for a server that takes its connection and is silent until the URI's command timeout, a minute by
# default, whatever its connect timeout and its timeout options say.
#
# Guess: with SocketOptions.connectTimeout and TimeoutOptions of half a second, connect() fails within a second or so.
# Seen:  it fails when the timeout of the RedisURI is over: after 2 s where that is 2 s, after 5 s where it is 5 s. The
#        first commands of a connection (HELLO, PING) know no other.
# Why:   a Redis that is paused or swaps, or a proxy without one behind it, holds whoever opens the connection at the first
#        request for a minute, in applications whose commands all time out after half a second.
# Ran:   Lettuce 7.5.2, Java 17, on 2026-11-30; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.lettuce</groupId><artifactId>lettuce-core</artifactId><version>7.5.2.RELEASE</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep '^lettuce-core-[0-9]'

cat >Finding.java <<'JAVA'
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;

public class Finding {

	static final Duration HALF = Duration.ofMillis(500);

	/** In tenths of a second. */
	static long timeToFail(int port, int seconds) {
		RedisClient client = RedisClient.create(
				RedisURI.builder().withHost("127.0.0.1").withPort(port).withTimeout(Duration.ofSeconds(seconds)).build());
		client.setOptions(ClientOptions.builder()
			.socketOptions(SocketOptions.builder().connectTimeout(HALF).build())
			.timeoutOptions(TimeoutOptions.enabled(HALF))
			.build());
		long begun = System.nanoTime();
		try {
			client.connect().close();
			return -1;
		}
		catch (RedisConnectionException ex) {
			return (System.nanoTime() - begun) / 100_000_000;
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
		}
	}

	public static void main(String[] arguments) throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
			timeToFail(silent.getLocalPort(), 1); // Classes are loaded now
			long two = timeToFail(silent.getLocalPort(), 2);
			long five = timeToFail(silent.getLocalPort(), 5);
			System.out.printf("failed after %.1f s where the URI says 2 s, %.1f s where it says 5 s%n", two / 10.0, five / 10.0);
			boolean same = two >= 18 && two < 35 && five >= 48 && five < 80;
			System.out.println(same ? "As described." : "CHANGED");
			System.exit(same ? 0 : 1);
		}
	}

}
JAVA
java -Dslf4j.internal.verbosity=ERROR -cp "lib/*" Finding.java
