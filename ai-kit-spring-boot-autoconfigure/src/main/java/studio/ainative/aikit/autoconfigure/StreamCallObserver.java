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
import studio.ainative.aikit.observation.CallContent;
import studio.ainative.aikit.observation.CallOutcome;
import studio.ainative.aikit.observation.ClientCall;
import studio.ainative.aikit.observation.ClientCallEnd;
import studio.ainative.aikit.observation.ClientCallFacts;
import studio.ainative.aikit.observation.ClientObservations;
import studio.ainative.aikit.provider.ProviderRequest;

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
		ProviderRequest recorded = this.observations.recordContent() ? call.request() : null;
		return new Observed(this.stream, this.observations.begin(facts(this.stream, call), parent), recorded);
	}

	private static ClientCallFacts facts(String stream, Start call) {
		URI endpoint = call.endpoint();
		return new ClientCallFacts(stream, call.provider(), call.request().model(), endpoint.getHost(),
				EndpointPort.of(endpoint), call.request().options());
	}

	/** One call. What it asks is known only where it is to be recorded. */
	private record Observed(String stream, ClientCall call,
			@Nullable ProviderRequest recorded) implements ObservedCall {

		@Override
		public Context tryBegins(Context context) {
			return with(this.call.beginTry(), context);
		}

		@Override
		public Context tryBegins(Context context, String target, Start asked) {
			return with(this.call.beginTry(target, facts(this.stream, asked)), context);
		}

		private static Context with(Observation observation, Context context) {
			return observation.isNoop() ? context : context.put(ObservationThreadLocalAccessor.KEY, observation);
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
		public void goesOn() {
			this.call.goesOn();
		}

		@Override
		public void cached(CacheUse use) {
			this.call.cached(use.toString());
		}

		@Override
		public void event(StreamEvent event) {
			this.call.event(event);
		}

		@Override
		public void ends(End end) {
			if (this.recorded != null) {
				this.call.content(CallContent.of(this.recorded.systemPrompt(), this.recorded.messages(), end.answer()));
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

}
