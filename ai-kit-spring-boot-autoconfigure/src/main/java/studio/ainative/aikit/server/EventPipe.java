package studio.ainative.aikit.server;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.util.LinkedCaseInsensitiveMap;

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

	private final @Nullable Flux<? extends StreamEvent> source;

	private final StreamingOptions options;

	private final ResponseRuntime runtime;

	private final WireFormat format;

	/** Finds the answer to read again, {@code null} for one that begins. */
	private final @Nullable Again again;

	private final EventQueue queue;

	private final EventEncoder encoder;

	private final CloseListeners closeListeners = new CloseListeners();

	private final StallWatch stalls;

	private volatile Runnable ready = EventPipe::nobody;

	private final Silence silence;

	private volatile @Nullable Feed feed;

	/** {@code null} unless the answer is kept. */
	private volatile @Nullable Attachment kept;

	/** Of the reader of an answer that is kept, until its first frame has left. */
	private volatile @Nullable ContextView connecting;

	/** The first frame was taken and has left. */
	private volatile boolean firstWritten;

	// Only used by the reader

	/** Taken one by one: {@code null} until the first, for most readers forever. */
	private @Nullable Queue<Frame> frames;

	EventPipe(@Nullable Flux<? extends StreamEvent> source, StreamingOptions options, ResponseRuntime runtime) {
		this(source, null, options, runtime);
	}

	EventPipe(@Nullable Flux<? extends StreamEvent> source, @Nullable Again again, StreamingOptions options,
			ResponseRuntime runtime) {
		this.source = source;
		this.again = again;
		this.options = Objects.requireNonNull(options, "'options' must not be null");
		this.runtime = runtime;
		WireFormat own = options.format();
		this.format = (own != null) ? own : runtime.format();
		this.queue = new EventQueue(options, runtime.clock());
		this.encoder = new EventEncoder(runtime.newId(), this.queue, this.format.encoder(), options.exposeErrors());
		this.silence = new Silence(runtime);
		this.stalls = new StallWatch(() -> this.queue.isWaiting() || isHeartbeatDue(), this::stalled);
	}

	StreamingOptions options() {
		return this.options;
	}

	EventQueue queue() {
		return this.queue;
	}

	StallWatch stalls() {
		return this.stalls;
	}

	CloseListeners closeListeners() {
		return this.closeListeners;
	}

	// The application's end

	void send(StreamEvent event) {
		Objects.requireNonNull(event, "'event' must not be null");
		offer((index) -> event);
	}

	void sendToken(String text) {
		Objects.requireNonNull(text, "'token' must not be null");
		offer((index) -> new StreamEvent.Token(text, index));
	}

	/**
	 * End the response.
	 * @param error what the reader is told first, if it failed
	 */
	void end(@Nullable ErrorEvent error) {
		Attachment kept = this.kept;
		RunningAnswer answer = (kept != null) ? kept.local() : null;
		if (answer != null && this.queue.isOpen()) {
			answer.end(error, (error != null) ? AnswerEnd.Outcome.ERROR : AnswerEnd.Outcome.COMPLETE);
		}
		endTail(error);
	}

	/**
	 * End the response, not the answer that it may be one of several readers of.
	 * @param error what the reader is told first, if it failed
	 */
	void endTail(@Nullable ErrorEvent error) {
		if (this.queue.end(error)) {
			cancelSource();
			tellReader();
		}
	}

	/** Let the reader of an answer that goes on go: it is to come again. */
	void release() {
		if (this.queue.release()) {
			cancelSource();
			tellReader();
		}
	}

	/** Take no new reader, as the application is shutting down. */
	void refuse() {
		if (isMovable()) {
			release();
		}
		else {
			endTail(ResponseDrain.SHUTDOWN);
		}
	}

	/** Whether the reader can go on from another node. */
	boolean isMovable() {
		Attachment kept = this.kept;
		return kept != null && kept.isMovable();
	}

	private void offer(IntFunction<StreamEvent> event) {
		try {
			if (this.queue.offer(event)) {
				// Perhaps it never gets a reader
				watchStalls();
				tellReader();
			}
		}
		catch (SendTimeoutException ex) {
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
				(end != null) ? new EventQueue.End(end.at(), Outcome.valueOf(end.outcome().name()), false) : null);
		tellReader();
	}

	void fail(Throwable ex) {
		if (this.queue.isOpen()) {
			end(SourceErrors.report(ex, this.options.exposeErrors()));
		}
		else {
			logger.debug("A source has failed after its response had ended", ex);
		}
	}

	/** How many events the source is to be asked for now. */
	int demand() {
		return this.queue.demand(Math.min(PREFETCH, this.options.bufferSize()));
	}

	private void askForMore() {
		Feed feed = this.feed;
		if (feed != null) {
			feed.more();
		}
	}

	private void cancelSource() {
		Feed feed = this.feed;
		Attachment kept = this.kept;
		if (feed != null) {
			feed.cancel();
		}
		else if (kept != null) {
			kept.discard();
		}
	}

	// The reader's end

	@Override
	public boolean isPrepared() {
		return this.kept != null || (this.again == null && (this.source == null || this.runtime.resumption() == null));
	}

	@Override
	public Mono<Void> prepare(ReaderRequest request) {
		Resumption resumption = this.runtime.resumption();
		if (isPrepared() || resumption == null) {
			return Mono.empty();
		}
		Again again = this.again;
		Flux<? extends StreamEvent> source = this.source;
		Mono<Attachment> attachment = (again != null) ? resumption.attach(again.streamId(), again.cursor(), request)
				: (source != null) ? resumption.open(source, this.options, request) : Mono.empty();
		return attachment.doOnNext(this::keep).then();
	}

	private void keep(Attachment attachment) {
		Attachment kept = this.format.isResumableAfterEvents() ? attachment : attachment.whole();
		this.encoder.keep(kept);
		this.queue.beginAt(kept.startedAt());
		this.kept = kept;
		if (this.queue.isGone()) {
			kept.discard();
		}
	}

	@Override
	public void open(Runnable ready) {
		if (this.again != null && this.kept == null) {
			throw new IllegalStateException(
					"A response that reads an answer again must be returned by the controller as it is");
		}
		if (!this.queue.attach()) {
			throw new IllegalStateException("A response can be written only once: make one for each request");
		}
		this.queue.begin();
		this.ready = ready;
		this.runtime.openResponses().add(this);
		this.silence.listen(this.options.heartbeat(), this::tellReader);
		watchStalls();
		if (this.queue.isOver()) {
			stopWatching();
		}
		ready.run();
	}

	@Override
	public void connect(ContextView context) {
		if (this.kept != null) {
			this.connecting = context;
			feedFromLog();
			return;
		}
		if (this.source == null || !this.queue.isOpen()) {
			return;
		}
		EventSubscriber subscriber = new EventSubscriber(this, Context.of(context));
		this.feed = subscriber;
		try {
			this.source.contextCapture().subscribe(subscriber);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			// A class that is missing, say: the reader is to be told of that as well
			fail(ex);
		}
		if (!this.queue.isOpen()) {
			// It may have ended while there was nothing to cancel yet
			subscriber.cancel();
		}
	}

	/**
	 * Not before the first frame has left, which is to be small: some proxies judge the
	 * stream by it.
	 */
	private void feedFromLog() {
		Attachment kept = this.kept;
		ContextView context = this.connecting;
		if (kept == null || context == null || !this.firstWritten || !this.queue.isOpen()) {
			return;
		}
		this.connecting = null;
		Feed feed = kept.connect(this, context);
		this.feed = feed;
		feed.more();
		if (!this.queue.isOpen()) {
			feed.cancel();
		}
	}

	@Override
	public @Nullable Frame poll() {
		this.stalls.taken();
		Queue<Frame> frames = this.frames;
		if (frames == null) {
			frames = new ArrayDeque<>(2);
			this.frames = frames;
		}
		while (frames.isEmpty() && this.encoder.next(frames::add)) {
			encoded();
		}
		Frame frame = frames.poll();
		if (frame != null) {
			this.silence.sent();
		}
		else if (isHeartbeatDue()) {
			this.silence.sent();
			return Frame.HEARTBEAT;
		}
		return frame;
	}

	@Override
	public boolean drainTo(SseEncoder encoder, int enough) {
		this.stalls.taken();
		int before = encoder.size();
		while (encoder.size() < enough && this.encoder.next(encoder, enough - encoder.size())) {
			encoded();
		}
		if (encoder.size() == before) {
			if (!isHeartbeatDue()) {
				return false;
			}
			encoder.trim();
			this.encoder.rest();
			Frame.HEARTBEAT.appendTo(encoder);
		}
		this.silence.sent();
		return true;
	}

	/** The reader got on: the source may, or has nothing more to say. */
	private void encoded() {
		if (this.queue.isOpen()) {
			askForMore();
		}
		else {
			cancelSource();
			if (this.queue.isOver()) {
				this.silence.stop();
			}
		}
	}

	private boolean isHeartbeatDue() {
		return this.silence.isDue() && !this.queue.isOver();
	}

	@Override
	public void written() {
		this.stalls.written();
		if (this.kept != null && !this.firstWritten && this.encoder.hasStarted()) {
			this.firstWritten = true;
			feedFromLog();
		}
		if (isDrained()) {
			this.stalls.stop();
			this.runtime.openResponses().remove(this);
		}
	}

	@Override
	public boolean isDrained() {
		return this.queue.isOver() && (this.frames == null || this.frames.isEmpty());
	}

	@Override
	public boolean isAbandoned() {
		return this.queue.isGone();
	}

	@Override
	public void close() {
		this.runtime.openResponses().remove(this);
		stopWatching();
		if (!this.queue.leave()) {
			return;
		}
		if (logger.isDebugEnabled()) {
			logger.debug("The reader left after " + this.queue.messages() + " events");
		}
		cancelSource();
		this.closeListeners.runAll();
		tellReader();
	}

	@Override
	public void discard() {
		if (this.queue.attach()) {
			close();
		}
	}

	@Override
	public Map<String, String> headers(boolean persistentHeader) {
		Map<String, String> headers = new LinkedCaseInsensitiveMap<>();
		headers.put("Content-Type", "text/event-stream");
		headers.put("Cache-Control", this.options.compression() ? "no-cache" : "no-cache, no-transform");
		if (persistentHeader) {
			headers.put("Connection", "keep-alive");
		}
		headers.put("X-Accel-Buffering", "no");
		headers.putAll(this.format.headers());
		headers.putAll(this.options.headers());
		Attachment kept = this.kept;
		if (kept != null) {
			headers.put(StreamingResponses.STREAM_ID_HEADER, kept.streamId());
		}
		return headers;
	}

	@Override
	public boolean isCompressible() {
		return this.options.compression();
	}

	@Override
	public Executor writer() {
		return this.silence.writer();
	}

	@Override
	public boolean anyThreadMayWrite() {
		return !this.silence.isDue() && this.runtime.anyThreadMayWrite();
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

	/** Foreign code is cancelled and called: not on the thread that serves all. */
	private void stalled() {
		try {
			this.runtime.writer().execute(this::close);
		}
		catch (RuntimeException | Error ex) {
			// However it refuses: there is no thread, and the reader is gone all the same
			close();
		}
	}

	private void watchStalls() {
		if (this.stalls.begin(this.runtime.heartbeats(), this.options.sendTimeout()) && this.queue.isOver()) {
			this.stalls.stop();
		}
	}

	private void stopWatching() {
		this.silence.stop();
		this.stalls.stop();
	}

	private static void nobody() {
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
