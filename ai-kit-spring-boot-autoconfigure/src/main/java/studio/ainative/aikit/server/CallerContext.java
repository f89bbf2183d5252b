package studio.ainative.aikit.server;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Takes what the calling thread carries (the security context, the MDC, the trace: all
 * that has a {@code ThreadLocalAccessor}) to the thread that runs a callback. Does
 * nothing without {@code io.micrometer:context-propagation}.
 */
final class CallerContext {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

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
			ContextSnapshot snapshot = FACTORY.captureAll();
			return () -> {
				ContextSnapshot.Scope scope = open(snapshot);
				try {
					callback.run();
				}
				finally {
					if (scope != null) {
						scope.close();
					}
				}
			};
		}

		/** A value that can't be set must not cost the callback. */
		private static ContextSnapshot.@Nullable Scope open(ContextSnapshot snapshot) {
			try {
				return snapshot.setThreadLocals();
			}
			catch (RuntimeException | LinkageError ex) {
				logger.warn("A callback runs without what its thread carried", ex);
				return null;
			}
		}

	}

}
