package studio.ainative.aikit.client;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.util.ClassUtils;

/**
 * Takes what the subscriber carries (the security context, the MDC, the trace: all that
 * has a {@code ThreadLocalAccessor}, from its thread and its Reactor context) to threads
 * that work for it. Carries nothing without {@code io.micrometer:context-propagation}.
 */
abstract class CarriedContext {

	private static final Log logger = LogFactory.getLog(AIStream.class);

	private static final boolean PRESENT = ClassUtils.isPresent("io.micrometer.context.ContextSnapshotFactory",
			CarriedContext.class.getClassLoader());

	static CarriedContext capture(ContextView context) {
		return PRESENT ? new Snapshot(context) : new Nothing();
	}

	abstract Runnable wrap(Runnable work);

	/** Without the library. */
	private static final class Nothing extends CarriedContext {

		@Override
		Runnable wrap(Runnable work) {
			return work;
		}

	}

	/** Loaded only where the library is. */
	private static final class Snapshot extends CarriedContext {

		private static final ContextSnapshotFactory FACTORY = ContextSnapshotFactory.builder().build();

		private final ContextSnapshot snapshot;

		Snapshot(ContextView context) {
			this.snapshot = FACTORY.captureAll(context);
		}

		@Override
		Runnable wrap(Runnable work) {
			return () -> {
				ContextSnapshot.Scope scope = open();
				try {
					work.run();
				}
				finally {
					if (scope != null) {
						scope.close();
					}
				}
			};
		}

		/** A value that can't be set must not cost the work. */
		private ContextSnapshot.@Nullable Scope open() {
			try {
				return this.snapshot.setThreadLocals();
			}
			catch (RuntimeException | LinkageError ex) {
				logger.warn("A tool runs without what its caller carries: " + ex.getClass().getName());
				return null;
			}
		}

	}

}
