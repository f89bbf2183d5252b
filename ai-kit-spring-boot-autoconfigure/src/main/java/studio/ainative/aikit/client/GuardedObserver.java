package studio.ainative.aikit.client;

import java.util.function.UnaryOperator;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxOperator;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import studio.ainative.aikit.cache.CacheUse;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ToolDefinition;

/**
 * One call's observer, which must break nothing: what it throws goes to the log, by its
 * class only, and from then on it is told of no event, but still of the end.
 */
final class GuardedObserver implements CallObserver.ObservedCall {

	private static final Log logger = LogFactory.getLog(AIStream.class);

	private final CallObserver.ObservedCall observed;

	private volatile boolean failed;

	private GuardedObserver(CallObserver.ObservedCall observed) {
		this.observed = observed;
	}

	/**
	 * Begin to observe a call.
	 * @param observer the observer
	 * @param start what is asked
	 * @param context the subscriber's context
	 * @return what is told of the call, {@code null} for nothing
	 */
	static @Nullable GuardedObserver begin(CallObserver observer, CallObserver.Start start, ContextView context) {
		try {
			return new GuardedObserver(observer.begin(start, context));
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			log(ex);
			return null;
		}
	}

	/**
	 * Observe a try.
	 * @param attempt the events of a try; each subscription is a new one
	 * @return the same events
	 */
	Flux<StreamEvent> watch(Flux<StreamEvent> attempt) {
		return watch(attempt, this::tryBegins);
	}

	/**
	 * Observe a try of one of several targets.
	 * @param attempt the events of the try
	 * @param target the target's name
	 * @param asked what it is asked
	 * @return the same events
	 */
	Flux<StreamEvent> watch(Flux<StreamEvent> attempt, String target, CallObserver.Start asked) {
		return watch(attempt, (context) -> tryBegins(context, target, asked));
	}

	private Flux<StreamEvent> watch(Flux<StreamEvent> attempt, UnaryOperator<Context> begin) {
		return new FluxOperator<>(attempt) {

			@Override
			public void subscribe(CoreSubscriber<? super StreamEvent> actual) {
				Context context = begin.apply(actual.currentContext());
				CallObserver.Scope scope = openScope(context);
				try {
					this.source.subscribe(new Try(actual, context));
				}
				finally {
					scope.close();
				}
			}

		};
	}

	@Override
	public Context tryBegins(Context context) {
		try {
			return this.observed.tryBegins(context);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
			return context;
		}
	}

	@Override
	public Context tryBegins(Context context, String target, CallObserver.Start asked) {
		try {
			return this.observed.tryBegins(context, target, asked);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
			return context;
		}
	}

	@Override
	public CallObserver.Scope openScope(Context context) {
		try {
			return new GuardedScope(this.observed.openScope(context), this::fail);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
			return () -> {
			};
		}
	}

	@Override
	public void tryEnds(@Nullable Throwable failure) {
		try {
			this.observed.tryEnds(failure);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
		}
	}

	@Override
	public void cached(CacheUse use) {
		try {
			this.observed.cached(use);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
		}
	}

	@Override
	public void goesOn() {
		try {
			this.observed.goesOn();
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
		}
	}

	@Override
	public CallObserver.ObservedTool toolBegins(String callId, ToolDefinition tool) {
		try {
			return new GuardedTool(this.observed.toolBegins(callId, tool), this::fail);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
			return CallObserver.ObservedCall.super.toolBegins(callId, tool);
		}
	}

	@Override
	public void event(StreamEvent event) {
		if (this.failed) {
			return;
		}
		try {
			this.observed.event(event);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
		}
	}

	@Override
	public void ends(CallObserver.End end) {
		try {
			this.observed.ends(end);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
		}
	}

	private void fail(Throwable ex) {
		this.failed = true;
		log(ex);
	}

	private static void log(Throwable ex) {
		logger.warn("The observer of a call failed with " + ex.getClass().getName());
	}

	/** One try, whose request finds in its context what the observer has put there. */
	private final class Try extends PassThrough<StreamEvent> {

		private final Context context;

		Try(CoreSubscriber<? super StreamEvent> actual, Context context) {
			super(actual);
			this.context = context;
		}

		@Override
		public Context currentContext() {
			return this.context;
		}

		@Override
		public void onError(Throwable failure) {
			tryEnds(failure);
			super.onError(failure);
		}

		@Override
		public void onComplete() {
			tryEnds(null);
			super.onComplete();
		}

	}

}
