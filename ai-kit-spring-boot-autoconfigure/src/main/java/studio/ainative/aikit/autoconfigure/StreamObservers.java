package studio.ainative.aikit.autoconfigure;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.client.CallObserver;

/**
 * Makes what observes the calls of each configured stream.
 */
@FunctionalInterface
interface StreamObservers {

	/**
	 * The observer of a stream.
	 * @param name the stream's name
	 * @return the observer, {@code null} where nobody wants to know
	 */
	@Nullable CallObserver observer(String name);

}
