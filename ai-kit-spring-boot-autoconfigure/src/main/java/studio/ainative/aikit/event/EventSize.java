package studio.ainative.aikit.event;

import java.util.Collection;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * How much memory events take, by a quick estimate: their text and some bytes besides.
 *
 * @since 0.1.0
 */
public final class EventSize {

	/** What an event takes besides its text. */
	private static final int OVERHEAD = 64;

	/** What is nested deeper is not looked at: it may well contain itself. */
	private static final int MAX_DEPTH = 8;

	private EventSize() {
	}

	/**
	 * Estimate an event.
	 * @param event the event
	 * @return its size in bytes
	 */
	public static long of(StreamEvent event) {
		if (event instanceof StreamEvent.Token token) {
			return OVERHEAD + sizeOf(token.text(), 0);
		}
		if (event instanceof StreamEvent.Reasoning reasoning) {
			return OVERHEAD + sizeOf(reasoning.text(), 0);
		}
		if (event instanceof StreamEvent.ToolCall call) {
			return OVERHEAD + sizeOf(call.argumentsDelta(), 0);
		}
		if (event instanceof StreamEvent.ToolResult result) {
			return OVERHEAD + sizeOf(result.result(), 0);
		}
		if (event instanceof StreamEvent.ReasoningEnd end) {
			return OVERHEAD + sizeOf(end.data(), 0);
		}
		if (event instanceof StreamEvent.Metadata metadata) {
			return OVERHEAD + sizeOf(metadata.values(), 0);
		}
		if (event instanceof StreamEvent.ErrorEvent error) {
			return OVERHEAD + sizeOf(error.error(), 0) + sizeOf(error.details(), 0);
		}
		return OVERHEAD;
	}

	private static long sizeOf(@Nullable Object value, int depth) {
		if (value instanceof CharSequence text) {
			return 2L * text.length();
		}
		long size = OVERHEAD;
		if (value instanceof Map<?, ?> map && depth < MAX_DEPTH) {
			for (Map.Entry<?, ?> entry : map.entrySet()) {
				size += OVERHEAD + sizeOf(entry.getKey(), depth + 1) + sizeOf(entry.getValue(), depth + 1);
			}
		}
		else if (value instanceof Collection<?> collection && depth < MAX_DEPTH) {
			for (Object element : collection) {
				size += sizeOf(element, depth + 1);
			}
		}
		return size;
	}

}
