package studio.ainative.aikit.server;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.LogEntry;

/**
 * Feeds a response from the log, one entry at a time: the next is asked for when there is
 * room.
 */
final class LogTail extends BaseSubscriber<LogEntry> implements Feed {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private final Resumption resumption;

	private final EventPipe pipe;

	private long cursor;

	/** Whether an entry was asked for and has not come. */
	private boolean asked;

	private LogTail(Resumption resumption, EventPipe pipe, long cursor) {
		this.resumption = resumption;
		this.pipe = pipe;
		this.cursor = cursor;
	}

	static Feed follow(Resumption resumption, String streamId, long after, EventPipe pipe) {
		LogTail tail = new LogTail(resumption, pipe, after);
		resumption.log().read(streamId, after).subscribe(tail);
		return tail;
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		more();
	}

	@Override
	public void more() {
		if (upstream() != null && this.pipe.queue().room() > 0 && ask()) {
			request(1);
		}
	}

	private synchronized boolean ask() {
		boolean first = !this.asked;
		this.asked = true;
		return first;
	}

	private synchronized void answered() {
		this.asked = false;
	}

	@Override
	protected void hookOnNext(LogEntry entry) {
		answered();
		LogEntry rest = entry.after(this.cursor);
		if (rest != null) {
			this.cursor = rest.last();
			if (isProducerLost(rest)) {
				this.resumption.tell(KeptNews.PRODUCER_LOST);
			}
			this.pipe.accept(rest.events(), rest.end());
		}
		more();
	}

	private static boolean isProducerLost(LogEntry entry) {
		return entry.end() != null && !entry.events().isEmpty()
				&& entry.events().get(entry.events().size() - 1) instanceof ErrorEvent error
				&& error.code().equals(LogEntry.PRODUCER_LOST);
	}

	@Override
	protected void hookOnError(Throwable ex) {
		Reason reason = (ex instanceof AnswerLogException refused) ? refused.reason() : Reason.UNAVAILABLE;
		logger.debug("An answer can't be read on", ex);
		switch (reason) {
			case CURSOR -> this.pipe.endTail(new ErrorEvent("This part of the answer is not kept.", "CURSOR_EXPIRED"));
			case UNREADABLE -> this.pipe.endTail(new ErrorEvent("The answer can't be read.", "ANSWER_UNREADABLE"));
			// It may pass, so the reader is to come again
			case UNAVAILABLE -> this.pipe.release();
			default -> this.pipe.endTail(new ErrorEvent("The answer is no longer kept.", "ANSWER_GONE"));
		}
	}

	/** Without the answer's end before: then this does nothing. */
	@Override
	protected void hookOnComplete() {
		this.pipe.release();
	}

}
