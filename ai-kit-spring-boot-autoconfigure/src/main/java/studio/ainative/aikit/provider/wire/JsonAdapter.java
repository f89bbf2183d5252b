package studio.ainative.aikit.provider.wire;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.ProviderAdapter;
import studio.ainative.aikit.provider.ProviderError;

/**
 * An adapter whose chunks are JSON objects. It knows what all formats have in common: how
 * an error is told, that nothing counts after the end, that usage is reported when it
 * changes.
 * <p>
 * Nearly all chunks of a stream mean a piece of text and differ in that alone. Those are
 * recognized by their bytes and not parsed. Each chunk that is parsed, whatever it means,
 * is where recognizing begins anew; the parser decides what a chunk means, always.
 *
 * @since 0.1.0
 */
public abstract class JsonAdapter implements ProviderAdapter {

	private static final byte[] DONE = { '[', 'D', 'O', 'N', 'E', ']' };

	/**
	 * After so many shapes in a row that no chunk had again, no more are looked for.
	 */
	private static final int MAX_VAIN_SHAPES = 32;

	private static final StreamEvent.ErrorEvent INTERRUPTED = new StreamEvent.ErrorEvent(
			"The answer was interrupted before its end.", "INTERRUPTED");

	private final StreamEventSink sink;

	private boolean terminated;

	/** Whether there was any content. */
	private boolean answered;

	private boolean finished;

	private @Nullable ProviderError error;

	private final UsageReports usage = new UsageReports();

	/** That of the last chunk, if it was a piece of text and nothing else. */
	private @Nullable TextShape shape;

	private int vainShapes;

	// Of the chunk that is being read

	private int eventsSent;

	private String text = "";

	private @Nullable TextTarget textTarget;

	/**
	 * Make the adapter of one answer.
	 * @param sink takes the answer's events, on the thread that feeds the adapter
	 */
	protected JsonAdapter(StreamEventSink sink) {
		this.sink = sink;
	}

	@Override
	public void processChunk(String event, byte[] array, int offset, int length) {
		if (this.shape != null && this.textTarget != null) {
			if (this.shape.matches(event, array, offset, offset + length)) {
				this.vainShapes = 0;
				this.textTarget.send(this.shape.text(), this.shape.number());
				return;
			}
		}
		if (!reads(event)) {
			readForeign(array, offset, offset + length);
			return;
		}
		this.shape = null;
		this.eventsSent = 0;
		this.textTarget = null;
		parseChunk(event, array, offset, length);
		TextTarget target = this.textTarget;
		if (target != null && this.eventsSent == 1 && this.error == null && this.vainShapes < MAX_VAIN_SHAPES) {
			this.vainShapes++;
			this.shape = TextShape.of(event, array, offset, offset + length, this.text, numberField(), paddingField());
		}
	}

	/** Some servers give the end a name of its own; else it is nothing to this answer. */
	private void readForeign(byte[] array, int offset, int limit) {
		int begin = begin(array, offset, limit);
		if (!this.terminated && isDone(array, begin, end(array, begin, limit))) {
			readDone();
		}
	}

	private void parseChunk(String event, byte[] array, int offset, int length) {
		int begin = begin(array, offset, offset + length);
		int end = end(array, begin, offset + length);
		if (this.terminated || begin == end) {
			return;
		}
		if (isDone(array, begin, end)) {
			readDone();
			return;
		}
		JsonNode chunk = parse(event, array, begin, end - begin);
		if (chunk == null && "error".equals(event)) {
			fail(ErrorReader.fromText(array, begin, end - begin));
		}
		else if (this.error == null) {
			readChunk(event, chunk);
		}
		else if (chunk != null && chunk.isObject()) {
			readAfterError(event, chunk);
		}
	}

	private void readChunk(String event, @Nullable JsonNode chunk) {
		ProviderError reported = ErrorReader.fromChunk(event, chunk);
		if (reported != null) {
			fail(reported);
			return;
		}
		if (chunk == null) {
			throw new MalformedChunkException("Expected a chunk in JSON", null);
		}
		if (!chunk.isObject()) {
			throw new MalformedChunkException("Expected a chunk that is a JSON object", null);
		}
		read(event, chunk);
	}

	/**
	 * Whether events of this name are the format's own. Of others nothing is looked at,
	 * as their data may be anything, and an error in it is not the answer's.
	 * @param event the event's name, {@code message} where it has none
	 * @return {@code false} if the event is passed by
	 */
	protected abstract boolean reads(String event);

	/**
	 * Parse a chunk.
	 * @param event the event's name, {@code message} where it has none
	 * @param array holds the chunk
	 * @param offset where it begins
	 * @param length how many bytes it has
	 * @return the chunk, without what would be read over anyway; {@code null} if it is
	 * not JSON
	 */
	protected @Nullable JsonNode parse(String event, byte[] array, int offset, int length) {
		return Json.parse(array, offset, length);
	}

	/**
	 * Read a chunk. No error was reported so far, and this chunk is none.
	 * @param event the event's name, {@code message} where it has none
	 * @param chunk a JSON object
	 */
	protected abstract void read(String event, JsonNode chunk);

	/**
	 * Read a chunk that comes after an error: it can only end the stream.
	 * @param event the event's name, {@code message} where it has none
	 * @param chunk a JSON object
	 */
	protected void readAfterError(String event, JsonNode chunk) {
	}

	/**
	 * Read {@code [DONE]}, which is not JSON.
	 */
	protected void readDone() {
		terminate();
	}

	/**
	 * Whether the answer is whole, if no error was reported: there was a finish reason,
	 * or the terminal event after some content.
	 * @return {@code true} if nothing is missing
	 */
	protected boolean isWhole() {
		return isFinished() || (this.terminated && this.answered);
	}

	/**
	 * Whether the provider gave a finish reason, if no error was reported.
	 * @return {@code true} if the answer is whole should the body end
	 */
	protected abstract boolean isFinished();

	/**
	 * Whether nothing of the answer itself is still to come.
	 * @return {@code true} if only usage and the terminal event can follow; by default
	 * what {@link #isFinished()} returns
	 */
	protected boolean isLast() {
		return isFinished();
	}

	/**
	 * The field that numbers the chunks.
	 * @return its name in the outermost object, {@code null} if the format has none
	 */
	protected @Nullable String numberField() {
		return null;
	}

	/**
	 * A field that means nothing and differs from chunk to chunk.
	 * @return its name in the outermost object, {@code null} if the format has none
	 */
	protected @Nullable String paddingField() {
		return null;
	}

	/**
	 * Hand an event on.
	 * @param event the event
	 */
	protected final void send(StreamEvent event) {
		this.eventsSent++;
		this.answered = this.answered || isContent(event);
		this.sink.send(event);
	}

	private static boolean isContent(StreamEvent event) {
		return event instanceof StreamEvent.Token || event instanceof StreamEvent.Reasoning
				|| event instanceof StreamEvent.ToolCall || (event instanceof StreamEvent.Metadata metadata
						&& metadata.values().containsKey(StreamEvent.Metadata.REFUSAL));
	}

	/**
	 * Hand a piece of text on. If the chunk means nothing else, the text of chunks like
	 * it goes to the same target, which must depend on nothing else in the chunk.
	 * @param text the text as it stands in the chunk, not empty
	 * @param number the chunk's number, -1 if it has none
	 * @param target makes one event of it
	 */
	protected final void sendText(String text, int number, TextTarget target) {
		this.text = text;
		this.textTarget = target;
		target.send(text, number);
	}

	/**
	 * Hand a report of usage on unless it says no more than the last one.
	 * @param report the report
	 */
	protected final void sendUsage(StreamEvent.UsageReport report) {
		StreamEvent.UsageReport known = this.usage.next(report);
		if (known != null) {
			send(known);
		}
	}

	/**
	 * Remember that the provider's terminal event was seen.
	 */
	protected final void terminate() {
		this.terminated = true;
	}

	/**
	 * Remember an error and tell the sink.
	 * @param reported what the provider said
	 */
	protected final void fail(ProviderError reported) {
		if (this.error == null) {
			this.error = reported;
			send(reported.toErrorEvent());
		}
	}

	@Override
	public final boolean isTerminated() {
		return this.terminated;
	}

	@Override
	public final boolean isComplete() {
		return this.error == null && isWhole();
	}

	@Override
	public final boolean isConcluded() {
		return this.error == null && (this.terminated || isLast());
	}

	@Override
	public final @Nullable ProviderError error() {
		return this.error;
	}

	@Override
	public final void finish() {
		if (!this.finished && this.error == null && !isComplete()) {
			send(INTERRUPTED);
		}
		this.finished = true;
	}

	private static int begin(byte[] array, int start, int end) {
		int begin = start;
		while (begin < end && isWhitespace(array[begin])) {
			begin++;
		}
		return begin;
	}

	private static int end(byte[] array, int begin, int limit) {
		int end = limit;
		while (begin < end && isWhitespace(array[end - 1])) {
			end--;
		}
		return end;
	}

	private static boolean isWhitespace(byte character) {
		return character == ' ' || character == '\n' || character == '\r' || character == '\t';
	}

	private static boolean isDone(byte[] array, int begin, int end) {
		return end - begin == DONE.length && Arrays.equals(array, begin, end, DONE, 0, DONE.length);
	}

}
