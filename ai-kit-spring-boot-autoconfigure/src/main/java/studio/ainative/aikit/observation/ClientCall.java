package studio.ainative.aikit.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.HighCardinalityKeys;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.LowCardinalityKeys;

/**
 * One call that is observed. Events come one after another; its end may come from another
 * thread, and then may not know of the very last of them.
 *
 * @since 0.1.0
 */
public final class ClientCall {

	private static final int MAX_FINISH_REASONS = 16;

	private final ClientObservations observations;

	private final Observation observation;

	private final AiKitClientObservationContext context;

	private final long begun;

	private final AtomicReference<@Nullable Observation> currentTry = new AtomicReference<>();

	private final List<String> retryReasons = new ArrayList<>(0);

	private final List<String> finishReasons = new ArrayList<>(1);

	private @Nullable String tryFailure;

	private @Nullable String model;

	private @Nullable String responseId;

	private int tries;

	/** Whether the next try is none for the one before. */
	private boolean goesOn;

	// Only written by who brings events, and without a lock: once for each token

	private @Nullable ChunkTimes chunkTimes;

	private long lastChunk;

	private long firstChunk = -1;

	private long firstToken = -1;

	ClientCall(ClientObservations observations, Observation observation, AiKitClientObservationContext context) {
		this.observations = observations;
		this.observation = observation;
		this.context = context;
		this.begun = observations.nanoTime();
	}

	/**
	 * A request is about to be made.
	 * @return what the HTTP client's own observation is a part of
	 */
	public Observation beginTry() {
		return beginTry(null, this.context.facts());
	}

	/**
	 * A request is about to be made to one of several targets. The last one of a call is
	 * who its metrics tell of.
	 * @param target the target's name, {@code null} if there is only one
	 * @param facts what it is asked
	 * @return what the HTTP client's own observation is a part of
	 */
	public Observation beginTry(@Nullable String target, ClientCallFacts facts) {
		if (!facts.equals(this.context.facts())) {
			this.context.turnTo(facts, this.observations.requestModels().bound(facts.model()));
		}
		int number;
		synchronized (this) {
			if (this.tries > 0 && !this.goesOn) {
				this.retryReasons.add((this.tryFailure != null) ? this.tryFailure : KeyValue.NONE_VALUE);
			}
			this.goesOn = false;
			this.tryFailure = null;
			number = ++this.tries;
		}
		Observation begun = AiKitClientObservationDocumentation.TRY.observation(this.observations.registry());
		begun.parentObservation(this.observation);
		begun.lowCardinalityKeyValue(LowCardinalityKeys.STREAM.asString(), this.context.facts().stream());
		begun.lowCardinalityKeyValue(LowCardinalityKeys.PROVIDER.asString(), facts.provider());
		if (target != null) {
			begun.highCardinalityKeyValue(HighCardinalityKeys.TARGET.asString(), target);
		}
		begun.highCardinalityKeyValue(HighCardinalityKeys.TRY.asString(), String.valueOf(number));
		// Tracing believes the thread's span rather than the parent's
		this.observation.scoped(() -> begun.start());
		this.currentTry.set(begun);
		return begun;
	}

	/**
	 * A request was answered, or has failed. Does nothing if the call has ended.
	 * @param errorType what failed, {@code null} if nothing
	 * @param failure the exception for the span, {@code null} if there was none
	 */
	public void endTry(@Nullable String errorType, @Nullable Throwable failure) {
		synchronized (this) {
			this.tryFailure = errorType;
		}
		Observation ended = this.currentTry.getAndSet(null);
		if (ended != null) {
			if (failure != null) {
				ended.error(failure);
			}
			ended.lowCardinalityKeyValue(LowCardinalityKeys.ERROR_TYPE.asString(),
					(errorType != null) ? errorType : KeyValue.NONE_VALUE);
			ended.stop();
		}
	}

	/**
	 * A tool's function is about to be run, beside others.
	 * @param callId the call's id
	 * @param name the tool's name
	 * @param description what the model is told of it
	 * @return the run, to be ended
	 */
	public ToolCall beginTool(String callId, String name, String description) {
		return ToolCall.begin(this.observations, this.observation, this.context.facts().stream(), callId, name,
				description);
	}

	/**
	 * Tools were called, and the next request brings their results: it is no retry.
	 */
	public synchronized void goesOn() {
		this.goesOn = true;
	}

	/**
	 * The stream has a cache, and this is what it does for the call.
	 * @param use {@code hit}, {@code joined} or {@code miss}
	 */
	public void cached(String use) {
		this.context.cached(use);
	}

	/**
	 * An event has come, after which the next may. Not to be called by two threads at
	 * once.
	 * @param event the event
	 */
	public void event(StreamEvent event) {
		if (event instanceof StreamEvent.Token token) {
			long time = chunk();
			if (this.firstToken < 0 && !token.text().isEmpty()) {
				this.firstToken = time;
			}
		}
		else if (event instanceof StreamEvent.Reasoning || event instanceof StreamEvent.ToolCall) {
			chunk();
		}
		else if (event instanceof StreamEvent.Metadata metadata) {
			note(metadata);
		}
	}

	private long chunk() {
		long time = this.observations.nanoTime() - this.begun;
		if (this.firstChunk < 0) {
			this.firstChunk = time;
		}
		else {
			ChunkTimes times = this.chunkTimes;
			if (times == null) {
				times = new ChunkTimes();
				this.chunkTimes = times;
			}
			times.add(time - this.lastChunk);
		}
		this.lastChunk = time;
		return time;
	}

	private synchronized void note(StreamEvent.Metadata metadata) {
		if (metadata.values().get(StreamEvent.Metadata.MODEL) instanceof String name) {
			this.model = name;
		}
		if (metadata.values().get(StreamEvent.Metadata.ID) instanceof String id) {
			this.responseId = id;
		}
		if (metadata.values().get(StreamEvent.Metadata.FINISH_REASON) instanceof String reason
				&& this.finishReasons.size() < MAX_FINISH_REASONS) {
			this.finishReasons.add(reason);
		}
	}

	/**
	 * What was asked and answered, to be told before the end and only where that is
	 * recorded.
	 * @param content all of it
	 */
	public void content(CallContent content) {
		ContentRule rule = this.observations.content();
		this.context.content((rule != null) ? rule.apply(content) : null);
	}

	/**
	 * The call has ended. To be called once.
	 * @param end how
	 */
	public void end(ClientCallEnd end) {
		endTry(null, null);
		ClientCallProgress progress = progress();
		this.context.end(end, this.chunkTimes, progress, this.observations.responseModels().bound(progress.model()));
		if (end.failure() != null) {
			this.observation.error(end.failure());
		}
		// In the scope, so that exemplars of metrics find the span
		try {
			this.observation
				.scoped(() -> this.observations.listeners().forEach((listener) -> listener.ended(this.context)));
		}
		finally {
			this.observation.stop();
		}
	}

	private synchronized ClientCallProgress progress() {
		Duration duration = Duration.ofNanos(this.observations.nanoTime() - this.begun);
		return new ClientCallProgress(duration, duration(this.firstChunk), duration(this.firstToken), this.model,
				this.responseId, this.finishReasons, this.retryReasons, this.tries);
	}

	private static @Nullable Duration duration(long nanos) {
		return (nanos >= 0) ? Duration.ofNanos(nanos) : null;
	}

}
