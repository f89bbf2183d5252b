#!/usr/bin/env bash
# Redisson: as many readers who wait at a stream as the pool has connections, and every other command fails.
#
# Guess: a read that waits has a connection of its own, as with Lettuce in Spring Data Redis, or other commands wait their turn.
# Seen:  each waiting read holds one of the connections of the pool, and with none left a get() fails, after its retries, with
#        "Unable to acquire connection! ... Increase connection pool size"; with one left it answers at once.
# Why:   64 readers of answers that are being written (the pool has 64 connections by default) take locks, sessions and caches of
#        the whole application down. Follow streams with a client of their own, and bound its readers.
# Ran:   org.redisson:redisson 4.7.0, Debian 12's redis-server 7.0.15, Java 17, on 2026-11-29; needs mvn, a JDK, apt-get and
#        dpkg.
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
resolve jars org.redisson:redisson:4.7.0
ls jars | grep -E '^redisson-[0-9]'
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
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadArgs;
import org.redisson.config.Config;

public class Finding {

	static final int POOL = 8;

	public static void main(String[] arguments) {
		RedissonClient watcher = client(arguments[0]);
		RedissonClient client = client(arguments[0]);
		for (int readers = 1; readers <= POOL; readers++) {
			client.getStream("answer").readAsync(StreamReadArgs.greaterThan(new StreamMessageId(1, 0)).timeout(Duration.ofSeconds(60)));
			while (!watcher.getRedisNodes(RedisNodes.SINGLE).getInstance().info(RedisNode.InfoSection.CLIENTS).get("blocked_clients").equals("" + readers)) {
				Thread.onSpinWait();
			}
			if (readers >= POOL - 1) {
				System.out.println(readers + " of " + POOL + " connections wait at a stream: " + get(client));
			}
		}
		System.exit(0);
	}

	static String get(RedissonClient client) {
		try {
			return "get() gives " + client.getBucket("key").get();
		}
		catch (Exception ex) {
			return ex.getClass().getSimpleName() + " " + ex.getMessage().split("!")[0];
		}
	}

	static RedissonClient client(String port) {
		Config config = new Config();
		config.useSingleServer().setAddress("redis://127.0.0.1:" + port).setConnectionPoolSize(POOL).setConnectionMinimumIdleSize(1);
		return Redisson.create(config);
	}

}
JAVA
java -cp 'jars/*' Finding.java "$port" 2>/dev/null | tee seen
expected='7 of 8 connections wait at a stream: get() gives null
8 of 8 connections wait at a stream: RedisTimeoutException Unable to acquire connection'
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
