package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.buffer.DataBuffer;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.MalformedChunkException;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.ProviderAdapter;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.wire.ErrorReader;
import studio.ainative.aikit.sse.SseDecoder;
import studio.ainative.aikit.sse.SseFrame;
import studio.ainative.aikit.sse.SseLimitException;

/**
 * Reads the body of one answer: bytes to frames to events, within the limits, and says
 * when and how the answer has ended. Events that come before any content wait for it, so
 * that an answer that fails at once leaves no trace. Not thread-safe.
 */
final class AnswerReader {

	static final String TOO_EARLY = "The response ended before the answer did";

	private static final String EMPTY = "The response ended without an answer";

	private static final Pattern ANSWER_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

	/** One piece may be late; more of them show that the reason meant nothing. */
	private static final int MAX_LATE_CONTENT = 1;

	private final StreamLimits limits;

	private final Secrets secrets;

	private SseDecoder decoder;

	private final ProviderAdapter adapter;

	private final Queue<StreamEvent> held = new ArrayDeque<>();

	private StreamEventSink sink;

	private final Consumer<SseFrame> frames = this::read;

	/** Whether an event came: then it is the provider's to say what can be read on. */
	private boolean begun;

	/** The number of the last event of connections that are lost, -1 for none. */
	private long cursor = -1;

	/**
	 * So far the events of this connection may be ones that are known from others; -1 if
	 * not.
	 */
	private long known = -1;

	private boolean contentSeen;

	/** As of the last bytes: the provider has said that the answer is over. */
	private boolean concluded;

	/** Something came after that. */
	private boolean moved;

	private int lateContent;

	private long received;

	private boolean ended;

	private @Nullable AIStreamException failure;

	/**
	 * Begin to read.
	 * @param provider the format
	 * @param limits how much may come
	 * @param secrets what no error may hold
	 * @param preface what is said before anything that the provider says, {@code null}
	 * for nothing
	 * @param sink takes the events
	 */
	AnswerReader(Provider provider, StreamLimits limits, Secrets secrets, @Nullable StreamEvent preface,
			StreamEventSink sink) {
		this.limits = limits;
		this.secrets = secrets;
		this.decoder = newDecoder();
		this.adapter = provider.adapter(this::take);
		this.sink = sink;
		if (preface != null) {
			this.held.add(preface);
		}
	}

	private SseDecoder newDecoder() {
		return new SseDecoder((int) this.limits.maxEventSize(), this::readStray);
	}

	/**
	 * Read the next bytes; does not release the buffer.
	 * @param buffer the bytes
	 */
	void read(DataBuffer buffer) {
		this.received += buffer.readableByteCount();
		if (this.received > this.limits.maxResponseSize()) {
			fail(new LimitExceededException(LimitExceededException.Limit.RESPONSE_SIZE, this.limits.maxResponseSize(),
					null));
			return;
		}
		try {
			decode(buffer);
		}
		catch (SseLimitException ex) {
			fail(new LimitExceededException(LimitExceededException.Limit.EVENT_SIZE, this.limits.maxEventSize(), ex));
		}
		catch (MalformedChunkException ex) {
			fail(new MalformedEventException("The provider sent an event that can't be read", ex));
		}
	}

	/** Where the bytes lie in an array they are read there. */
	private void decode(DataBuffer buffer) {
		ByteBuf moved = DefaultAIStreamBuilder.REACTOR_NETTY ? HeapReads.moved(buffer) : null;
		if (moved != null) {
			this.decoder.decode(moved.array(), moved.arrayOffset() + moved.readerIndex(), moved.readableBytes(),
					this.frames);
		}
		else {
			this.decoder.decode(buffer, this.frames);
		}
	}

	private void read(SseFrame frame) {
		if (this.ended || (this.known >= 0 && isKnown(frame))) {
			return;
		}
		this.begun = true;
		this.adapter.processChunk(frame.event(), frame.array(), frame.offset(), frame.length());
		ProviderError error = this.adapter.error();
		if (error != null) {
			fail(error);
		}
		else if (this.adapter.isTerminated()) {
			if (this.adapter.isComplete()) {
				complete();
			}
			else {
				fail(new StreamInterruptedException(EMPTY, true, null));
			}
		}
	}

	/** The end of an answer has no number, so it bears that of the event before. */
	private boolean isKnown(SseFrame frame) {
		long number = number(frame.id());
		if (number > this.known) {
			this.known = -1;
		}
		return number >= 0 && number <= this.known && !frame.event().equals("done");
	}

	/**
	 * The id under which the answer can be read on.
	 * @param announced what the response's header says of it, {@code null} for nothing:
	 * it counts until there is an event
	 * @return the id, {@code null} if there is none or events have no numbers
	 */
	@Nullable String answerId(@Nullable String announced) {
		String id = this.begun ? this.adapter.answerId() : announced;
		String last = this.decoder.lastEventId();
		return (id != null && ANSWER_ID.matcher(id).matches() && (last == null || number(last) >= 0)) ? id : null;
	}

	/**
	 * How far the answer has come.
	 * @return the number of the last event that was read, -1 if there was none
	 */
	long cursor() {
		return Math.max(this.cursor, number(this.decoder.lastEventId()));
	}

	/**
	 * How long the provider asks to wait before its answer is read on.
	 * @return the time, {@code null} if it did not say
	 */
	@Nullable Duration reconnectionTime() {
		return this.decoder.reconnectionTime();
	}

	/**
	 * The connection is lost, with whatever it left unfinished: what follows comes over
	 * another, from the event after the {@linkplain #cursor() cursor} on, or from the
	 * beginning.
	 */
	void reconnect() {
		this.cursor = cursor();
		this.known = this.cursor;
		this.decoder = newDecoder();
	}

	private static long number(@Nullable String id) {
		return (id != null && NUMBER.matcher(id).matches()) ? Long.parseLong(id) : -1;
	}

	/** What no event says may still be an error, in whatever format. */
	private void readStray(SseFrame frame) {
		boolean isField = frame.event().equals("error");
		ProviderError error = ErrorReader.fromStray(isField, frame.array(), frame.offset(), frame.length());
		if (error != null) {
			fail(error);
		}
	}

	/**
	 * The body has ended cleanly.
	 */
	void end() {
		this.decoder.endStrays();
		boolean half = !this.ended && this.decoder.hasUnfinishedEvent() && !readLast();
		if (this.ended) {
			return;
		}
		if (half ? this.adapter.isConcluded() : this.adapter.isComplete()) {
			complete();
		}
		else if (this.received == 0) {
			fail(new StreamInterruptedException(EMPTY, true, null));
		}
		else {
			fail(new StreamInterruptedException(TOO_EARLY, true, null));
		}
	}

	private void fail(ProviderError error) {
		fail(Failure.inStream(this.secrets.removeFrom(error)).toException());
	}

	/**
	 * Read the event that lacks its blank line. The standard discards it; but some
	 * servers leave that line out, so it counts if its data can be read and with it the
	 * answer is whole, or has failed.
	 * @return whether it could be read
	 */
	private boolean readLast() {
		StreamEventSink taken = this.sink;
		List<StreamEvent> last = new ArrayList<>();
		this.sink = last::add;
		try {
			this.decoder.decodeUnfinished(this.frames);
			return true;
		}
		catch (SseLimitException | MalformedChunkException ex) {
			return false;
		}
		finally {
			this.sink = taken;
			if (this.failure == null && this.adapter.isComplete()) {
				last.forEach(taken::send);
			}
		}
	}

	void fail(AIStreamException ex) {
		if (!this.ended) {
			this.ended = true;
			this.failure = ex;
			this.held.clear();
		}
	}

	/**
	 * Whether nothing that follows matters.
	 * @return {@code true} once the answer is whole or has failed
	 */
	boolean hasEnded() {
		return this.ended;
	}

	/**
	 * Whether only usage and the terminal event can follow. Not if much of the answer has
	 * come after its finish reason: there are servers that give one with every chunk.
	 * @return {@code true} if the answer is whole whatever follows
	 */
	boolean isConcluded() {
		this.concluded = this.adapter.isConcluded() && this.lateContent <= MAX_LATE_CONTENT;
		return this.concluded;
	}

	/**
	 * Whether an event came since this was asked last, after the answer was concluded.
	 * @return {@code true} if there was one
	 */
	boolean hasMoved() {
		boolean was = this.moved;
		this.moved = false;
		return was;
	}

	/**
	 * Nothing followed the finish reason for long enough.
	 */
	void conclude() {
		if (!this.ended) {
			complete();
		}
	}

	/**
	 * The answer can't be read on. It is whole all the same if only usage and the
	 * terminal event are missing.
	 * @param ex why
	 */
	void giveUp(AIStreamException ex) {
		if (!this.ended && this.adapter.isComplete()) {
			complete();
		}
		else {
			fail(ex);
		}
	}

	/**
	 * Why the answer failed.
	 * @return the exception, {@code null} unless it did
	 */
	@Nullable AIStreamException failure() {
		return this.failure;
	}

	private void complete() {
		this.ended = true;
		release();
	}

	private void take(StreamEvent event) {
		if (event instanceof StreamEvent.ErrorEvent) {
			return; // The adapter's error() says more
		}
		if (this.concluded) {
			this.moved = true;
			this.lateContent += Content.isContent(event) ? 1 : 0;
		}
		if (this.contentSeen) {
			this.sink.send(event);
			return;
		}
		this.held.add(event);
		if (Content.isContent(event)) {
			this.contentSeen = true;
			release();
		}
	}

	private void release() {
		for (StreamEvent event = this.held.poll(); event != null; event = this.held.poll()) {
			this.sink.send(event);
		}
	}

}
