package studio.ainative.aikit.autoconfigure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCache;

import studio.ainative.aikit.cache.AnswerCache;
import studio.ainative.aikit.cache.AnswerStore;
import studio.ainative.aikit.cache.CacheNamespace;
import studio.ainative.aikit.cache.CacheOptions;
import studio.ainative.aikit.cache.InMemoryAnswerStore;
import studio.ainative.aikit.cache.SpringAnswerStore;

/**
 * The caches of the configured streams, one each. They keep their answers in the
 * application's {@link AnswerStore}, else in the cache {@value #NAME} of its
 * {@link CacheManager}, else in memory, each stream its own.
 */
class AnswerCaches implements DisposableBean {

	/** The name of the cache. */
	static final String NAME = "ai-kit-answers";

	private static final Log logger = LogFactory.getLog(AnswerCaches.class);

	private final ObjectProvider<AnswerStore> stores;

	private final ObjectProvider<CacheManager> cacheManagers;

	private final ObjectProvider<CacheNamespace> namespaces;

	private final Map<String, AnswerCache> caches = new ConcurrentHashMap<>();

	private @Nullable SpringAnswerStore springs;

	private boolean asked;

	AnswerCaches(ObjectProvider<AnswerStore> stores, ObjectProvider<CacheManager> cacheManagers,
			ObjectProvider<CacheNamespace> namespaces) {
		this.stores = stores;
		this.cacheManagers = cacheManagers;
		this.namespaces = namespaces;
	}

	/**
	 * The cache of a stream.
	 * @param name the stream's name
	 * @param prefix that of its properties
	 * @param properties what it says of its cache
	 * @return the same for the same stream, {@code null} if it has none
	 */
	@Nullable AnswerCache cache(String name, String prefix, AiKitProperties.Cache properties) {
		return properties.enabled() ? this.caches.computeIfAbsent(name,
				(any) -> BlamedProperty.checked(prefix + ".cache.", () -> cache(properties))) : null;
	}

	private AnswerCache cache(AiKitProperties.Cache properties) {
		CacheOptions options = new CacheOptions(properties.ttl(), properties.maxAnswerSize().toBytes(),
				properties.scope(), properties.timeout());
		InMemoryAnswerStore memory = new InMemoryAnswerStore(properties.maxSize().toBytes());
		AnswerStore store = this.stores.getIfAvailable(this::springs);
		return AnswerCache.of((store != null) ? store : memory, options,
				this.namespaces.getIfAvailable(() -> CacheNamespace.NOBODY));
	}

	private synchronized @Nullable AnswerStore springs() {
		if (!this.asked) {
			this.asked = true;
			CacheManager manager = this.cacheManagers.getIfUnique();
			Cache cache = (manager != null) ? manager.getCache(NAME) : null;
			if (cache instanceof ConcurrentMapCache) {
				logger.info("Spring's simple cache knows no bounds: answers are kept in AI Kit's own memory");
			}
			else if (cache != null) {
				this.springs = new SpringAnswerStore(cache);
			}
			else if (manager != null) {
				logger.warn("The CacheManager has no cache '" + NAME + "': answers are kept in memory");
			}
		}
		return this.springs;
	}

	@Override
	public synchronized void destroy() {
		if (this.springs != null) {
			this.springs.close();
		}
	}

}
