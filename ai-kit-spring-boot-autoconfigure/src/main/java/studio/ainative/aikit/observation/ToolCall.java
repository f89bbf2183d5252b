package studio.ainative.aikit.observation;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.HighCardinalityKeys;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.LowCardinalityKeys;

/**
 * One run of a tool's function that is observed.
 *
 * @since 0.1.0
 */
public final class ToolCall {

	private static final String EXECUTE_TOOL = "execute_tool";

	private final Observation observation;

	private ToolCall(Observation observation) {
		this.observation = observation;
	}

	static ToolCall begin(ObservationRegistry registry, Observation call, String stream, String callId, String name,
			String description) {
		Observation begun = AiKitClientObservationDocumentation.TOOL.observation(registry);
		begun.parentObservation(call);
		begun.contextualName(EXECUTE_TOOL + " " + name);
		begun.lowCardinalityKeyValue(LowCardinalityKeys.OPERATION.asString(), EXECUTE_TOOL);
		begun.lowCardinalityKeyValue(LowCardinalityKeys.STREAM.asString(), stream);
		begun.highCardinalityKeyValue(HighCardinalityKeys.TOOL_NAME.asString(), name);
		begun.highCardinalityKeyValue(HighCardinalityKeys.TOOL_CALL_ID.asString(), callId);
		begun.highCardinalityKeyValue(HighCardinalityKeys.TOOL_TYPE.asString(), "function");
		if (!description.isEmpty()) {
			begun.highCardinalityKeyValue(HighCardinalityKeys.TOOL_DESCRIPTION.asString(), description);
		}
		// Tracing believes the thread's span rather than the parent's
		call.scoped(() -> begun.start());
		return new ToolCall(begun);
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
		this.observation.stop();
	}

}
