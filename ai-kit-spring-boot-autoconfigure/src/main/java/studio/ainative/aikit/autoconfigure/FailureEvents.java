package studio.ainative.aikit.autoconfigure;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;

import studio.ainative.aikit.autoconfigure.CallFailures.FailedCallException;
import studio.ainative.aikit.observation.AiKitClientObservationContext;
import studio.ainative.aikit.observation.AiKitClientObservationConvention;
import studio.ainative.aikit.observation.ClientCallEnd;
import studio.ainative.aikit.observation.ClientCallListener;
import studio.ainative.aikit.observation.SemanticConvention;

/**
 * Records calls that fail as OpenTelemetry's event for them, in the trace of the call,
 * without a stack trace: that is the same for all of a kind, and its causes may hold what
 * nobody is to see.
 *
 * @see <a href=
 * "https://github.com/open-telemetry/semantic-conventions-genai">OpenTelemetry's GenAI
 * conventions</a>
 */
final class FailureEvents implements ClientCallListener {

	/** The event's name. */
	static final String NAME = "gen_ai.client.inference.exception";

	private static final AttributeKey<String> TYPE = AttributeKey.stringKey("exception.type");

	private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("exception.message");

	private final Logger events;

	private final AiKitClientObservationConvention convention;

	private final SemanticConvention names;

	FailureEvents(OpenTelemetry openTelemetry, AiKitClientObservationConvention convention, SemanticConvention names) {
		this.events = openTelemetry.getLogsBridge().get(ContentEvents.SCOPE);
		this.convention = convention;
		this.names = names;
	}

	@Override
	public void ended(AiKitClientObservationContext call) {
		ClientCallEnd end = call.end();
		// The older names have no such event
		if (this.names == SemanticConvention.OTEL_0_1 && end != null
				&& end.failure() instanceof FailedCallException failure) {
			LogRecordBuilder event = this.events.logRecordBuilder().setEventName(NAME).setSeverity(Severity.WARN);
			this.convention.getLowCardinalityKeyValues(call)
				.forEach((key) -> event.setAttribute(AttributeKey.stringKey(key.getKey()), key.getValue()));
			event.setAttribute(TYPE, failure.type());
			if (failure.told() != null) {
				event.setAttribute(MESSAGE, failure.told());
			}
			event.emit();
		}
	}

}
