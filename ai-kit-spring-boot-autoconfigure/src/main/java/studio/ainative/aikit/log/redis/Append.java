package studio.ainative.aikit.log.redis;

import java.util.Arrays;
import java.util.List;

import io.lettuce.core.StreamMessage;
import reactor.core.publisher.MonoSink;

import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;

/**
 * An entry on its way. A producer has one at a time, and sends it again as it was. Not
 * thread-safe.
 */
final class Append {

	private final LogEntry entry;

	private final String id;

	private final byte[] bytes;

	private final MonoSink<Void> sink;

	private final long begunAt = System.nanoTime();

	/** Zero while a reply is waited for. */
	private long resendAt;

	Append(LogEntry entry, MonoSink<Void> sink) {
		this.entry = entry;
		this.id = EntryId.of(entry);
		this.bytes = EventCodec.encode(entry);
		this.sink = sink;
	}

	String id() {
		return this.id;
	}

	byte[] bytes() {
		return this.bytes;
	}

	long last() {
		return this.entry.last();
	}

	boolean isEnd() {
		return this.entry.end() != null;
	}

	void sent() {
		this.resendAt = 0;
	}

	/** Send it again soon, unless that was tried for too long. */
	boolean resendSoon() {
		long now = System.nanoTime();
		this.resendAt = now + RedisNode.TICK.toNanos();
		return now - this.begunAt <= RedisNode.PATIENCE.toNanos();
	}

	boolean isDue(long now) {
		return this.resendAt != 0 && now - this.resendAt >= 0;
	}

	/** Whether what Redis has by this id is this one. */
	boolean isSame(List<StreamMessage<String, byte[]>> found) {
		return !found.isEmpty() && Arrays.equals(RedisConnections.bytes(found.get(0)), this.bytes);
	}

	void succeed() {
		this.sink.success();
	}

	void fail(AnswerLogException reason) {
		this.sink.error(reason);
	}

}
