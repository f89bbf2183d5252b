#!/usr/bin/env bash
# Resilience4j's circuit breaker measures a stream to its end, so that whole answers open it; its time limiter doesn't.
#
# Guess: a breaker measures a Flux to its first element, as a call of a model is answered by then, or both look at the whole.
# Seen:  CircuitBreakerOperator counts a stream as slow if it lasts longer than slowCallDurationThreshold, however soon and
#        steadily it speaks: with all calls successful the breaker is open. A reader who listens for long and leaves counts
#        as slow, too. TimeLimiterOperator limits each pause: 1.5 s of steady elements pass a limit of 1 s.
# Why:   by default 100 answers in a row of more than a minute shut everybody out, with no failure at all. Measure the first
#        token by a breaker of its own, or raise the threshold above the longest answer. A limit for the whole answer needs
#        another operator, as the limiter doesn't have one.
# Ran:   io.github.resilience4j:resilience4j-reactor, -circuitbreaker and -timelimiter 2.4.0, reactor-core 3.8.6, Java 17, on
#        2026-11-29; needs mvn and a JDK.
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
resolve jars io.github.resilience4j:resilience4j-reactor:2.4.0 io.github.resilience4j:resilience4j-circuitbreaker:2.4.0 io.github.resilience4j:resilience4j-timelimiter:2.4.0 \
	io.projectreactor:reactor-core:3.8.6
ls jars | grep -E '^(resilience4j-(reactor|circuitbreaker|timelimiter)|reactor-core)-[0-9]'

cat >Finding.java <<'JAVA'
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.timelimiter.TimeLimiterOperator;
import io.github.resilience4j.timelimiter.TimeLimiter;
import java.time.Duration;
import reactor.core.publisher.Flux;

public class Finding {

	public static void main(String[] arguments) {
		measure("short", Flux.just("Hi"));
		measure("long", steady(6));
		measure("left", steady(1000));
		TimeLimiter limiter = TimeLimiter.of(Duration.ofSeconds(1));
		System.out.println("limited: " + steady(30).transformDeferred(TimeLimiterOperator.of(limiter)).count().block() + " of 30 elements");
	}

	/** An element each 50 ms, the first at once. */
	static Flux<String> steady(int elements) {
		return Flux.interval(Duration.ZERO, Duration.ofMillis(50)).take(elements).map((tick) -> "token");
	}

	static void measure(String name, Flux<String> answer) {
		CircuitBreakerConfig config = CircuitBreakerConfig.custom()
			.slidingWindowSize(3)
			.minimumNumberOfCalls(3)
			.slowCallDurationThreshold(Duration.ofMillis(200))
			.build();
		CircuitBreaker breaker = CircuitBreaker.of(name, config);
		for (int call = 0; call < 3; call++) {
			// Whoever takes six of more cancels
			answer.transformDeferred(CircuitBreakerOperator.of(breaker)).take(6).blockLast();
		}
		CircuitBreaker.Metrics metrics = breaker.getMetrics();
		System.out.println(name + ": " + metrics.getNumberOfSuccessfulCalls() + " successful, " + metrics.getNumberOfFailedCalls()
				+ " failed, " + metrics.getNumberOfSlowCalls() + " slow, " + breaker.getState());
	}

}
JAVA
java -cp 'jars/*' Finding.java 2>/dev/null | tee seen
expected='short: 3 successful, 0 failed, 0 slow, CLOSED
long: 3 successful, 0 failed, 3 slow, OPEN
left: 3 successful, 0 failed, 3 slow, OPEN
limited: 30 of 30 elements'
if [ "$(cat seen)" = "$expected" ]; then echo 'As described.'; else echo CHANGED; exit 1; fi
