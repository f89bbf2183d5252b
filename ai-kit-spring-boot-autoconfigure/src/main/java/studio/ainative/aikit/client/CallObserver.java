package studio.ainative.aikit.client;

import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import studio.ainative.aikit.cache.CacheUse;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.ProviderRequest;
import studio.ainative.aikit.provider.ToolDefinition;

/**
 * Sees the calls of a stream from beginning to end, with all their tries: for what
 * measures and traces them. Thread-safe. What it throws goes to the log by its class only
 * and breaks nothing.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CallObserver {

	/**
	 * A call begins: it was subscribed to.
	 * @param call what is asked
	 * @param context the subscriber's context
	 * @return what is told of this call
	 */
	ObservedCall begin(Start call, ContextView context);

	/**
	 * Is told of one call.
	 */
	interface ObservedCall {

		/**
		 * A request is about to be made, the first or a retry.
		 * @param context the context that the request is to have
		 * @return the same, or one with more in it
		 */
		Context tryBegins(Context context);

		/**
		 * A request is about to be made to one of several targets. By default like
		 * {@link #tryBegins(Context)}, which is not called then.
		 * @param context the context that the request is to have
		 * @param target the target's name
		 * @param asked what it is asked
		 * @return the same context, or one with more in it
		 */
		default Context tryBegins(Context context, String target, Start asked) {
			return tryBegins(context);
		}

		/**
		 * This thread is about to subscribe to the request: for what HTTP clients look
		 * for in thread-locals, as tracing does. By default nothing.
		 * @param context what {@code tryBegins} has returned
		 * @return closed by this thread when it has subscribed
		 */
		default Scope openScope(Context context) {
			return () -> {
			};
		}

		/**
		 * The request was answered, or has failed. Not told of a request that the call's
		 * end cuts off.
		 * @param failure why it failed, {@code null} unless it did
		 */
		void tryEnds(@Nullable Throwable failure);

		/**
		 * The stream has a cache, and it is known what that does for the call. After
		 * {@link CacheUse#HIT} and {@link CacheUse#JOINED} no request is made for it.
		 * Does nothing by default.
		 * @param use what it does
		 */
		default void cached(CacheUse use) {
		}

		/**
		 * Tools were called, and their results go to the model by another request, which
		 * is no retry. By default nothing.
		 */
		default void goesOn() {
		}

		/**
		 * A tool's function is about to be run, beside those of the same round. By
		 * default nothing.
		 * @param callId the call's id
		 * @param tool the tool
		 * @return what is told of this run
		 */
		default ObservedTool toolBegins(String callId, ToolDefinition tool) {
			return (failure) -> {
			};
		}

		/**
		 * The caller is about to be given an event. Called for each token, one after
		 * another.
		 * @param event the event
		 */
		void event(StreamEvent event);

		/**
		 * The call has ended, in whatever way. Told once; nothing but a late
		 * {@link #tryEnds} follows.
		 * @param end how
		 */
		void ends(End end);

	}

	/**
	 * Is told of one run of a tool's function.
	 */
	@FunctionalInterface
	interface ObservedTool {

		/**
		 * What the function is to find as {@link ToolInvocation#context()}. By default
		 * what the subscriber has.
		 * @param context the subscriber's context
		 * @return the same, or one with more in it
		 */
		default ContextView inContext(ContextView context) {
			return context;
		}

		/**
		 * This thread is about to call the function. By default nothing.
		 * @return closed by this thread when the function has returned
		 */
		default Scope openScope() {
			return () -> {
			};
		}

		/**
		 * The run has ended. Told once; its thread may still be in the function, if that
		 * does not heed an interrupt.
		 * @param failure why there is no result: what the function has thrown, a
		 * {@link TimeoutException}, a {@link CancellationException} if nobody waits for
		 * it any more, a {@link RejectedExecutionException} if there was no thread, or
		 * one of AI Kit's own where the arguments do not fit or the result is too large;
		 * {@code null} if there is one
		 */
		void ends(@Nullable Throwable failure);

	}

	/**
	 * What a thread has while it subscribes to a request, or is in a tool's function.
	 */
	@FunctionalInterface
	interface Scope extends AutoCloseable {

		/** Give the thread back what it had. */
		@Override
		void close();

	}

	/**
	 * How a call was brought to its end.
	 */
	enum Cause {

		/** The answer is whole. */
		COMPLETE,

		/** By {@link AIStream#stop()}. */
		STOPPED,

		/** The subscriber cancelled. */
		CANCELLED,

		/** It has failed. */
		FAILED

	}

	/**
	 * What a call asks.
	 *
	 * @param provider the name of the wire format
	 * @param endpoint where requests go; its query may hold a key
	 * @param request what is asked
	 */
	record Start(String provider, URI endpoint, ProviderRequest request) {

		/**
		 * Refuse what is missing.
		 * @param provider the name of the wire format
		 * @param endpoint where requests go
		 * @param request what is asked
		 */
		public Start {
			Objects.requireNonNull(provider, "'provider' must not be null");
			Objects.requireNonNull(endpoint, "'endpoint' must not be null");
			Objects.requireNonNull(request, "'request' must not be null");
		}

		/** Of the endpoint only the host is in it. */
		@Override
		public String toString() {
			return "Start[provider=" + this.provider + ", host=" + this.endpoint.getHost() + ", request=" + this.request
					+ "]";
		}

	}

	/**
	 * How a call ended.
	 *
	 * @param cause what brought it about
	 * @param failure why it failed, {@code null} unless it did
	 * @param answer the text that arrived, may be empty
	 * @param reported what the provider said of the last try's usage, {@code null} if it
	 * said nothing
	 * @param total what was used, with its cost, estimated where the provider did not get
	 * to tell; {@code null} if that is nothing
	 */
	record End(Cause cause, @Nullable Throwable failure, String answer, @Nullable Usage reported,
			StreamEvent.@Nullable UsageReport total) {

		/**
		 * Refuse what is missing.
		 * @param cause what brought it about
		 * @param failure why it failed, {@code null} unless it did
		 * @param answer the text that arrived, may be empty
		 * @param reported what the provider said of the last try's usage, {@code null} if
		 * it said nothing
		 * @param total what was used, {@code null} if that is nothing
		 */
		public End {
			Objects.requireNonNull(cause, "'cause' must not be null");
			Objects.requireNonNull(answer, "'answer' must not be null");
		}

		/** The answer is not in it. */
		@Override
		public String toString() {
			return "End[cause=" + this.cause + ", length=" + this.answer.length() + ", reported=" + this.reported + "]";
		}

	}

}
