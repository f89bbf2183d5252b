package studio.ainative.aikit.server;

import io.micrometer.context.ContextSnapshotFactory;

import org.springframework.util.ClassUtils;

/**
 * Takes what the calling thread carries (the security context, the MDC, the trace: all
 * that has a {@code ThreadLocalAccessor}) to the thread that runs a callback. Does
 * nothing without {@code io.micrometer:context-propagation}.
 */
final class CallerContext {

	private static final boolean PRESENT = ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory",
			CallerContext.class.getClassLoader());

	private CallerContext() {
	}

	static Runnable wrap(Runnable callback) {
		return PRESENT ? Snapshots.wrap(callback) : callback;
	}

	/** Loaded only where the library is. */
	private static final class Snapshots {

		private static final ContextSnapshotFactory FACTORY = ContextSnapshotFactory.builder().build();

		static Runnable wrap(Runnable callback) {
			return FACTORY.captureAll().wrap(callback);
		}

	}

}
