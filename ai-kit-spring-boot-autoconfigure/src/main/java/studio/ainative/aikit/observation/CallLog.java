package studio.ainative.aikit.observation;

import java.time.Duration;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

/**
 * Writes one line to the log for each call, at INFO: what it was, how it ended, how long
 * it took, what it used and cost. Nothing of its prompt and its answer.
 *
 * @since 0.1.0
 */
public final class CallLog implements ClientCallListener {

	private static final Log logger = LogFactory.getLog(CallLog.class);

	@Override
	public void ended(AiKitClientObservationContext call) {
		ClientCallEnd end = call.end();
		if (end != null && logger.isInfoEnabled()) {
			logger.info(line(call, end));
		}
	}

	private static String line(AiKitClientObservationContext call, ClientCallEnd end) {
		ClientCallProgress progress = call.progress();
		StringBuilder line = new StringBuilder();
		line.append("stream=").append(word(call.facts().stream()));
		line.append(" model=").append(word(Objects.requireNonNullElse(progress.model(), call.requestModel())));
		line.append(" outcome=").append(end.outcome());
		if (end.errorType() != null) {
			line.append(" error=").append(end.errorType());
		}
		if (!call.cache().equals(ModelNames.NONE)) {
			line.append(" cache=").append(call.cache());
		}
		line.append(" firstToken=").append(millis(progress.firstToken()));
		line.append(" duration=").append(millis(progress.duration()));
		StreamEvent.UsageReport total = end.total();
		if (total != null) {
			Usage usage = total.usage();
			line.append(" tokens=").append(usage.promptTokens()).append('+').append(usage.completionTokens());
			line.append(usage.estimated() ? " (estimated)" : "");
			Cost cost = total.cost();
			if (cost != null) {
				line.append(" cost=")
					.append(cost.amount().stripTrailingZeros().toPlainString())
					.append(cost.currency());
			}
		}
		return line.append(" tries=").append(progress.tries()).toString();
	}

	private static String millis(@Nullable Duration time) {
		return (time != null) ? time.toMillis() + "ms" : ModelNames.NONE;
	}

	/** A model's name may be a request's, and must not make a line of its own. */
	private static String word(String name) {
		String shown = (name.length() > ModelNames.MAX_LENGTH) ? name.substring(0, ModelNames.MAX_LENGTH) : name;
		return shown.replaceAll("[\\s\\p{Cntrl}]+", "_");
	}

}
