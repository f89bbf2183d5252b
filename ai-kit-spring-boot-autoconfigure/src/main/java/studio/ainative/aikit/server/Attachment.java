package studio.ainative.aikit.server;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.log.AnswerStatus;

/**
 * One reader's part in an answer that is kept.
 *
 * @param resumption where it is kept
 * @param status how it stood when the reader came
 * @param cursor the number of the last event that the reader has, {@link #WHOLE} for a
 * reader who wants all, the start included
 * @param local the answer, if this node makes it, {@code null} to read it from the log
 * @param isFirst whether this reader's request has begun it
 */
record Attachment(Resumption resumption, AnswerStatus status, long cursor, @Nullable RunningAnswer local,
		boolean isFirst) {

	static final long WHOLE = -1;

	/** The answer's id. */
	String streamId() {
		return this.status.streamId();
	}

	/** The same for a reader whose format can't go on in the middle. */
	Attachment whole() {
		return new Attachment(this.resumption, this.status, WHOLE, this.local, this.isFirst);
	}

	/** What a reader of the given format is told first. */
	Opening opening(WireFormat format) {
		return new Opening(streamId(), this.status.startedAt(), true, FormatNote.read(this.status.note(), format));
	}

	/** The number of the last event that is not wanted. */
	long after() {
		return Math.max(0, this.cursor);
	}

	/**
	 * Feed a response.
	 * @param pipe the response
	 * @param context the reader's
	 * @return the feed
	 */
	Feed connect(EventPipe pipe, ContextView context) {
		return (this.local != null && this.local.isReadable()) ? this.local.attach(pipe, after(), context)
				: LogTail.follow(this.resumption, streamId(), after(), pipe);
	}

	/**
	 * Have the answer made, though its first reader was let go before.
	 * @param context that reader's
	 */
	void beginUnread(ContextView context) {
		if (this.isFirst && this.local != null) {
			this.local.beginUnread(context);
		}
	}

	/** Nobody is going to read it: its key is free again. */
	void discard() {
		if (this.isFirst && this.local != null) {
			this.local.discard();
		}
	}

	/** Whether the same request finds it, where its id is not known. */
	boolean hasKey() {
		return this.local != null && this.local.opened().key() != null;
	}

	/** Whether it can be read again. */
	boolean isKept() {
		return this.local == null || this.local.isKept();
	}

	/** Whether the reader can go on from another node. */
	boolean isMovable() {
		return this.resumption.isShared() && isKept();
	}

}
