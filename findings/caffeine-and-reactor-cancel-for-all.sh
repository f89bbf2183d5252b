#!/usr/bin/env bash
# Caffeine's asynchronous cache and Reactor's Mono.fromFuture: one reader who leaves takes the answer away from all others.
#
# Guess: who leaves stops waiting; the call that others wait for goes on, and its result is cached.
# Seen:  Mono.fromFuture cancels the future, and Caffeine gives all readers the same one: the other reader gets a
#        CancellationException, and nothing is cached, though the call goes on and is paid for. Nothing is cancelled
#        with Mono.fromFuture(supplier, true).
# Why:   the cache that was to save a second call fails readers at random, the more the more there are. Pass true, or give
#        each reader a copy() of the future.
# Ran:   com.github.ben-manes.caffeine:caffeine 3.3.1, io.projectreactor:reactor-core 3.8.6, Java 17, on 2026-11-29; needs
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
resolve jars com.github.ben-manes.caffeine:caffeine:3.3.1 io.projectreactor:reactor-core:3.8.6
ls jars | grep -E '^(caffeine|reactor-core)-[0-9]'

cat >Finding.java <<'JAVA'
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

public class Finding {

	public static void main(String[] arguments) {
		for (boolean suppressCancel : new boolean[] { false, true }) {
			AsyncCache<String, String> cache = Caffeine.newBuilder().buildAsync();
			CompletableFuture<String> model = new CompletableFuture<>();
			Mono<String> answer = Mono.fromFuture(() -> cache.get("Hello", (prompt, executor) -> model), suppressCancel);
			List<String> seen = new ArrayList<>();
			Disposable first = answer.subscribe();
			answer.subscribe((text) -> seen.add("text " + text), (error) -> seen.add(error.getClass().getSimpleName()));
			first.dispose();
			model.complete("Hi");
			System.out.println((suppressCancel ? "suppressed" : "default") + ": the second reader gets " + seen + ", cached is "
					+ cache.synchronous().getIfPresent("Hello"));
		}
	}

}
JAVA
java -cp 'jars/*' Finding.java 2>/dev/null | tee seen
expected='default: the second reader gets [CancellationException], cached is null
suppressed: the second reader gets [text Hi], cached is Hi'
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
