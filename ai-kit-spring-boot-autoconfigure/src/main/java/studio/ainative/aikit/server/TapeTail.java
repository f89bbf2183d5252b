package studio.ainative.aikit.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.AnswerEnd;

/**
 * Feeds a response from an answer that this node makes, at the pace of its reader: at
 * once what comes while the reader has all, together what comes until it looks.
 */
final class TapeTail implements Feed {

	/** As many events are taken at once. */
	private static final int BATCH = 64;

	private final RunningAnswer answer;

	private final AnswerTape tape;

	private final EventPipe pipe;

	/** How many looks are due: one thread has them all. */
	private final AtomicInteger looks = new AtomicInteger();

	private volatile boolean over;

	/** Something waits for the reader, who takes it and then asks for more. */
	private volatile boolean fed;

	/** Only written by who looks. */
	private volatile long cursor;

	/** Only used by who looks. */
	private final List<StreamEvent> batch = new ArrayList<>(1);

	TapeTail(RunningAnswer answer, AnswerTape tape, EventPipe pipe, long cursor) {
		this.answer = answer;
		this.tape = tape;
		this.pipe = pipe;
		this.cursor = cursor;
	}

	/** How far the reader is. */
	long cursor() {
		return this.cursor;
	}

	@Override
	public void more() {
		// Before the tape is looked at, else what comes in between is left to nobody
		this.fed = false;
		if (!this.tape.hasNothingAfter(this.cursor)) {
			look();
		}
	}

	@Override
	public void cancel() {
		this.over = true;
		this.answer.left(this);
	}

	/** There is something new. */
	void arrived() {
		if (!this.fed || this.tape.last() - this.cursor >= BATCH || this.tape.isEnded()) {
			look();
		}
	}

	private void look() {
		if (this.looks.getAndIncrement() != 0) {
			return;
		}
		int seen = 1;
		while (seen != 0) {
			handOn();
			seen = this.looks.addAndGet(-seen);
		}
	}

	private void handOn() {
		while (!this.over) {
			int room = this.pipe.queue().room();
			if (room == 0) {
				return;
			}
			long before = this.cursor;
			AnswerEnd end = this.tape.next(before, this.batch, Math.min(BATCH, room));
			if (this.batch.isEmpty() && end == null) {
				return;
			}
			this.cursor = before + this.batch.size();
			// Before the reader can take it and say so
			this.fed = true;
			handOn(end);
			this.answer.gotOn();
		}
	}

	private void handOn(@Nullable AnswerEnd end) {
		try {
			if (end != null) {
				this.over = true;
				this.answer.left(this);
			}
			this.pipe.accept(this.batch, end);
		}
		finally {
			this.batch.clear();
		}
	}

}
