#!/usr/bin/env bash
# Spring Data's StreamReceiver opens a new TCP connection for each read that waits, which is one for each entry.
#
# Guess: a blocking XREAD needs a connection of its own, which the receiver keeps.
# Seen:  a receiver that follows a Redis stream while 100 entries are added one by one makes about 100 connections.
# Why:   following answers token by token makes thousands of connections a second; what is slow is not Redis, and the
#        ports that are left in TIME-WAIT run out. A Lettuce connection of one's own that loops over XREAD makes one.
# Ran:   Spring Data Redis 4.1.0 and Lettuce 7.5.2 (Spring Boot 4.1.0), Debian 12's redis-server 7.0.15, Java 17, on
#        2026-11-28; needs mvn, a JDK, apt-get and dpkg.
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
    <dependency><groupId>org.springframework.data</groupId><artifactId>spring-data-redis</artifactId></dependency>
    <dependency><groupId>io.lettuce</groupId><artifactId>lettuce-core</artifactId></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(spring-data-redis|lettuce-core)-[0-9]'
export LD_LIBRARY_PATH=$folder/root/usr/lib/x86_64-linux-gnu
(
	mkdir debian
	cd debian
	apt-get download -q redis-server=5:7.0.15-1~deb12u10 redis-tools=5:7.0.15-1~deb12u10 libatomic1 libjemalloc2 liblzf1 >apt.log 2>&1 || { cat apt.log; exit 2; }
	for package in *.deb; do dpkg -x "$package" ../root; done
)
root/usr/bin/redis-server --version
port=$((20000 + RANDOM % 10000))
root/usr/bin/redis-server --bind 127.0.0.1 --port "$port" --save '' >redis.log &
redis=$!
trap 'kill "$redis" 2>/dev/null; rm -rf "$folder"' EXIT
until grep -q 'Ready to accept connections' redis.log; do kill -0 "$redis" || exit 2; sleep 0.1; done

cat >Finding.java <<'JAVA'
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.stream.StreamReceiver;

public class Finding {

	static LettuceConnectionFactory connect(int port, Duration timeout) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(new RedisStandaloneConfiguration("127.0.0.1", port),
				LettuceClientConfiguration.builder().commandTimeout(timeout).build());
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	static void verdict(boolean same) {
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

	static final int ENTRIES = 100;

	static long connections(LettuceConnectionFactory factory) {
		try (var connection = factory.getConnection()) {
			return Long.parseLong(connection.serverCommands().info("stats").getProperty("total_connections_received"));
		}
	}

	public static void main(String[] arguments) throws Exception {
		LettuceConnectionFactory factory = connect(Integer.parseInt(arguments[0]), Duration.ofSeconds(60));
		ReactiveStringRedisTemplate template = new ReactiveStringRedisTemplate(factory);
		AtomicInteger received = new AtomicInteger();
		StreamReceiver.create(factory).receive(StreamOffset.fromStart("answer")).subscribe((entry) -> received.incrementAndGet());
		long before = connections(factory);
		for (int i = 1; i <= ENTRIES; i++) {
			template.opsForStream().add("answer", Map.of("token", "t")).block();
			while (received.get() < i) {
				Thread.sleep(10);
			}
		}
		long made = connections(factory) - before;
		System.out.println(received + " entries, " + made + " connections");
		verdict(made >= ENTRIES * 0.9);
	}

}
JAVA
java -Dslf4j.internal.verbosity=ERROR -cp "lib/*" Finding.java "$port"
