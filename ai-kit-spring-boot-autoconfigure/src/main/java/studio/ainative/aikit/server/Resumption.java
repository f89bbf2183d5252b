package studio.ainative.aikit.server;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;
import studio.ainative.aikit.log.StartKey;

/**
 * The answers of one factory that outlive their readers' connections: those that this
 * node makes, and those in the log. Thread-safe.
 */
final class Resumption {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	/** 128 bits: nobody finds one by trying. */
	private static final int ID_BYTES = 16;

	/** Longer ones are no keys: they would take more memory than short answers. */
	private static final int MAX_KEY = 256;

	private final SecureRandom random = new SecureRandom();

	private final AnswerLog log;

	private final ResumeOptions options;

	private final StreamOwnerResolver owners;

	private final ResponseRuntime runtime;

	private final Map<String, RunningAnswer> running = new ConcurrentHashMap<>();

	private final FailureWarning failureWarning;

	private volatile boolean draining;

	Resumption(AnswerLog log, ResumeOptions options, StreamOwnerResolver owners, ResponseRuntime runtime) {
		this.log = log;
		this.options = options;
		this.owners = owners;
		this.runtime = runtime;
		this.failureWarning = new FailureWarning(timer()::now);
	}

	AnswerLog log() {
		return this.log;
	}

	ResumeOptions options() {
		return this.options;
	}

	HeartbeatTimer timer() {
		return this.runtime.heartbeats();
	}

	Instant now() {
		return this.runtime.clock().instant();
	}

	/** Whether readers can go on from another node. */
	boolean isShared() {
		return this.log.isShared();
	}

	/** How many answers this node makes. */
	int size() {
		return this.running.size();
	}

	/** Do something that may take its time, or call foreign code. */
	void execute(Runnable task) {
		this.runtime.execute(task);
	}

	/**
	 * Begin an answer, or find the one that was begun by the same key.
	 * @param source where its events come from
	 * @param pipe the response, which tells how to stream
	 * @param request the request
	 * @param chat the chat that the answer is of, which is its key then
	 * @return the first reader's part in it; empty if it can't be kept, which the reader
	 * is not to suffer from
	 */
	Mono<Attachment> open(Flux<? extends StreamEvent> source, EventPipe pipe, ReaderRequest request,
			@Nullable ChatKey chat) {
		if (this.draining) {
			return Mono.empty();
		}
		NewAnswer answer = new NewAnswer(newId(), this.owners.owner(request), now(), this.options.retain(),
				FormatNote.of(pipe.format()), (chat != null) ? chat.startKey() : key(request));
		return this.log.open(answer).onErrorResume((ex) -> {
			logFailed(ex);
			return Mono.empty();
		}).flatMap((opening) -> begin(opening, answer, source, pipe.options()));
	}

	private Mono<Attachment> begin(LogOpening opening, NewAnswer answer, Flux<? extends StreamEvent> source,
			StreamingOptions streaming) {
		return switch (opening.result()) {
			case OPENED -> {
				AnswerLog.Writer writer = Objects.requireNonNull(opening.writer());
				if (this.draining) {
					yield leaveToOthers(answer, writer);
				}
				RunningAnswer begun = new RunningAnswer(this, answer, writer, source, streaming);
				this.running.put(answer.streamId(), begun);
				this.failureWarning.worked();
				// Those that are waited for were counted, perhaps without this one
				if (this.draining && this.running.remove(answer.streamId(), begun)) {
					yield leaveToOthers(answer, writer);
				}
				yield Mono.just(new Attachment(this, begun.status(), Attachment.WHOLE, begun, true));
			}
			case ATTACHED -> attach(opening.streamId(), null, (owner) -> true);
			case REJECTED -> Mono.error(new ResponseStatusException(HttpStatus.CONFLICT,
					"A request with this Idempotency-Key was made before."));
			case MISMATCHED -> Mono.error(new ResponseStatusException(HttpStatus.UNPROCESSABLE_CONTENT,
					"This Idempotency-Key was used for another request."));
		};
	}

	/** Its key is free again: asked elsewhere, the answer is made there. */
	private Mono<Attachment> leaveToOthers(NewAnswer answer, AnswerLog.Writer writer) {
		return this.log.delete(answer.streamId())
			.doOnTerminate(writer::close)
			.onErrorComplete()
			.then(Mono.<Attachment>empty());
	}

	/**
	 * Read an answer again.
	 * @param streamId its id, as the reader has it
	 * @param cursor how far the reader is, as it says, {@code null} to read from the
	 * beginning
	 * @param request the request
	 * @return the reader's part in it
	 */
	Mono<Attachment> attach(String streamId, @Nullable String cursor, ReaderRequest request) {
		return Mono.defer(() -> attach(streamId, cursor, allowed(request)));
	}

	private Mono<Attachment> attach(String streamId, @Nullable String cursor, Allowed allowed) {
		long after = cursor(cursor);
		return status(streamId).switchIfEmpty(Mono.error(() -> unknown(KeptNews.RESUME_GONE))).map((status) -> {
			if (!allowed.isOwner(status.owner())) {
				throw unknown(KeptNews.RESUME_FOREIGN);
			}
			RunningAnswer local = this.running.get(streamId);
			if (local != null && !local.isReadable()) {
				tell(KeptNews.RESUME_GONE);
				throw new ResponseStatusException(HttpStatus.GONE, "The answer has grown too large to be read again.");
			}
			if ((local != null) ? !local.hasReached(after) : status.end() != null && after > status.last()) {
				tell(KeptNews.RESUME_INVALID);
				throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The answer has no event of this number.");
			}
			if (local == null && status.lost() > Math.max(0, after)) {
				tell(KeptNews.RESUME_GONE);
				throw new ResponseStatusException(HttpStatus.GONE,
						"The answer's beginning is no longer kept: it can be read after event " + status.lost()
								+ ", or a later one.");
			}
			tell(KeptNews.RESUME_HIT);
			return new Attachment(this, status, after, local, false);
		});
	}

	/**
	 * Read the answer that streams in a chat again, from its beginning.
	 * @param chat the chat
	 * @param request the request
	 * @return the reader's part in it
	 */
	Mono<Attachment> attachToChat(ChatKey chat, ReaderRequest request) {
		return Mono.defer(() -> this.log.find(this.owners.owner(request), chat.startKey().value()))
			.onErrorMap((ex) -> !(ex instanceof ResponseStatusException), this::unavailable)
			.flatMap((streamId) -> status(streamId)
				.filter((status) -> status.end() == null && isReadable(streamId, status))
				.flatMap((status) -> attach(streamId, null, (owner) -> true)))
			.switchIfEmpty(Mono.error(() -> new ResponseStatusException(HttpStatus.NO_CONTENT)));
	}

	private boolean isReadable(String streamId, AnswerStatus status) {
		RunningAnswer local = this.running.get(streamId);
		return (local != null) ? local.isReadable() : status.lost() == 0;
	}

	/**
	 * Stop an answer, on whatever node it is made.
	 * @param streamId its id, as the reader has it
	 * @param request the request
	 * @return whether the answer is known, and the reader's
	 */
	Mono<Boolean> stop(String streamId, ReaderRequest request) {
		return Mono.defer(() -> stop(streamId, allowed(request)));
	}

	Mono<Boolean> stop(String streamId) {
		return stop(streamId, (owner) -> true);
	}

	/** Who asks is found out for unknown ids too: it may take a time that can be told. */
	private Allowed allowed(ReaderRequest request) {
		String asking = this.owners.owner(request);
		return (owner) -> owner == null || owner.equals(asking);
	}

	private Mono<Boolean> stop(String streamId, Allowed allowed) {
		return status(streamId).flatMap((status) -> {
			if (!allowed.isOwner(status.owner())) {
				tell(KeptNews.STOP_FOREIGN);
				return Mono.just(false);
			}
			RunningAnswer local = this.running.get(streamId);
			if (local != null) {
				tell(local.end(null, AnswerEnd.Outcome.STOPPED) ? KeptNews.STOP_HIT : KeptNews.STOP_LATE);
				return Mono.just(true);
			}
			tell((status.end() != null) ? KeptNews.STOP_LATE : KeptNews.STOP_HIT);
			return ((status.end() != null) ? Mono.empty() : this.log.stop(streamId)).thenReturn(true);
		}).switchIfEmpty(Mono.fromSupplier(() -> {
			tell(KeptNews.STOP_GONE);
			return false;
		}));
	}

	/**
	 * Whoever may not have it learns what whoever asks for nonsense does, and after the
	 * same steps.
	 */
	private Mono<AnswerStatus> status(String streamId) {
		String id = ID.matcher(streamId).matches() ? streamId : "-";
		return this.log.status(id).onErrorResume((ex) -> {
			ResponseStatusException unavailable = unavailable(ex);
			RunningAnswer local = this.running.get(id);
			return (local != null) ? Mono.just(local.status()) : Mono.error(unavailable);
		}).switchIfEmpty(Mono.fromSupplier(() -> {
			RunningAnswer local = this.running.get(id);
			return (local != null) ? local.status() : null;
		}));
	}

	private ResponseStatusException unavailable(Throwable ex) {
		logFailed(ex);
		return new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
				"Answers can't be read again at the moment.");
	}

	private ResponseStatusException unknown(KeptNews news) {
		tell(news);
		return new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such answer.");
	}

	private long cursor(@Nullable String cursor) {
		if (cursor == null || cursor.isEmpty()) {
			return Attachment.WHOLE;
		}
		try {
			long after = Long.parseLong(cursor);
			if (after >= 0 && Character.isDigit(cursor.charAt(0))) {
				return after;
			}
		}
		catch (NumberFormatException ex) {
			// As below
		}
		tell(KeptNews.RESUME_INVALID);
		throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
				"The number of an event is wanted ('Last-Event-ID', or 'after').");
	}

	private @Nullable StartKey key(ReaderRequest request) {
		String value = request.header(StreamingResponses.IDEMPOTENCY_KEY_HEADER);
		if (value == null || value.isEmpty()) {
			return null;
		}
		if (value.length() > MAX_KEY) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"An Idempotency-Key has " + MAX_KEY + " characters at most.");
		}
		return new StartKey(value, request.fingerprint(), this.options.ifTaken());
	}

	private String newId() {
		byte[] bytes = new byte[ID_BYTES];
		this.random.nextBytes(bytes);
		return HexFormat.of().formatHex(bytes);
	}

	/** The log has an answer whole, or never will. */
	void copied(RunningAnswer answer) {
		this.running.remove(answer.opened().streamId(), answer);
		if (this.draining) {
			synchronized (this.running) {
				this.running.notifyAll();
			}
		}
	}

	/** What the log has of an answer is no longer the truth. */
	void forget(RunningAnswer answer) {
		this.log.delete(answer.opened().streamId())
			.subscribe(null, (ex) -> logger.debug("An answer stays in the log", ex));
	}

	void logFailed(Throwable ex) {
		tell(KeptNews.LOG_FAILED);
		this.failureWarning.failed(ex);
	}

	/** Tell who wants to know. */
	void tell(KeptNews news) {
		ResponseObserver observer = this.runtime.observer();
		if (observer != null) {
			observer.kept(news);
		}
	}

	/** From now on answers are not kept. */
	void refuse() {
		this.draining = true;
	}

	/**
	 * Let the answers come to an end, because the application shuts down. New ones are
	 * not kept. Answers that nobody reads may finish where other nodes can give them to
	 * readers.
	 */
	void drain() {
		refuse();
		long begun = System.nanoTime();
		List<RunningAnswer> answers = List.copyOf(this.running.values());
		for (RunningAnswer answer : answers) {
			long left = isShared() ? answer.options().drainTimeout().toNanos() - (System.nanoTime() - begun) : 0;
			awaitEnd(answer, left);
			answer.end(ResponseDrain.SHUTDOWN, AnswerEnd.Outcome.ERROR);
		}
		for (RunningAnswer answer : answers) {
			awaitEnd(answer, ResponseDrain.FAREWELL.toNanos());
		}
	}

	private void awaitEnd(RunningAnswer answer, long nanos) {
		long until = System.nanoTime() + nanos;
		long left = nanos;
		try {
			synchronized (this.running) {
				while (left > 0 && this.running.containsKey(answer.opened().streamId())) {
					this.running.wait(left / 1_000_000, (int) (left % 1_000_000));
					left = until - System.nanoTime();
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Whose answers a request may have. */
	@FunctionalInterface
	private interface Allowed {

		boolean isOwner(@Nullable String owner);

	}

}
