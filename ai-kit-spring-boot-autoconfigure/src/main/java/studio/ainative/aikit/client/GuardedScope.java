package studio.ainative.aikit.client;

import java.util.function.Consumer;

/**
 * An observer's scope, which must break nothing.
 *
 * @param scope the scope
 * @param failures takes what it throws
 */
record GuardedScope(CallObserver.Scope scope, Consumer<Throwable> failures) implements CallObserver.Scope {

	@Override
	public void close() {
		try {
			this.scope.close();
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			this.failures.accept(ex);
		}
	}

}
