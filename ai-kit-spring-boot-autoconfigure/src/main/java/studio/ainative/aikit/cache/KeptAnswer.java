package studio.ainative.aikit.cache;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;

/**
 * An answer as it is kept: all its events, and when it ended.
 *
 * @param events the events
 * @param at when it ended
 */
record KeptAnswer(List<StreamEvent> events, Instant at) {

	/**
	 * Whether an answer that ended without a failure is worth being given again: it has
	 * text, all its choices have ended by themselves, and nothing went wrong on its way.
	 * @param events its events
	 * @return {@code false} for one that was cut, filtered or refused, that calls tools,
	 * that came from another target because one had failed, or that began anew
	 */
	static boolean isWorthKeeping(List<StreamEvent> events) {
		boolean text = false;
		boolean stopped = false;
		for (StreamEvent event : events) {
			if (event instanceof StreamEvent.Token) {
				text = true;
			}
			else if (event instanceof Metadata metadata) {
				if (metadata.values().containsKey(Metadata.REFUSAL)
						|| metadata.values().containsKey(Metadata.FAILED_TARGETS)) {
					return false;
				}
				Object reason = metadata.values().get(Metadata.FINISH_REASON);
				if (reason != null && !reason.equals(FinishReason.STOP.toString())) {
					return false;
				}
				stopped |= reason != null;
			}
			else if (event instanceof StreamEvent.Retry retry) {
				if (retry.discardedTokens() > 0) {
					return false;
				}
			}
			else if (event instanceof StreamEvent.ToolCall || event instanceof StreamEvent.ToolResult
					|| event instanceof StreamEvent.ErrorEvent) {
				return false;
			}
		}
		return text && stopped;
	}

	/**
	 * Of this call alone are its retries, and whether the provider had a cache of its
	 * own.
	 */
	static KeptAnswer of(List<StreamEvent> events, Instant at) {
		return new KeptAnswer(events.stream().filter(KeptAnswer::isOfTheAnswer).toList(), at);
	}

	private static boolean isOfTheAnswer(StreamEvent event) {
		return !(event instanceof StreamEvent.Retry)
				&& !(event instanceof Metadata metadata && metadata.values().containsKey(Metadata.CACHED));
	}

	/**
	 * Write the answer.
	 * @return its bytes, {@code null} if it holds what can't be written
	 */
	byte @Nullable [] toBytes() {
		try {
			return EventCodec.encode(new LogEntry(1, this.events, new AnswerEnd(this.at, AnswerEnd.Outcome.COMPLETE)));
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Read an answer.
	 * @param bytes what was kept
	 * @return the answer
	 * @throws AnswerLogException if they are damaged
	 */
	static KeptAnswer of(byte[] bytes) {
		LogEntry entry = EventCodec.decode(bytes);
		AnswerEnd end = entry.end();
		if (end == null || end.outcome() != AnswerEnd.Outcome.COMPLETE || entry.first() != 1) {
			throw new AnswerLogException(AnswerLogException.Reason.UNREADABLE, "An entry is no whole answer");
		}
		return new KeptAnswer(entry.events(), end.at());
	}

	/**
	 * Whether it may be given again. Clocks of nodes differ a little; one that comes from
	 * a far future is of no use.
	 * @param now the time
	 * @param ttl how long it may be
	 * @return {@code true} if so
	 */
	boolean isFresh(Instant now, Duration ttl) {
		return Duration.between(this.at, now).abs().compareTo(ttl) < 0;
	}

}
