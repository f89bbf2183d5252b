package studio.ainative.aikit.client;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * The observer of one run of a tool's function, which must break nothing, and is told of
 * one end: a result and a reader who leaves may come at the same time.
 */
final class GuardedTool implements CallObserver.ObservedTool {

	private final CallObserver.ObservedTool observed;

	private final Consumer<Throwable> failures;

	private final AtomicBoolean ended = new AtomicBoolean();

	/**
	 * Guard a run's observer.
	 * @param observed the observer
	 * @param failures takes what it throws
	 */
	GuardedTool(CallObserver.ObservedTool observed, Consumer<Throwable> failures) {
		this.observed = observed;
		this.failures = failures;
	}

	@Override
	public ContextView inContext(ContextView context) {
		try {
			return this.observed.inContext(context);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			this.failures.accept(ex);
			return context;
		}
	}

	@Override
	public CallObserver.Scope openScope() {
		try {
			return new GuardedScope(this.observed.openScope(), this.failures);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			this.failures.accept(ex);
			return CallObserver.ObservedTool.super.openScope();
		}
	}

	@Override
	public void ends(@Nullable Throwable failure) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		try {
			this.observed.ends(failure);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			this.failures.accept(ex);
		}
	}

}
