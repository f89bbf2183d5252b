#!/usr/bin/env bash
# @Cacheable on a method that returns a Flux: a reader who leaves doesn't stop it, and sync = true holds it back.
#
# Guess: the first caller reads the Flux as it comes, with the cache listening; its cancel ends both. sync = true makes
#        simultaneous callers share one run, no more.
# Seen:  after a cancel the source runs to its end for the cache alone. With sync = true the first item reaches the first
#        caller only when the source has ended, and the source starts when the method is called, subscribed to or not.
# Why:   on a streaming chat method the annotation makes a stop button, and a browser that closes, stop nothing that is
#        paid for; sync = true turns streaming off.
# Ran:   org.springframework:spring-context 7.0.8 with its ConcurrentMapCacheManager and with Caffeine 3.2.4, reactor-core
#        3.8.6, Java 17, on 2026-11-29; needs mvn and a JDK.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework</groupId><artifactId>spring-context-support</artifactId><version>7.0.8</version></dependency>
    <dependency><groupId>com.github.ben-manes.caffeine</groupId><artifactId>caffeine</artifactId><version>3.2.4</version></dependency>
    <dependency><groupId>io.projectreactor</groupId><artifactId>reactor-core</artifactId><version>3.8.6</version></dependency>
  </dependencies>
</project>
XML
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 2; }
ls lib | grep -E '^(spring-context|caffeine|reactor-core)-[0-9]'

cat >Finding.java <<'JAVA'
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import reactor.core.publisher.Flux;

public class Finding {

	static final int TOTAL = 20;

	@EnableCaching
	public static class Chat {

		AtomicInteger made;
		CompletableFuture<String> ending;

		@Cacheable(cacheNames = "answers", key = "#p0")
		public Flux<Integer> answer(String question) {
			return source();
		}

		@Cacheable(cacheNames = "answers", key = "#p0", sync = true)
		public Flux<Integer> shared(String question) {
			return source();
		}

		private Flux<Integer> source() {
			AtomicInteger count = made = new AtomicInteger();
			CompletableFuture<String> end = ending = new CompletableFuture<>();
			return Flux.interval(Duration.ofMillis(100)).take(TOTAL).onBackpressureBuffer().map((i) -> count.incrementAndGet())
					.doFinally((signal) -> end.complete(signal.name()));
		}

		String outcome(Flux<Integer> answer) throws Exception {
			String left = answer.take(1).map((first) -> "first item read when " + ((made.get() < TOTAL) ? "few" : "all") + " were made")
					.blockLast(Duration.ofSeconds(30));
			return left + ", then left: " + ending.get(30, TimeUnit.SECONDS) + " after " + ((made.get() < TOTAL) ? "few" : "all");
		}

	}

	public static void main(String[] arguments) throws Exception {
		CaffeineCacheManager caffeine = new CaffeineCacheManager();
		caffeine.setAsyncCacheMode(true);
		boolean same = true;
		for (CacheManager manager : List.of(new ConcurrentMapCacheManager(), caffeine)) {
			AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
			context.registerBean("cacheManager", CacheManager.class, () -> manager);
			context.register(Chat.class);
			context.refresh();
			Chat chat = context.getBean(Chat.class);
			Chat target = (Chat) ((org.springframework.aop.framework.Advised) chat).getTargetSource().getTarget();
			String none = target.outcome(target.source());
			String plain = target.outcome(chat.answer("one"));
			String sync = target.outcome(chat.shared("two"));
			chat.shared("three"); // nobody subscribes
			String unread = target.ending.get(30, TimeUnit.SECONDS);
			System.out.println(manager.getClass().getSimpleName() + "\n  no cache:   " + none + "\n  @Cacheable: " + plain
					+ "\n  sync:       " + sync + "\n  sync, without a subscriber: " + unread);
			same &= none.equals("first item read when few were made, then left: CANCEL after few")
					&& plain.equals("first item read when few were made, then left: ON_COMPLETE after all")
					&& sync.equals("first item read when all were made, then left: ON_COMPLETE after all") && unread.equals("ON_COMPLETE");
		}
		System.out.println(same ? "As described." : "CHANGED");
		System.exit(same ? 0 : 1);
	}

}
JAVA
javac -nowarn -cp "lib/*" -d classes Finding.java 2>/dev/null || exit 2
java -cp "lib/*:classes" Finding
