package studio.ainative.aikit.log.redis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;

/**
 * What a reader is to get next. The log is the truth: copies that come live are handed on
 * where their numbers prove them to be next, and everything else is fetched. Not
 * thread-safe.
 */
final class TailEntries {

	/** Entries of some 4 KB that are fetched at once. */
	static final int PAGE = 128;

	/** Copies that may wait for a reader who is slow; beyond that it fetches them. */
	private static final int MOST_COPIES = 64;

	private final Deque<LogEntry> fetched = new ArrayDeque<>();

	private final Deque<LogEntry> copies = new ArrayDeque<>();

	private long cursor;

	/** Whether the log may hold what is in neither queue. */
	private boolean behind = true;

	private boolean fetching;

	/** What comes after the entries that were fetched. */
	private @Nullable AnswerLogException unreadable;

	TailEntries(long cursor) {
		this.cursor = cursor;
	}

	/** The number of the last event that the reader has. */
	long cursor() {
		return this.cursor;
	}

	boolean isToFetch() {
		return this.behind && !this.fetching && this.fetched.isEmpty();
	}

	void fetching() {
		this.fetching = true;
		this.behind = false;
	}

	void fetchFailed() {
		this.fetching = false;
		this.behind = true;
	}

	void fetched(List<StreamMessage<String, byte[]>> page) {
		this.fetching = false;
		this.behind |= page.size() == PAGE;
		for (StreamMessage<String, byte[]> message : page) {
			try {
				this.fetched.add(EventCodec.decode(RedisConnections.bytes(message)));
			}
			catch (AnswerLogException ex) {
				this.unreadable = ex;
				return;
			}
		}
	}

	/** There may be something in the log. */
	void mayBeBehind() {
		this.behind = true;
	}

	void copied(LogEntry entry) {
		if (this.behind && !this.fetching) {
			// Will be fetched
			return;
		}
		if (this.copies.size() == MOST_COPIES) {
			this.copies.clear();
			this.behind = true;
			return;
		}
		this.copies.add(entry);
	}

	/**
	 * Take the next entry.
	 * @return the entry, {@code null} if there is none yet
	 * @throws AnswerLogException if there will never be one
	 */
	@Nullable LogEntry next() {
		while (true) {
			boolean fromLog = !this.fetched.isEmpty();
			LogEntry entry = fromLog ? this.fetched.poll() : nextCopy();
			if (entry == null) {
				return null;
			}
			if (entry.first() > this.cursor + 1) {
				return missing(fromLog);
			}
			if (entry.end() != null && this.cursor > entry.last()) {
				throw new AnswerLogException(Reason.CURSOR, "The cursor is beyond the end");
			}
			if (entry.end() != null || this.cursor < entry.last()) {
				this.cursor = entry.last();
				return entry;
			}
		}
	}

	private @Nullable LogEntry nextCopy() {
		if (this.unreadable != null) {
			throw this.unreadable;
		}
		return (this.fetching || this.behind) ? null : this.copies.poll();
	}

	private @Nullable LogEntry missing(boolean fromLog) {
		if (fromLog) {
			throw new AnswerLogException(Reason.CURSOR, "What follows the cursor is no longer kept");
		}
		this.copies.clear();
		this.behind = true;
		return null;
	}

	void clear() {
		this.fetched.clear();
		this.copies.clear();
	}

}
