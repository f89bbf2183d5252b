package studio.ainative.aikit.server;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.log.AnswerEnd;

/**
 * How one response gets to an answer that is kept: the answer is begun or found before
 * the response is opened, and read once the response's first frame has left.
 */
final class KeptReading {

	/** As {@link Resumption} makes them. */
	private static final Pattern ANSWER_ID = Pattern.compile("[0-9a-f]{32}");

	private final EventPipe pipe;

	private final Resumption resumption;

	private final @Nullable Flux<? extends StreamEvent> source;

	/** Finds the answer to read again, {@code null} for one that begins. */
	private final @Nullable Again again;

	/** The chat that the answer is of, {@code null} for none. */
	private final @Nullable ChatKey chat;

	/** {@code null} until it is found, and for good if it can't be kept. */
	private volatile @Nullable Attachment attachment;

	/** Of who asks, then of the reader. */
	private volatile ContextView context = Context.empty();

	/** The reader is there. */
	private volatile boolean connected;

	/** Nobody is going to read the answer. */
	private volatile boolean unwanted;

	/** The first frame was taken and has left. */
	private volatile boolean firstWritten;

	/** It has left, and the answer is being read. */
	private volatile boolean begun;

	private KeptReading(EventPipe pipe, Resumption resumption, @Nullable Flux<? extends StreamEvent> source,
			@Nullable Again again, @Nullable ChatKey chat) {
		this.chat = chat;
		this.pipe = pipe;
		this.resumption = resumption;
		this.source = source;
		this.again = again;
	}

	/**
	 * For a response that may be one of several to read an answer.
	 * @param pipe the response
	 * @param source where the events of an answer that begins come from
	 * @param again finds the answer to read again
	 * @param chat the chat that the answer is of
	 * @param resumption where answers are kept
	 * @return {@code null} if answers are not kept, or the application feeds this one
	 */
	static @Nullable KeptReading of(EventPipe pipe, @Nullable Flux<? extends StreamEvent> source, @Nullable Again again,
			@Nullable ChatKey chat, @Nullable Resumption resumption) {
		return (resumption != null && (source != null || again != null || chat != null))
				? new KeptReading(pipe, resumption, source, again, chat) : null;
	}

	/** Whether it was found. */
	boolean isFound() {
		return this.attachment != null;
	}

	/** The answer's id, {@code null} if it can't be kept. */
	@Nullable String streamId() {
		Attachment attachment = this.attachment;
		return (attachment != null) ? attachment.streamId() : null;
	}

	/**
	 * Begin the answer, or find it. That is done to its end though nobody waits for it
	 * any more: an answer that has begun in the log is to be made, or forgotten there.
	 * @param request the request
	 * @return completes when that is done
	 */
	Mono<Void> find(ReaderRequest request) {
		return Mono.<Void>deferContextual((context) -> {
			this.context = context;
			return findNow(request);
		}).cache();
	}

	private Mono<Void> findNow(ReaderRequest request) {
		Again again = this.again;
		Flux<? extends StreamEvent> source = this.source;
		Mono<Attachment> found = (again != null) ? attach(again, request)
				: (source != null) ? this.resumption.open(source, this.pipe, request, this.chat)
						: (this.chat != null) ? this.resumption.attachToChat(this.chat, request) : Mono.empty();
		return found.doOnNext(this::keep).then();
	}

	/**
	 * A chat's id may stand in place of the answer's, where its readers know no other.
	 */
	private Mono<Attachment> attach(Again again, ReaderRequest request) {
		byte[] emptyChat = this.pipe.format().emptyChat();
		boolean isAnswers = ANSWER_ID.matcher(again.streamId()).matches();
		Mono<Attachment> answer = this.resumption.attach(again.streamId(), again.cursor(), request);
		if (emptyChat == null) {
			return answer;
		}
		Mono<Attachment> inChat = this.resumption.attachToChat(ChatKey.asked(again.streamId()), request);
		return isAnswers
				? answer.onErrorResume((ex) -> isStatus(HttpStatus.NOT_FOUND, ex),
						(unknown) -> inChat.onErrorMap((ex) -> isStatus(HttpStatus.NO_CONTENT, ex), (none) -> unknown))
				: inChat.onErrorMap((ex) -> isStatus(HttpStatus.NO_CONTENT, ex),
						(none) -> new EmptyChatException(emptyChat));
	}

	private static boolean isStatus(HttpStatus status, Throwable ex) {
		return ex instanceof ResponseStatusException refusal && refusal.getStatusCode().isSameCodeAs(status);
	}

	private void keep(Attachment found) {
		this.attachment = this.pipe.keep(found);
		if (this.pipe.state().isGone()) {
			// Its id was told to nobody
			if (this.unwanted || !found.hasKey()) {
				found.discard();
			}
			else {
				leave();
			}
		}
	}

	/** Refuse to read what was never found. */
	void requireFound() {
		if (this.source == null && this.attachment == null) {
			throw new IllegalStateException(
					"A response that reads an answer again must be returned by the controller as it is");
		}
	}

	/**
	 * Read the answer, as soon as the first frame has left.
	 * @param context the reader's
	 */
	void connect(ContextView context) {
		this.context = context;
		this.connected = true;
		feed();
		if (this.pipe.state().isReleased()) {
			release();
		}
	}

	/**
	 * The reader is let go before it has read anything. An answer that it was the first
	 * to ask for is made all the same, as soon as its context is known.
	 */
	void release() {
		Attachment attachment = this.attachment;
		if (attachment != null && this.connected) {
			attachment.beginUnread(this.context);
		}
	}

	/** A frame has left. */
	void written() {
		if (!this.firstWritten && this.attachment != null) {
			this.firstWritten = true;
			feed();
		}
	}

	/** Whether the first frame has left. */
	boolean isFirstWritten() {
		return this.firstWritten;
	}

	/**
	 * Not before the first frame has left, which is to be small: some proxies judge the
	 * stream by it.
	 */
	private void feed() {
		Attachment attachment = this.attachment;
		if (attachment == null || !this.connected || this.begun || !this.firstWritten || !this.pipe.state().isOpen()) {
			return;
		}
		this.begun = true;
		this.pipe.feeding().begin(attachment.connect(this.pipe, this.context));
	}

	/**
	 * The reader has left before it has read anything. It may know the answer's id by
	 * now, though no frame is known to have left, or have its key, and come again.
	 */
	void leave() {
		Attachment attachment = this.attachment;
		if (attachment == null) {
			return;
		}
		if (attachment.isKept()) {
			attachment.beginUnread(this.context);
		}
		else {
			attachment.discard();
		}
	}

	/** Nobody was ever going to read it. */
	void discard() {
		this.unwanted = true;
		Attachment attachment = this.attachment;
		if (attachment != null) {
			attachment.discard();
		}
	}

	/**
	 * End the answer for all its readers, if this node makes it.
	 * @param error the last event, {@code null} for none
	 */
	void end(@Nullable ErrorEvent error) {
		Attachment attachment = this.attachment;
		RunningAnswer answer = (attachment != null) ? attachment.local() : null;
		if (answer != null) {
			answer.end(error, (error != null) ? AnswerEnd.Outcome.ERROR : AnswerEnd.Outcome.COMPLETE);
		}
	}

	/** Whether the reader can go on from another node. */
	boolean isMovable() {
		Attachment attachment = this.attachment;
		return attachment != null && attachment.isMovable();
	}

	/**
	 * An answer that is to be read again.
	 *
	 * @param streamId its id, as the reader has it
	 * @param cursor how far the reader is, as it says
	 */
	record Again(String streamId, @Nullable String cursor) {
	}

}
