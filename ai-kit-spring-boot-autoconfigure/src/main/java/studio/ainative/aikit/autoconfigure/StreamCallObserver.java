package studio.ainative.aikit.autoconfigure;

import java.net.URI;

import io.micrometer.observation.Observation;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import studio.ainative.aikit.cache.CacheUse;
import studio.ainative.aikit.client.CallObserver;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.observation.CallOutcome;
import studio.ainative.aikit.observation.ClientCall;
import studio.ainative.aikit.observation.ClientCallEnd;
import studio.ainative.aikit.observation.ClientCallFacts;
import studio.ainative.aikit.observation.ClientObservations;
import studio.ainative.aikit.observation.ToolCall;
import studio.ainative.aikit.provider.ToolDefinition;

/**
 * Tells observations of the calls of one stream. The call's observation is a part of the
 * one in the subscriber's context, and each try's is what the HTTP client finds in its
 * own: so the trace reaches the provider.
 *
 * @param stream the stream's name
 * @param observations what is told
 */
record StreamCallObserver(String stream, ClientObservations observations) implements CallObserver {

	@Override
	public ObservedCall begin(Start call, ContextView context) {
		Observation parent = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
		RecordedCall recorded = this.observations.recordContent() ? new RecordedCall(call.request()) : null;
		return new Observed(this.stream, this.observations.begin(facts(this.stream, call), parent), recorded);
	}

	private static ClientCallFacts facts(String stream, Start call) {
		URI endpoint = call.endpoint();
		return new ClientCallFacts(stream, call.provider(), call.request().model(), endpoint.getHost(),
				EndpointPort.of(endpoint), call.request().options());
	}

	private static Context with(Observation observation, Context context) {
		return observation.isNoop() ? context : context.put(ObservationThreadLocalAccessor.KEY, observation);
	}

	/** One call. What it asks and is answered is kept only where it is to be recorded. */
	private record Observed(String stream, ClientCall call, @Nullable RecordedCall recorded) implements ObservedCall {

		@Override
		public Context tryBegins(Context context) {
			return with(this.call.beginTry(), context);
		}

		@Override
		public Context tryBegins(Context context, String target, Start asked) {
			if (this.recorded != null) {
				this.recorded.asked(asked.request());
			}
			return with(this.call.beginTry(target, facts(this.stream, asked)), context);
		}

		/**
		 * Else the HTTP client's span is a part of whatever span the thread has, as that
		 * of the reader's request: tracing believes the thread rather than the context.
		 */
		@Override
		public Scope openScope(Context context) {
			Observation observation = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			if (observation == null || observation.isNoop()) {
				return ObservedCall.super.openScope(context);
			}
			return observation.openScope()::close;
		}

		@Override
		public void tryEnds(@Nullable Throwable failure) {
			this.call.endTry(CallFailures.type(failure), CallFailures.forSpan(failure));
		}

		@Override
		public ObservedTool toolBegins(String callId, ToolDefinition tool) {
			return new ObservedRun(this.call.beginTool(callId, tool.name(), tool.description()));
		}

		@Override
		public void goesOn() {
			this.call.goesOn();
		}

		@Override
		public void cached(CacheUse use) {
			this.call.cached(use.toString());
		}

		@Override
		public void event(StreamEvent event) {
			if (this.recorded != null) {
				this.recorded.event(event);
			}
			this.call.event(event);
		}

		@Override
		public void ends(End end) {
			if (this.recorded != null) {
				this.call.content(this.recorded.content());
			}
			this.call.end(new ClientCallEnd(outcome(end), CallFailures.type(end.failure()),
					CallFailures.forSpan(end.failure()), end.reported(), end.total()));
		}

		private static CallOutcome outcome(End end) {
			return switch (end.cause()) {
				case COMPLETE -> CallOutcome.COMPLETE;
				case STOPPED -> CallOutcome.STOPPED;
				case CANCELLED -> CallOutcome.ABANDONED;
				case FAILED -> CallFailures.outcome(end.failure(), end.total() != null);
			};
		}

	}

	/**
	 * One run of a tool's function, which is the current observation of its thread.
	 *
	 * @param run the run
	 */
	private record ObservedRun(ToolCall run) implements ObservedTool {

		@Override
		public ContextView inContext(ContextView context) {
			return with(this.run.observation(), Context.of(context));
		}

		@Override
		public Scope openScope() {
			return this.run.observation().openScope()::close;
		}

		@Override
		public void ends(@Nullable Throwable failure) {
			CallOutcome outcome = CallFailures.outcomeOfTool(failure);
			// Who leaves is no error, here as for calls
			Throwable error = (outcome != CallOutcome.ABANDONED) ? failure : null;
			this.run.end(outcome, (error != null) ? error.getClass().getName() : null, CallFailures.forSpan(error));
		}

	}

}
