package studio.ainative.aikit.autoconfigure;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.util.StringUtils;

import studio.ainative.aikit.cache.CacheNamespace;
import studio.ainative.aikit.server.ReaderRequest;
import studio.ainative.aikit.server.StreamOwnerResolver;

/**
 * Tells apart who asks as answers are told apart that can be read again: by their owner.
 */
final class OwnerNamespace {

	private OwnerNamespace() {
	}

	/**
	 * On a stack whose requests are bound to threads: that of whoever asks, or whoever
	 * subscribes.
	 * @param owners tells who it is
	 * @param current finds the request of the thread
	 * @return the namespace
	 */
	static CacheNamespace ofThread(StreamOwnerResolver owners, Supplier<@Nullable ReaderRequest> current) {
		return () -> {
			ReaderRequest request = current.get();
			String owner = owner(owners, request);
			return (request != null) ? Mono.justOrEmpty(owner)
					: Mono.defer(() -> Mono.justOrEmpty(owner(owners, current.get())));
		};
	}

	/**
	 * On a stack whose requests are in the subscriber's context.
	 * @param owners tells who it is
	 * @param current finds the request
	 * @return the namespace
	 */
	static CacheNamespace ofContext(StreamOwnerResolver owners, Mono<ReaderRequest> current) {
		return () -> current.flatMap((request) -> Mono.justOrEmpty(owner(owners, request)));
	}

	private static @Nullable String owner(StreamOwnerResolver owners, @Nullable ReaderRequest request) {
		String owner = (request != null) ? owners.owner(request) : null;
		return StringUtils.hasText(owner) ? owner : null;
	}

}
