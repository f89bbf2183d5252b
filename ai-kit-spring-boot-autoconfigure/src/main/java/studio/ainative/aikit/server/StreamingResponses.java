package studio.ainative.aikit.server;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.aikit.AiKitWireFormat;
import studio.ainative.aikit.log.AnswerLog;

/**
 * Makes streaming responses that share what can be shared: the options, one timer for
 * heartbeats and stalled readers (a daemon thread, started with the first response) and
 * the executor on which Servlet responses are written. To be injected into controllers.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class StreamingResponses implements AutoCloseable {

	/** Response header that tells the id of an answer that can be read again. */
	public static final String STREAM_ID_HEADER = "AI-Kit-Stream-Id";

	/** Request header that names a request, so that sending it again costs nothing. */
	public static final String IDEMPOTENCY_KEY_HEADER = "Idempotency-Key";

	private final StreamingOptions options;

	private final ResponseRuntime runtime;

	/**
	 * Make responses with the given options and everything else as by default.
	 * @param options how to stream
	 */
	public StreamingResponses(StreamingOptions options) {
		this(builder(options));
	}

	private StreamingResponses(Builder builder) {
		this.options = builder.options;
		WireFormat format = builder.wireFormat;
		if (format == null) {
			format = new AiKitWireFormat((builder.jsonMapper != null) ? builder.jsonMapper : new JsonMapper());
		}
		this.runtime = new ResponseRuntime(format, builder.executor, builder.heartbeats, builder.clock,
				GuardedObservers.of(builder.observers));
		AnswerLog log = builder.answerLog;
		if (log != null) {
			this.runtime.keepAnswers(new Resumption(log, builder.resumeOptions, builder.streamOwners, this.runtime));
		}
	}

	/**
	 * Begin with the given options and everything else as by default.
	 * @param options how to stream
	 * @return a builder
	 */
	public static Builder builder(StreamingOptions options) {
		return new Builder(options);
	}

	static StreamingResponses shared() {
		return Shared.INSTANCE;
	}

	/**
	 * Make a response that the application feeds.
	 * @return the response
	 */
	public StreamingResponse create() {
		return create(this.options);
	}

	/**
	 * Make a response that the application feeds.
	 * @param options how to stream, in place of this factory's options
	 * @return the response
	 */
	public StreamingResponse create(StreamingOptions options) {
		return new DefaultStreamingResponse(new EventPipe(null, options, this.runtime));
	}

	/**
	 * Make a response that a source feeds. The source sets the pace no faster than the
	 * reader does: only a few events are asked for ahead.
	 * @param source the events; subscribed to once, when the response is written, and
	 * cancelled when the reader leaves. If it fails, the reader gets an error event and
	 * the exception is logged
	 * @return the response
	 */
	public StreamingResponse from(Flux<? extends StreamEvent> source) {
		return from(source, this.options);
	}

	/**
	 * Make a response that a source feeds.
	 * @param source the events, as in {@link #from(Flux)}
	 * @param options how to stream, in place of this factory's options
	 * @return the response
	 */
	public StreamingResponse from(Flux<? extends StreamEvent> source, StreamingOptions options) {
		Objects.requireNonNull(source, "'source' must not be null");
		return new DefaultStreamingResponse(new EventPipe(source, options, this.runtime));
	}

	/**
	 * Make a response that a source feeds, for another kind of client.
	 * @param source the events, as in {@link #from(Flux)}
	 * @param format what the events look like, in place of this factory's format
	 * @return the response
	 */
	public StreamingResponse from(Flux<? extends StreamEvent> source, WireFormat format) {
		return from(source, this.options.withFormat(format));
	}

	/**
	 * Make the response to a message of a chat: as {@link #from(Flux, StreamingOptions)}
	 * does, and {@link #resumeChat} finds the answer by the chat's id for as long as it
	 * streams. An answer in the same chat that still streams is stopped: its question is
	 * no longer the last. A request's {@code Idempotency-Key} is not looked at.
	 * <p>
	 * Where answers are not kept, the chat's id changes nothing.
	 * @param chatId the chat's id, not empty, 256 characters at most. Chats of different
	 * owners are different chats; those of requests without an owner can be read by
	 * whoever knows the id, so it must be one that can't be guessed
	 * @param source the events, as in {@link #from(Flux)}
	 * @param options how to stream, in place of this factory's options
	 * @return the response
	 */
	public StreamingResponse fromChat(String chatId, Flux<? extends StreamEvent> source, StreamingOptions options) {
		Objects.requireNonNull(source, "'source' must not be null");
		return new DefaultStreamingResponse(new EventPipe(source, null, new ChatKey(chatId), options, this.runtime));
	}

	/**
	 * Make the response to a message of a chat, for another kind of client.
	 * @param chatId the chat's id, as in
	 * {@link #fromChat(String, Flux, StreamingOptions)}
	 * @param source the events, as in {@link #from(Flux)}
	 * @param format what the events look like, in place of this factory's format
	 * @return the response
	 */
	public StreamingResponse fromChat(String chatId, Flux<? extends StreamEvent> source, WireFormat format) {
		return fromChat(chatId, source, this.options.withFormat(format));
	}

	/**
	 * Read the answer that streams in a chat again, from its beginning: what
	 * {@code useChat} of the npm package {@code ai} asks for when its page is loaded
	 * anew. The answer is one of {@link #fromChat}, of this factory or of another one
	 * that shares its log.
	 * <p>
	 * To be returned by the controller as it is: the request then says who reads. If
	 * nothing streams in the chat, the request is answered with 204 (No Content): the
	 * chat is unknown, somebody else's, or its last answer has ended.
	 * @param chatId the chat's id, of any form
	 * @param format what the events look like: that which the answer was begun with
	 * @return the response
	 * @throws IllegalStateException if answers are not kept
	 */
	public StreamingResponse resumeChat(String chatId, WireFormat format) {
		requireKept();
		return new DefaultStreamingResponse(
				new EventPipe(null, null, ChatKey.asked(chatId), this.options.withFormat(format), this.runtime));
	}

	/**
	 * Read an answer again that was made by {@link #from(Flux)}: of this factory or of
	 * another one that shares its log, while it streams and for a while after. The source
	 * is never called a second time.
	 * <p>
	 * To be returned by the controller as it is: the request then says who reads. An id
	 * that is unknown, expired or somebody else's is answered with 404, a cursor that is
	 * no number of an event of the answer with 400.
	 * @param streamId the answer's id
	 * @param cursor the id of the last event that the reader has, as in
	 * {@code Last-Event-ID}; {@code null} or empty to read the answer from its beginning.
	 * Formats that can't go on in the middle ignore it
	 * @return the response
	 * @throws IllegalStateException if answers are not kept
	 */
	public StreamingResponse resume(String streamId, @Nullable String cursor) {
		return resume(streamId, cursor, this.options);
	}

	/**
	 * Read an answer again, as {@link #resume(String, String)} does.
	 * @param streamId the answer's id
	 * @param cursor the id of the last event that the reader has
	 * @param options how to stream, in place of this factory's options
	 * @return the response
	 */
	public StreamingResponse resume(String streamId, @Nullable String cursor, StreamingOptions options) {
		Objects.requireNonNull(streamId, "'streamId' must not be null");
		requireKept();
		return new DefaultStreamingResponse(
				new EventPipe(null, new KeptReading.Again(streamId, cursor), null, options, this.runtime));
	}

	/**
	 * Read an answer again, for another kind of client.
	 * @param streamId the answer's id
	 * @param cursor the id of the last event that the reader has
	 * @param format what the events look like: that which the answer was begun with
	 * @return the response
	 */
	public StreamingResponse resume(String streamId, @Nullable String cursor, WireFormat format) {
		return resume(streamId, cursor, this.options.withFormat(format));
	}

	/**
	 * Stop an answer that is kept, on whatever node it is made. Its readers get what came
	 * before and the outcome {@code stopped}. Asking again does nothing.
	 * <p>
	 * Whether somebody may is up to the caller: with {@link #stop(String, ReaderRequest)}
	 * to whose the answer is.
	 * @param streamId the answer's id
	 * @return whether there is such an answer, ended or not
	 * @throws IllegalStateException if answers are not kept
	 */
	public Mono<Boolean> stop(String streamId) {
		return requireKept().stop(streamId);
	}

	/**
	 * Stop an answer that is kept, if it is that of whoever asks.
	 * @param streamId the answer's id
	 * @param request the request
	 * @return whether there is such an answer of theirs, ended or not
	 * @throws IllegalStateException if answers are not kept
	 */
	public Mono<Boolean> stop(String streamId, ReaderRequest request) {
		return requireKept().stop(streamId, request);
	}

	private Resumption requireKept() {
		Resumption resumption = this.runtime.resumption();
		if (resumption == null) {
			throw new IllegalStateException("Answers are not kept: set 'ai-kit.response.resume.enabled' to true, "
					+ "or give the builder an AnswerLog");
		}
		return resumption;
	}

	/** How many answers that are kept are being made by this factory. */
	int keptAnswers() {
		Resumption resumption = this.runtime.resumption();
		return (resumption != null) ? resumption.size() : 0;
	}

	/**
	 * The options of responses that are made without their own.
	 * @return the options
	 */
	public StreamingOptions options() {
		return this.options;
	}

	/** How many responses have a reader at this moment. */
	int openResponses() {
		return this.runtime.openResponses().size();
	}

	/**
	 * Let the responses of this factory come to an end, because the application shuts
	 * down. Those that run may finish within their
	 * {@linkplain StreamingOptions#drainTimeout() drainTimeout}; then they get an
	 * {@code error} event with the code {@value StreamingResponse#SERVER_SHUTDOWN} and
	 * {@code done}, and their sources are cancelled. A response that is opened from now
	 * on gets the same at once, and its source is not subscribed to.
	 * <p>
	 * Returns at once if no response is open. Else it blocks until the last has ended:
	 * for the longest {@code drainTimeout} of them at most, and up to half a second more
	 * where a reader doesn't take the last events; such a response is closed, and at once
	 * if its reader has taken nothing in all this time. If the thread is interrupted,
	 * nobody is waited for any longer.
	 * <p>
	 * Readers of answers that other nodes can go on with are let go at once instead,
	 * without an end and with a short {@code retry:}; those answers may then finish
	 * within the same time.
	 */
	public void drain() {
		Resumption resumption = this.runtime.resumption();
		if (resumption != null) {
			resumption.refuse();
		}
		this.runtime.openResponses().drain();
		if (resumption != null) {
			resumption.drain();
		}
	}

	/**
	 * Stop the timer and, unless it was given, the executor. Responses that still run get
	 * no more heartbeats, are not closed when their reader stalls, and on Servlet stacks
	 * no more events.
	 */
	@Override
	public void close() {
		this.runtime.close();
	}

	/**
	 * What a factory may be given beside its options.
	 */
	public static final class Builder {

		private final StreamingOptions options;

		private @Nullable WireFormat wireFormat;

		private @Nullable JsonMapper jsonMapper;

		private @Nullable Executor executor;

		private HeartbeatTimer heartbeats = new HeartbeatTimer();

		private Clock clock = Clock.systemUTC();

		private @Nullable AnswerLog answerLog;

		private ResumeOptions resumeOptions = ResumeOptions.defaults();

		private StreamOwnerResolver streamOwners = StreamOwnerResolver.PRINCIPAL;

		private final List<ResponseObserver> observers = new ArrayList<>(1);

		private Builder(StreamingOptions options) {
			this.options = Objects.requireNonNull(options, "'options' must not be null");
		}

		/**
		 * How events look to the reader: AI Kit's own format unless set.
		 * @param wireFormat the format
		 * @return this builder
		 */
		public Builder wireFormat(WireFormat wireFormat) {
			this.wireFormat = wireFormat;
			return this;
		}

		/**
		 * What writes JSON in AI Kit's own format: a plain mapper unless set.
		 * @param jsonMapper the mapper
		 * @return this builder
		 */
		public Builder jsonMapper(JsonMapper jsonMapper) {
			this.jsonMapper = jsonMapper;
			return this;
		}

		/**
		 * Where Servlet responses are written. Its threads can block while a reader is
		 * slow (see {@link StreamingResponse}), so it must not be one that other work
		 * waits for; virtual threads suit. Unless set, a token that comes alone is
		 * written by the thread that sends it, and for all else daemon threads are made
		 * as needed, which end after a minute without work.
		 * @param executor the executor; closing the factory does not stop it
		 * @return this builder
		 */
		public Builder executor(Executor executor) {
			this.executor = executor;
			return this;
		}

		/**
		 * What tells the time for {@code start} and {@code done} events: the system's
		 * clock unless set.
		 * @param clock the clock
		 * @return this builder
		 */
		public Builder clock(Clock clock) {
			this.clock = clock;
			return this;
		}

		/**
		 * Keep the answers of {@link StreamingResponses#from(Flux)}, so that they outlive
		 * the connections of their readers. They are not kept unless this is set.
		 * @param log where they are kept; closing the factory does not close it
		 * @param options how
		 * @return this builder
		 */
		public Builder resume(AnswerLog log, ResumeOptions options) {
			this.answerLog = Objects.requireNonNull(log, "'log' must not be null");
			this.resumeOptions = Objects.requireNonNull(options, "'options' must not be null");
			return this;
		}

		/**
		 * Who may read an answer again, and stop it: the principal who asked for it
		 * unless set.
		 * @param streamOwners finds the owner
		 * @return this builder
		 */
		public Builder streamOwners(StreamOwnerResolver streamOwners) {
			this.streamOwners = Objects.requireNonNull(streamOwners, "'streamOwners' must not be null");
			return this;
		}

		/**
		 * Let one more see each response while it has a reader, to measure it. Nobody
		 * does by default.
		 * @param observer the observer
		 * @return this builder
		 */
		public Builder observer(ResponseObserver observer) {
			this.observers.add(Objects.requireNonNull(observer, "'observer' must not be null"));
			return this;
		}

		/** For tests, which have their own time. */
		Builder heartbeats(HeartbeatTimer heartbeats) {
			this.heartbeats = heartbeats;
			return this;
		}

		/**
		 * Make the factory.
		 * @return the factory
		 */
		public StreamingResponses build() {
			return new StreamingResponses(this);
		}

	}

	/**
	 * Made when the first response is made without a factory; its threads are daemons.
	 */
	private static final class Shared {

		static final StreamingResponses INSTANCE = new StreamingResponses(StreamingOptions.defaults());

	}

}
