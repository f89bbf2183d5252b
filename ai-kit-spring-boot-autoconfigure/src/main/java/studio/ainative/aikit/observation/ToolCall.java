package studio.ainative.aikit.observation;

import java.time.Duration;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.HighCardinalityKeys;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.LowCardinalityKeys;

/**
 * One run of a tool's function that is observed.
 *
 * @since 0.1.0
 */
public final class ToolCall {

	/** What kind of tool all are, by the convention. */
	static final String TYPE = "function";

	private static final String EXECUTE_TOOL = "execute_tool";

	private final ClientObservations observations;

	private final Observation observation;

	private final String stream;

	private final String name;

	private final long begun;

	private ToolCall(ClientObservations observations, Observation observation, String stream, String name) {
		this.observations = observations;
		this.observation = observation;
		this.stream = stream;
		this.name = name;
		this.begun = observations.nanoTime();
	}

	static ToolCall begin(ClientObservations observations, Observation call, String stream, String callId, String name,
			String description) {
		Observation begun = AiKitClientObservationDocumentation.TOOL.observation(observations.registry());
		begun.parentObservation(call);
		begun.contextualName(EXECUTE_TOOL + " " + name);
		begun.lowCardinalityKeyValue(LowCardinalityKeys.OPERATION.asString(), EXECUTE_TOOL);
		begun.lowCardinalityKeyValue(LowCardinalityKeys.STREAM.asString(), stream);
		begun.highCardinalityKeyValue(HighCardinalityKeys.TOOL_NAME.asString(), name);
		begun.highCardinalityKeyValue(HighCardinalityKeys.TOOL_CALL_ID.asString(), callId);
		begun.highCardinalityKeyValue(HighCardinalityKeys.TOOL_TYPE.asString(), TYPE);
		if (!description.isEmpty()) {
			begun.highCardinalityKeyValue(HighCardinalityKeys.TOOL_DESCRIPTION.asString(), description);
		}
		// Tracing believes the thread's span rather than the parent's
		call.scoped(() -> begun.start());
		return new ToolCall(observations, begun, stream, name);
	}

	/**
	 * What the function's own observations are parts of.
	 * @return the run's observation
	 */
	public Observation observation() {
		return this.observation;
	}

	/**
	 * The run has ended. To be called once.
	 * @param outcome how
	 * @param errorType what failed, {@code null} if nothing
	 * @param failure the exception for the span, {@code null} if there was none
	 */
	public void end(CallOutcome outcome, @Nullable String errorType, @Nullable Throwable failure) {
		if (failure != null) {
			this.observation.error(failure);
		}
		this.observation.lowCardinalityKeyValue(LowCardinalityKeys.ERROR_TYPE.asString(),
				(errorType != null) ? errorType : KeyValue.NONE_VALUE);
		this.observation.lowCardinalityKeyValue(LowCardinalityKeys.OUTCOME.asString(), outcome.toString());
		ToolCallEnd end = new ToolCallEnd(this.stream, this.name, outcome, errorType,
				Duration.ofNanos(this.observations.nanoTime() - this.begun));
		// In the scope, so that exemplars of metrics find the span
		try {
			this.observation.scoped(() -> this.observations.listeners().forEach((listener) -> listener.toolEnded(end)));
		}
		finally {
			this.observation.stop();
		}
	}

}
