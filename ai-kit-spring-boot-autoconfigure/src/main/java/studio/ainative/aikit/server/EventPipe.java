package studio.ainative.aikit.server;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.Outcome;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * One response: events come in at one end, from the application or from a source, and
 * frames are taken out at the other, by one reader. All stacks share it.
 * <p>
 * Events wait as they are and become frames when they are taken: what is never read is
 * never encoded.
 */
final class EventPipe implements FrameSource {

	/**
	 * How many events of a source are asked for ahead of the reader, if they are short.
	 */
	static final int PREFETCH = 256;

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private final StreamingOptions options;

	private final ResponseRuntime runtime;

	private final WireFormat format;

	private final ResponseState state;

	private final EventQueue queue;

	private final EventEncoder encoder;

	private final CloseListeners closeListeners = new CloseListeners();

	private volatile Runnable ready = EventPipe::nobody;

	/** {@code null} unless the answer is kept, or is to be. */
	private final @Nullable KeptReading kept;

	private final Feeding feeding;

	private final FrameTaking taking;

	private final ReaderWatch watch;

	EventPipe(@Nullable Flux<? extends StreamEvent> source, StreamingOptions options, ResponseRuntime runtime) {
		this(source, null, null, options, runtime);
	}

	EventPipe(@Nullable Flux<? extends StreamEvent> source, KeptReading.@Nullable Again again, @Nullable ChatKey chat,
			StreamingOptions options, ResponseRuntime runtime) {
		this.options = Objects.requireNonNull(options, "'options' must not be null");
		this.runtime = runtime;
		WireFormat own = options.format();
		this.format = (own != null) ? own : runtime.format();
		this.state = new ResponseState(runtime.clock());
		this.queue = new EventQueue(options, this.state);
		this.encoder = new EventEncoder(runtime.newId(), this.queue, this.format.encoder(), options.exposeErrors());
		this.watch = ReaderWatch.of(runtime.observer(), this.format, this.queue, runtime.heartbeats());
		this.taking = new FrameTaking(this, this.queue, this.encoder, runtime, this.watch);
		this.kept = KeptReading.of(this, source, again, chat, runtime.resumption());
		this.feeding = new Feeding(this, source, this.kept);
	}

	StreamingOptions options() {
		return this.options;
	}

	WireFormat format() {
		return this.format;
	}

	Feeding feeding() {
		return this.feeding;
	}

	ResponseState state() {
		return this.state;
	}

	EventQueue queue() {
		return this.queue;
	}

	StallWatch stalls() {
		return this.taking.stalls();
	}

	CloseListeners closeListeners() {
		return this.closeListeners;
	}

	// The application's end

	/**
	 * End the response.
	 * @param error what the reader is told first, if it failed
	 */
	void end(@Nullable ErrorEvent error) {
		if (this.state.isOpen()) {
			if (ResponseDrain.SHUTDOWN.equals(error)) {
				this.watch.because(ResponseObserver.Cause.SHUTDOWN);
			}
			if (this.kept != null) {
				this.kept.end(error);
			}
		}
		endTail(error);
	}

	/**
	 * End the response, not the answer that it may be one of several readers of.
	 * @param error what the reader is told first, if it failed
	 */
	void endTail(@Nullable ErrorEvent error) {
		if (this.queue.end(error)) {
			this.feeding.cancel();
			tellReader();
		}
	}

	/** Let the reader of an answer that goes on go: it is to come again. */
	void release() {
		if (this.state.release()) {
			this.watch.because(ResponseObserver.Cause.RELEASED);
			this.feeding.release();
			tellReader();
		}
	}

	/** Take no new reader, as the application is shutting down. */
	void refuse() {
		this.watch.because(ResponseObserver.Cause.REFUSED);
		if (isMovable()) {
			release();
		}
		else {
			endTail(ResponseDrain.SHUTDOWN);
		}
	}

	/** Whether the reader can go on from another node. */
	boolean isMovable() {
		return this.kept != null && this.kept.isMovable();
	}

	/**
	 * Send an event.
	 * @param event makes the event, given the index that the next token has
	 */
	void offer(IntFunction<StreamEvent> event) {
		try {
			if (this.queue.offer(event)) {
				// Perhaps it never gets a reader
				this.taking.watchStalls();
				tellReader();
			}
		}
		catch (SendTimeoutException ex) {
			this.watch.because(ResponseObserver.Cause.GIVEN_UP);
			close();
			throw ex;
		}
	}

	// The source's end

	void accept(StreamEvent event) {
		this.queue.accept(event);
		tellReader();
	}

	void accept(List<StreamEvent> events, @Nullable AnswerEnd end) {
		this.queue.accept(events,
				(end != null) ? new ResponseState.End(end.at(), Outcome.valueOf(end.outcome().name()), false) : null);
		tellReader();
	}

	void fail(Throwable ex) {
		if (this.state.isOpen()) {
			end(SourceErrors.report(ex, this.options.exposeErrors()));
		}
		else {
			logger.debug("A source has failed after its response had ended", ex);
		}
	}

	// The reader's end

	@Override
	public boolean isPrepared() {
		return this.kept == null || this.kept.isFound();
	}

	@Override
	public Mono<Void> prepare(ReaderRequest request) {
		return (this.kept == null || this.kept.isFound()) ? Mono.empty() : this.kept.find(request);
	}

	/**
	 * The answer is kept, or was.
	 * @param found the reader's part in it
	 * @return the part that the format can make use of
	 */
	Attachment keep(Attachment found) {
		Attachment usable = this.format.isResumableAfterEvents() ? found : found.whole();
		this.encoder.keep(usable, usable.opening(this.format));
		this.state.beginAt(usable.status().startedAt());
		return usable;
	}

	@Override
	public void open(Runnable ready) {
		if (this.kept != null) {
			this.kept.requireFound();
		}
		if (!this.state.attach()) {
			throw new IllegalStateException("A response can be written only once: make one for each request");
		}
		this.state.begin();
		this.ready = ready;
		this.watch.open();
		this.runtime.openResponses().add(this);
		this.taking.begin(this::tellReader);
		ready.run();
	}

	@Override
	public void connect(ContextView context) {
		this.feeding.connect(context);
	}

	@Override
	public @Nullable Frame poll() {
		return this.taking.poll();
	}

	@Override
	public boolean drainTo(SseEncoder encoder, int enough) {
		return this.taking.drainTo(encoder, enough);
	}

	@Override
	public void written() {
		stalls().written();
		if (this.kept != null && !this.kept.isFirstWritten() && this.encoder.hasStarted()) {
			this.kept.written();
		}
		this.watch.handedOn();
		if (isDrained()) {
			stalls().stop();
			this.runtime.openResponses().remove(this);
			Outcome outcome = this.encoder.outcome();
			if (outcome != null) {
				this.watch.finished(outcome);
			}
		}
	}

	@Override
	public boolean isDrained() {
		return this.taking.isDrained();
	}

	@Override
	public boolean isAbandoned() {
		return this.state.isGone();
	}

	@Override
	public void close() {
		this.runtime.openResponses().remove(this);
		this.taking.stop();
		boolean left = this.queue.leave();
		this.watch.left();
		if (!left) {
			return;
		}
		if (logger.isDebugEnabled()) {
			logger.debug("The reader left after " + this.state.messages() + " events");
		}
		this.feeding.cancel();
		this.closeListeners.runAll();
		tellReader();
	}

	@Override
	public void discard() {
		if (this.state.attach()) {
			this.feeding.discard();
			close();
		}
	}

	@Override
	public Map<String, String> headers(boolean persistentHeader) {
		String streamId = (this.kept != null) ? this.kept.streamId() : null;
		return ResponseHead.headers(this.options, this.format, streamId, persistentHeader);
	}

	@Override
	public boolean isCompressible() {
		return this.options.compression();
	}

	@Override
	public Executor writer() {
		return this.taking.silence().writer();
	}

	@Override
	public boolean anyThreadMayWrite() {
		return !this.taking.silence().isDue() && this.runtime.anyThreadMayWrite();
	}

	/** What the stack throws must reach neither who speaks nor the timer. */
	private void tellReader() {
		try {
			this.ready.run();
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			logger.debug("A reader could not be told that there is something to read", ex);
			close();
		}
	}

	private static void nobody() {
	}

}
