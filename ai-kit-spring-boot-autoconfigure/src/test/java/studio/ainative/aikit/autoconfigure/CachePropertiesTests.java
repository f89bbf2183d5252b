package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.NonBlocking;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.cache.support.AbstractValueAdaptingCache;
import org.springframework.cache.support.NoOpCacheManager;
import org.springframework.cache.support.SimpleCacheManager;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import studio.ainative.aikit.cache.AnswerStore;
import studio.ainative.aikit.cache.CacheNamespace;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.redis.RedisServer;
import studio.ainative.aikit.observation.AiKitClientMeters;
import studio.ainative.aikit.observation.SemanticConvention;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The cache of answers by properties, seen by what the provider is asked.
 */
@ExtendWith(OutputCaptureExtension.class)
class CachePropertiesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final ScriptedServer provider = ScriptedServer.start();

	private final ApplicationContextRunner off = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitClientAutoConfiguration.class,
				AiKitConnectorAutoConfiguration.class, HttpClientAutoConfiguration.class,
				ReactiveHttpClientAutoConfiguration.class, WebClientAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.provider.uri(),
				"ai-kit.stream.model=gpt-4o-mini", "spring.reactor.netty.shutdown-quiet-period=0s");

	private final ApplicationContextRunner everyone = this.off.withPropertyValues("ai-kit.stream.cache.enabled=true",
			"ai-kit.stream.cache.scope=everyone", "ai-kit.stream.cache.timeout=30s");

	private final List<LettuceConnectionFactory> connections = new ArrayList<>();

	@AfterEach
	void stop() {
		this.connections.forEach(LettuceConnectionFactory::destroy);
		this.provider.close();
	}

	private void answers(String... answers) {
		for (String answer : answers) {
			this.provider.respond(answer);
		}
	}

	private static String ask(AIStream stream) {
		return Objects.requireNonNull(text(stream).block(TIMEOUT));
	}

	private static Mono<String> text(AIStream stream) {
		return stream.stream("Hi")
			.ofType(StreamEvent.Token.class)
			.map(StreamEvent.Token::text)
			.collect(Collectors.joining());
	}

	@Test
	void isOffByDefault() {
		answers("one", "two");
		this.off.run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("two");
		});
	}

	@Test
	void allBeansOfAStreamShareOne() {
		answers("one");
		this.everyone.run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.Builder.class).build())).isEqualTo("one");
		});
	}

	@Test
	void namedStreamsInheritItOrSayOtherwise() {
		answers("one", "two", "three");
		this.everyone.withPropertyValues("ai-kit.streams.same.model=m1", "ai-kit.streams.other.cache.enabled=false")
			.run((context) -> {
				assertThat(ask(context.getBean("sameAiStream", AIStream.class))).isEqualTo("one");
				assertThat(ask(context.getBean("sameAiStream", AIStream.class))).isEqualTo("one");
				assertThat(ask(context.getBean("otherAiStream", AIStream.class))).isEqualTo("two");
				assertThat(ask(context.getBean("otherAiStream", AIStream.class))).isEqualTo("three");
			});
	}

	@Test
	void answersGrowOld() {
		answers("one", "two");
		this.everyone.withPropertyValues("ai-kit.stream.cache.ttl=1ns").run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("two");
		});
	}

	@Test
	void largeAnswersAreNotKept() {
		answers("one", "two");
		this.everyone.withPropertyValues("ai-kit.stream.cache.max-answer-size=64B").run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("two");
		});
	}

	@Test
	void memoryIsBounded() {
		answers("one", "two");
		this.everyone.withPropertyValues("ai-kit.stream.cache.max-size=64B").run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("two");
		});
	}

	@Test
	void whatCannotWorkIsRefusedAtStartUp() {
		this.everyone.withPropertyValues("ai-kit.stream.cache.ttl=0s")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("'ttl' must be more than zero"));
	}

	@Test
	void nobodyIsKnownWithoutAWebStack(CapturedOutput output) {
		answers("one", "two");
		this.everyone.withPropertyValues("ai-kit.stream.cache.scope=principal").run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("two");
		});
		assertThat(output.getAll()).containsOnlyOnce("nobody is known who asks");
	}

	@Test
	void aNamespaceOfTheApplicationTellsWhoAsks() {
		answers("one", "two");
		ThreadLocal<String> tenant = ThreadLocal.withInitial(() -> "a");
		this.everyone.withPropertyValues("ai-kit.stream.cache.scope=principal")
			.withBean(CacheNamespace.class, () -> () -> Mono.just(tenant.get()))
			.run((context) -> {
				AIStream stream = context.getBean(AIStream.class);
				assertThat(ask(stream)).isEqualTo("one");
				assertThat(ask(stream)).isEqualTo("one");
				tenant.set("b");
				assertThat(ask(stream)).isEqualTo("two");
				tenant.set("a");
				assertThat(ask(stream)).isEqualTo("one");
			});
	}

	@Test
	void aStoreOfTheApplicationComesFirst() {
		answers("one");
		Map<String, byte[]> kept = new ConcurrentHashMap<>();
		this.everyone.withBean(CacheManager.class, CaffeineCacheManager::new)
			.withBean(AnswerStore.class, () -> new AnswerStore() {

				@Override
				public Mono<byte[]> get(String key) {
					return Mono.justOrEmpty(kept.get(key));
				}

				@Override
				public Mono<Void> put(String key, byte[] answer, Duration ttl) {
					return Mono.fromRunnable(() -> kept.put(key, answer));
				}

			})
			.run((context) -> {
				assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
				assertThat(kept).hasSize(1);
				assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			});
	}

	@Test
	void caffeineKeepsAnswersWhereTheApplicationHasIt() {
		answers("one");
		CaffeineCacheManager caffeine = new CaffeineCacheManager();
		caffeine.setCaffeine(Caffeine.newBuilder().maximumSize(100));
		this.everyone.withBean(CacheManager.class, () -> caffeine).run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			Cache cache = Objects.requireNonNull(caffeine.getCache(AnswerCaches.NAME));
			await().atMost(TIMEOUT)
				.until(() -> !((com.github.benmanes.caffeine.cache.Cache<?, ?>) cache.getNativeCache()).asMap()
					.isEmpty());
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
		});
		assertThat(this.provider.requests()).hasSize(1);
	}

	@Test
	void nodesShareAnswersInRedis() throws Exception {
		answers("one", "two");
		try (RedisServer redis = RedisServer.start()) {
			this.everyone.withBean(CacheManager.class, () -> manager(redis.port())).run((context) -> {
				assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
				await().atMost(TIMEOUT).until(() -> redis.run((commands) -> commands.dbsize()) == 1);
			});
			this.everyone.withBean(CacheManager.class, () -> manager(redis.port())).run((context) -> {
				assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
				assertThat(this.provider.requests()).hasSize(1);
			});
			redis.kill();
			this.everyone.withBean(CacheManager.class, () -> manager(redis.port()))
				.withPropertyValues("ai-kit.stream.cache.timeout=100ms")
				.run((context) -> {
					assertThat(ask(context.getBean(AIStream.class))).isEqualTo("two");
				});
		}
	}

	private RedisCacheManager manager(int port) {
		LettuceConnectionFactory connections = new LettuceConnectionFactory("127.0.0.1", port);
		this.connections.add(connections);
		connections.afterPropertiesSet();
		connections.start();
		return RedisCacheManager.builder(connections)
			.cacheDefaults(RedisCacheConfiguration.defaultCacheConfig().entryTtl(Duration.ofMinutes(10)))
			.build();
	}

	@Test
	void springsUnboundedCacheIsNotUsed() {
		answers("one");
		ConcurrentMapCacheManager simple = new ConcurrentMapCacheManager();
		this.everyone.withBean(CacheManager.class, () -> simple).run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat((Map<?, ?>) Objects.requireNonNull(simple.getCache(AnswerCaches.NAME)).getNativeCache())
				.isEmpty();
		});
	}

	@Test
	void aCacheThatKeepsNothingKeepsNothing() {
		answers("one", "two");
		this.everyone.withBean(CacheManager.class, NoOpCacheManager::new).run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("two");
		});
	}

	@Test
	void aManagerWithoutTheCacheIsSaidAndMemoryUsed(CapturedOutput output) {
		answers("one");
		this.everyone.withBean(CacheManager.class, SimpleCacheManager::new).run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
		});
		assertThat(output.getAll()).containsOnlyOnce("The CacheManager has no cache 'ai-kit-answers'");
	}

	@Test
	void aCacheIsAskedOnThreadsOfItsOwn() {
		answers("one");
		RecordingCache cache = new RecordingCache(new CountDownLatch(0));
		this.everyone.withBean(CacheManager.class, () -> manager(cache)).run((context) -> {
			assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			await().atMost(TIMEOUT).until(() -> cache.threads.size() == 2);
			assertThat(cache.threads).allMatch((thread) -> thread.getName().startsWith("ai-kit-cache"))
				.noneMatch(NonBlocking.class::isInstance);
		});
	}

	@Test
	void aCacheThatHangsCostsNobodyAnAnswer(CapturedOutput output) {
		answers("one", "two");
		CountDownLatch never = new CountDownLatch(1);
		this.everyone.withBean(CacheManager.class, () -> manager(new RecordingCache(never)))
			.withPropertyValues("ai-kit.stream.cache.timeout=100ms")
			.run((context) -> {
				assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
				assertThat(ask(context.getBean(AIStream.class))).isEqualTo("two");
			});
		never.countDown();
		assertThat(output.getAll()).contains(" WARN ").containsOnlyOnce("The cache of answers fails");
	}

	private static CacheManager manager(Cache cache) {
		SimpleCacheManager manager = new SimpleCacheManager();
		manager.setCaches(List.of(cache));
		manager.initializeCaches();
		return manager;
	}

	@Test
	void metricsTellWhatTheCacheDid() {
		answers("one");
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		this.everyone.withConfiguration(AutoConfigurations.of(AiKitObservationAutoConfiguration.class))
			.withBean(SimpleMeterRegistry.class, () -> registry)
			.run((context) -> {
				ask(context.getBean(AIStream.class));
				ask(context.getBean(AIStream.class));
				String duration = Objects
					.requireNonNull(AiKitClientMeters.DURATION.meterName(SemanticConvention.OTEL_0_1));
				assertThat(registry.get(duration).tag("aikit.cache", "miss").summary().count()).isOne();
				assertThat(registry.get(duration).tag("aikit.cache", "hit").summary().count()).isOne();
				assertThat(registry.find("gen_ai.client.inference.usage.output_tokens")
					.tag("aikit.cache", "hit")
					.counter()
					.count()).isZero();
				assertThat(registry.find("aikit.client.cost").tag("aikit.cache", "hit").counter()).isNull();
			});
	}

	@Test
	void aCallThatJoinsAnotherIsScrapedAsSuch() {
		this.provider.respond("Hel", "lo").usage(9, 2);
		Sinks.Empty<Void> bothAsked = Sinks.empty();
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		this.everyone.withConfiguration(AutoConfigurations.of(AiKitObservationAutoConfiguration.class))
			.withBean(PrometheusMeterRegistry.class, () -> registry)
			.withBean(WebClientCustomizer.class,
					() -> (builder) -> builder
						.filter((request, next) -> bothAsked.asMono().then(next.exchange(request))))
			.run((context) -> {
				AIStream stream = context.getBean(AIStream.class);
				CompletableFuture<String> first = text(stream).toFuture();
				CompletableFuture<String> second = text(stream).toFuture();
				bothAsked.tryEmitEmpty();
				assertThat(first).succeedsWithin(TIMEOUT).isEqualTo("Hello");
				assertThat(second).succeedsWithin(TIMEOUT).isEqualTo("Hello");
				assertThat(this.provider.requests()).hasSize(1);
				Scrape scrape = Scrape.of(registry.scrape());
				String duration = "gen_ai_client_inference_duration_seconds_count";
				assertThat(scrape.sum(duration, "aikit_cache", "miss")).isOne();
				assertThat(scrape.sum(duration, "aikit_cache", "joined")).isOne();
				assertThat(scrape.values(duration, "aikit_cache")).containsExactly("joined", "miss");
				String tokens = "gen_ai_client_inference_usage_output_tokens_total";
				assertThat(scrape.sum(tokens, "aikit_cache", "miss")).isEqualTo(2);
				assertThat(scrape.sum(tokens, "aikit_cache", "joined")).isZero();
				assertThat(scrape.values("aikit_client_cost_total", "aikit_cache")).containsExactly("miss");
			});
	}

	@Test
	void worksWithoutAnyLibraryOfCaches() {
		answers("one");
		this.everyone
			.withClassLoader(new FilteredClassLoader("com.github.benmanes.caffeine", "org.springframework.data",
					"org.springframework.cache.caffeine", "io.lettuce", "jakarta.servlet", "io.micrometer"))
			.run((context) -> {
				assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
				assertThat(ask(context.getBean(AIStream.class))).isEqualTo("one");
			});
	}

	/** Notes who asks, and lets nobody go until it may. */
	private static final class RecordingCache extends AbstractValueAdaptingCache {

		private final List<Thread> threads = new ArrayList<>();

		private final CountDownLatch free;

		RecordingCache(CountDownLatch free) {
			super(true);
			this.free = free;
		}

		@Override
		public String getName() {
			return AnswerCaches.NAME;
		}

		@Override
		public Object getNativeCache() {
			return this.threads;
		}

		@Override
		protected @Nullable Object lookup(Object key) {
			note();
			return null;
		}

		@Override
		public <T> @Nullable T get(Object key, Callable<T> valueLoader) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void put(Object key, @Nullable Object value) {
			note();
		}

		private void note() {
			synchronized (this.threads) {
				this.threads.add(Thread.currentThread());
			}
			try {
				this.free.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		public void evict(Object key) {
		}

		@Override
		public void clear() {
		}

	}

}
