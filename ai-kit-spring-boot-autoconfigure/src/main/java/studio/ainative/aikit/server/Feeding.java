package studio.ainative.aikit.server;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import studio.ainative.aikit.event.StreamEvent;

/**
 * Where the events of one response come from: its source, an answer that is kept, or
 * nobody but the application.
 */
final class Feeding {

	private final EventPipe pipe;

	private final @Nullable Flux<? extends StreamEvent> source;

	private final @Nullable KeptReading kept;

	private volatile @Nullable Feed feed;

	/**
	 * Begin with no feed.
	 * @param pipe the response
	 * @param source what feeds it, {@code null} for the application or an answer that is
	 * read again
	 * @param kept leads to the answer, {@code null} if it is not to be kept
	 */
	Feeding(EventPipe pipe, @Nullable Flux<? extends StreamEvent> source, @Nullable KeptReading kept) {
		this.pipe = pipe;
		this.source = source;
		this.kept = kept;
	}

	/**
	 * Subscribe to the source, or read the answer that is kept.
	 * @param context what the source finds as its context
	 */
	void connect(ContextView context) {
		if (this.kept != null && this.kept.isFound()) {
			this.kept.connect(context);
		}
		else if (this.source != null && this.pipe.state().isOpen()) {
			connect(this.source, new EventSubscriber(this.pipe, Context.of(context)));
		}
	}

	private void connect(Flux<? extends StreamEvent> source, EventSubscriber subscriber) {
		this.feed = subscriber;
		try {
			source.contextCapture().subscribe(subscriber);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			// A class that is missing, say: the reader is to be told of that as well
			this.pipe.fail(ex);
		}
		cancelIfLate(subscriber);
	}

	/**
	 * The answer is kept, and comes from here.
	 * @param feed hands the answer on
	 */
	void begin(Feed feed) {
		this.feed = feed;
		feed.more();
		cancelIfLate(feed);
	}

	/** The response may have ended while there was nothing to cancel yet. */
	private void cancelIfLate(Feed feed) {
		if (!this.pipe.state().isOpen()) {
			feed.cancel();
		}
	}

	/** There may be room. */
	void more() {
		Feed feed = this.feed;
		if (feed != null) {
			feed.more();
		}
	}

	/** The reader is let go, and is going to come again. */
	void release() {
		Feed feed = this.feed;
		if (feed != null) {
			feed.cancel();
		}
		else if (this.kept != null) {
			this.kept.release();
		}
	}

	/** Nothing more is wanted. */
	void cancel() {
		Feed feed = this.feed;
		if (feed != null) {
			feed.cancel();
		}
		else if (this.kept != null) {
			this.kept.leave();
		}
	}

	/** Nothing was ever wanted. */
	void discard() {
		if (this.kept != null) {
			this.kept.discard();
		}
	}

}
