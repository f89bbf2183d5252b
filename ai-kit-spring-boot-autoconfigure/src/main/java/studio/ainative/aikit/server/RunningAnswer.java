package studio.ainative.aikit.server;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerEnd.Outcome;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.NewAnswer;

/**
 * An answer that this node makes and that belongs to the application, not to a reader's
 * connection. Its source sets the pace; readers come and go.
 */
final class RunningAnswer {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	/** How many events wait for the slowest reader of an answer that is not kept. */
	private static final int WINDOW = EventPipe.PREFETCH;

	private final Resumption resumption;

	private final NewAnswer opened;

	private final Flux<? extends StreamEvent> source;

	private final StreamingOptions options;

	private final AnswerTape tape = new AnswerTape();

	/** Gone through for each event, and seldom changed. */
	private final List<TapeTail> tails = new CopyOnWriteArrayList<>();

	private final LogCopy copy;

	private final OrphanWatch orphans;

	private final Disposable.Swap stopRequests = Disposables.swap();

	private final AtomicBoolean started = new AtomicBoolean();

	private volatile @Nullable AnswerSubscriber subscriber;

	private volatile boolean kept = true;

	private volatile @Nullable String lastErrorCode;

	RunningAnswer(Resumption resumption, NewAnswer opened, AnswerLog.Writer writer, Flux<? extends StreamEvent> source,
			StreamingOptions options) {
		this.resumption = resumption;
		this.opened = opened;
		this.source = source;
		this.options = options;
		this.copy = new LogCopy(this.tape, writer, resumption.log().isShared(), () -> resumption.copied(this),
				this::lostLog);
		this.orphans = new OrphanWatch(resumption, opened.streamId(), this::isOrphan, this::abandon);
		this.stopRequests.update(writer.stopRequested().subscribe(null, (ex) -> {
		}, this::stop));
	}

	NewAnswer opened() {
		return this.opened;
	}

	StreamingOptions options() {
		return this.options;
	}

	/** Whether it can be read again. */
	boolean isKept() {
		return this.kept;
	}

	/** Whether all of it is here: else only those who read it get the rest. */
	boolean isReadable() {
		return this.kept || isFirstToCome();
	}

	private boolean isFirstToCome() {
		return !this.started.get();
	}

	/** How it stands. */
	AnswerStatus status() {
		return new AnswerStatus(this.opened.streamId(), this.opened.owner(), this.opened.startedAt(),
				this.opened.note(), 0, this.tape.last(), !this.tails.isEmpty(), null);
	}

	/** Whether an event of this number is or was there. */
	boolean hasReached(long cursor) {
		return cursor <= this.tape.last();
	}

	/**
	 * Feed a response, and begin if this is the first.
	 * @param pipe the response
	 * @param after the number of the last event that its reader has
	 * @param context the reader's
	 * @return the feed
	 */
	Feed attach(EventPipe pipe, long after, ContextView context) {
		TapeTail tail = new TapeTail(this, this.tape, pipe, after);
		this.tails.add(tail);
		this.orphans.stop();
		if (this.started.compareAndSet(false, true)) {
			begin(context);
		}
		return tail;
	}

	private void begin(ContextView context) {
		AnswerSubscriber subscriber = new AnswerSubscriber(this, Context.of(context));
		this.subscriber = subscriber;
		try {
			this.source.contextCapture().subscribe(subscriber);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			fail(ex);
		}
		if (this.tape.isEnded()) {
			// It may have ended while there was nothing to cancel yet
			subscriber.cancel();
		}
	}

	/** Its readers are going to come to other nodes. */
	void beginUnread(ContextView context) {
		if (this.started.compareAndSet(false, true)) {
			begin(context);
			if (isOrphan()) {
				this.orphans.begin();
			}
		}
	}

	/** A reader has left, or has all. */
	void left(TapeTail tail) {
		if (this.tails.remove(tail) && isOrphan()) {
			if (this.kept) {
				this.orphans.begin();
			}
			else {
				abandon();
			}
		}
		else {
			gotOn();
		}
	}

	private boolean isOrphan() {
		return this.tails.isEmpty() && !this.tape.isEnded();
	}

	/**
	 * Nobody is going to read it: its request wants headers only, say. The log forgets
	 * it, so that its key begins another.
	 */
	void discard() {
		if (this.started.compareAndSet(false, true)) {
			keepNoLonger();
			end(null, Outcome.ABANDONED);
		}
	}

	// The source's end

	void accept(StreamEvent event) {
		if (event instanceof ErrorEvent error) {
			this.lastErrorCode = error.code();
		}
		long bytes = this.tape.add(event);
		if (bytes >= 0) {
			if (this.kept && bytes > this.resumption.options().maxAnswerSize()) {
				logger.info("A streamed answer has grown beyond " + this.resumption.options().maxAnswerSize()
						+ " bytes ('maxAnswerSize'): it goes on, and can't be read again");
				keepNoLonger();
			}
			spread();
		}
	}

	void complete() {
		end(null, (this.lastErrorCode != null) ? Outcome.ERROR : Outcome.COMPLETE);
	}

	void fail(Throwable ex) {
		if (this.tape.isEnded()) {
			logger.debug("A source has failed after its response had ended", ex);
		}
		else {
			end(SourceErrors.report(ex, this.options.exposeErrors()), Outcome.ERROR);
		}
	}

	/** Whether the source may go on: readers are waited for only if it is not kept. */
	boolean hasRoom() {
		return this.kept || this.tape.size() < WINDOW;
	}

	/** A reader has got on. */
	void gotOn() {
		AnswerSubscriber subscriber = this.subscriber;
		if (!this.kept && subscriber != null) {
			drop();
			subscriber.askForMore();
		}
	}

	private void drop() {
		this.tape.drop(this.tails.stream().mapToLong(TapeTail::cursor).min().orElse(this.tape.last()));
	}

	// Its end

	private void stop() {
		end(null, Outcome.STOPPED);
	}

	private void abandon() {
		logger.debug("An answer that nobody reads is cancelled");
		if (end(null, Outcome.ABANDONED)) {
			this.resumption.tell(KeptNews.ABANDONED);
		}
	}

	/**
	 * End the answer for all readers.
	 * @param error the last event, {@code null} for none
	 * @param outcome how it ends
	 * @return {@code false} if it had ended
	 */
	boolean end(@Nullable ErrorEvent error, Outcome outcome) {
		// A source may tell of its failure by an event first, then by its signal
		ErrorEvent news = (error != null && !error.code().equals(this.lastErrorCode)) ? error : null;
		if (!this.tape.end(news, new AnswerEnd(this.resumption.now(), outcome))) {
			return false;
		}
		this.stopRequests.dispose();
		this.orphans.stop();
		AnswerSubscriber subscriber = this.subscriber;
		if (subscriber != null) {
			subscriber.cancel();
		}
		spread();
		if (!this.kept) {
			this.resumption.copied(this);
		}
		return true;
	}

	private void spread() {
		this.tails.forEach(TapeTail::arrived);
		if (this.kept) {
			this.copy.look();
		}
		else {
			drop();
		}
	}

	// The log's end

	private void lostLog(Throwable ex) {
		if (ex instanceof AnswerLogException refused && refused.reason() == AnswerLogException.Reason.FENCED) {
			logger.debug("Another producer or a stop has ended an answer", ex);
			stop();
			this.resumption.copied(this);
			return;
		}
		this.resumption.logFailed(ex);
		keepNoLonger();
		spread();
		if (this.tape.isEnded()) {
			this.resumption.copied(this);
		}
		else if (isOrphan()) {
			abandon();
		}
	}

	private void keepNoLonger() {
		this.kept = false;
		// The log has nothing more to say about it
		this.stopRequests.dispose();
		this.copy.stop();
		this.resumption.forget(this);
		this.tape.add(new Metadata(Map.of(Metadata.RESUMABLE, false)));
	}

}
