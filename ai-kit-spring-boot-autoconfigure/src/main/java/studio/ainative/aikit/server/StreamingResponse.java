package studio.ainative.aikit.server;

import java.util.Map;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.codec.ServerSentEvent;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.event.Usage;

/**
 * The answer to one reader, as server-sent events. Either a source feeds it
 * ({@code from}), or the application does, from any thread:
 *
 * <pre class="code">
 * response.sendToken("Hel").sendToken("lo").sendUsage(usage).end();
 * </pre>
 *
 * A controller returns it as it is (on Spring MVC and WebFlux alike), or in one of the
 * forms that the {@code to…} methods make; a response can be written only once. Events
 * sent before that wait.
 * <p>
 * The {@code start} event goes out first and by itself. Ids rise from 1. A reader who is
 * slow makes senders wait: when {@link StreamingOptions#bufferSize() bufferSize} events
 * are unwritten, {@code send…} blocks, for {@link StreamingOptions#sendTimeout()
 * sendTimeout} at most, then closes the response and throws {@link SendTimeoutException}.
 * A response whose reader takes nothing at all for that time while events wait is closed
 * in any case, as is one that nobody begins to write, and so is its connection on Reactor
 * Netty. A Servlet container keeps the connection until its own timeout (Tomcat's
 * {@code connectionTimeout}). On a thread that must not block (Reactor's event loops)
 * {@code send…} throws {@link IllegalStateException} at once instead, and the response
 * stays open.
 * <p>
 * Writing blocks nobody: what the connection doesn't take waits until the container says
 * that it does. On a Servlet container a token that comes alone is written by the thread
 * that sends it, unless an executor was named
 * ({@link StreamingResponses.Builder#executor}). There are two exceptions: a response
 * whose stream was replaced by a filter's own wrapper, and an emitter that Spring writes
 * because AI Kit's return value handler is not there. Those are written by other threads
 * with calls that block, and a reader who takes nothing holds one.
 * <p>
 * Two ways to end:
 * <ul>
 * <li>The application ends it ({@link #end()}, {@link #abort()}, or the source
 * terminates): what was sent before is still written, then {@code done}. From then on
 * {@code send…} throws {@link IllegalStateException}; ending again does nothing.
 * <li>The reader leaves, the response times out or can't be written: the source is
 * cancelled, what was not written is dropped, {@linkplain #onClose(Runnable) listeners}
 * run. From then on {@code send…} does nothing.
 * </ul>
 *
 * @since 0.1.0
 * @see StreamingResponses
 */
public interface StreamingResponse extends StreamEventSink {

	/** Code of the error event after {@link #abort()}: {@value}. */
	String ABORTED = "ABORTED";

	/** Code of errors that were sent without one: {@value}. */
	String ERROR = "ERROR";

	/** Code of the error event for an unexpected exception of the source: {@value}. */
	String INTERNAL_ERROR = "INTERNAL_ERROR";

	/** Code of the error event when the application shuts down: {@value}. */
	String SERVER_SHUTDOWN = "SERVER_SHUTDOWN";

	/**
	 * Make a response that the application feeds, without Spring's container. In an
	 * application inject {@link StreamingResponses} instead.
	 * @param options how to stream
	 * @return the response
	 */
	static StreamingResponse create(StreamingOptions options) {
		return StreamingResponses.shared().create(options);
	}

	/**
	 * Make a response that a source feeds, without Spring's container. In an application
	 * inject {@link StreamingResponses} instead.
	 * @param source the events; subscribed to once, when the response is written
	 * @param options how to stream
	 * @return the response
	 */
	static StreamingResponse from(Flux<? extends StreamEvent> source, StreamingOptions options) {
		return StreamingResponses.shared().from(source, options);
	}

	/**
	 * Send the {@code start} event. Not needed: it goes out by itself before anything
	 * else. A second call does nothing.
	 * @return this response
	 * @throws IllegalStateException if the application has ended the response
	 */
	StreamingResponse start();

	/**
	 * Send a piece of text. Its index continues that of the last one.
	 * @param token the text
	 * @return this response
	 * @throws IllegalStateException if the application has ended the response, or the
	 * buffer is full and this thread must not block
	 * @throws SendTimeoutException if the reader is too slow
	 */
	StreamingResponse sendToken(String token);

	/**
	 * Send a piece of text at an index of one's own.
	 * @param token the text
	 * @param index its position among the tokens, from 0
	 * @return this response
	 * @throws IllegalStateException as {@link #sendToken(String)} does
	 * @throws SendTimeoutException if the reader is too slow
	 */
	StreamingResponse sendToken(String token, int index);

	/**
	 * Send what the answer has used so far.
	 * @param usage the tokens
	 * @return this response
	 * @throws IllegalStateException as {@link #sendToken(String)} does
	 * @throws SendTimeoutException if the reader is too slow
	 */
	StreamingResponse sendUsage(Usage usage);

	/**
	 * Send facts about the answer.
	 * @param metadata the facts: JSON values by name
	 * @return this response
	 * @throws IllegalStateException as {@link #sendToken(String)} does
	 * @throws SendTimeoutException if the reader is too slow
	 */
	StreamingResponse sendMetadata(Map<String, ?> metadata);

	/**
	 * Send an error, with the code {@value #ERROR}. The response goes on, but its outcome
	 * is an error when it ends.
	 * @param error a plain sentence for the reader
	 * @return this response
	 * @throws IllegalStateException as {@link #sendToken(String)} does
	 * @throws SendTimeoutException if the reader is too slow
	 */
	StreamingResponse sendError(String error);

	/**
	 * Send an error. The response goes on, but its outcome is an error when it ends.
	 * @param error a plain sentence for the reader
	 * @param code what went wrong, for programs
	 * @return this response
	 * @throws IllegalStateException as {@link #sendToken(String)} does
	 * @throws SendTimeoutException if the reader is too slow
	 */
	StreamingResponse sendError(String error, String code);

	/**
	 * Send an error. The response goes on, but its outcome is an error when it ends.
	 * @param error a plain sentence for the reader
	 * @param code what went wrong, for programs
	 * @param details more facts: JSON values by name
	 * @return this response
	 * @throws IllegalStateException as {@link #sendToken(String)} does
	 * @throws SendTimeoutException if the reader is too slow
	 */
	StreamingResponse sendError(String error, String code, Map<String, ?> details);

	/**
	 * Send an event.
	 * @param event the event
	 * @throws IllegalStateException as {@link #sendToken(String)} does
	 * @throws SendTimeoutException if the reader is too slow
	 */
	@Override
	void send(StreamEvent event);

	/**
	 * End the response: {@code done} follows what was sent before. Its outcome is
	 * {@code complete}, or {@code error} if an error event was sent. A source that still
	 * runs is cancelled. Never blocks; does nothing if the response has ended.
	 */
	void end();

	/**
	 * End the response as failed, with the code {@value #ABORTED}: an {@code error} event
	 * and {@code done} follow what was sent before. A source that still runs is
	 * cancelled. Never blocks; does nothing if the response has ended.
	 */
	void abort();

	/**
	 * End the response as failed: an {@code error} event and {@code done} follow what was
	 * sent before. A source that still runs is cancelled. Never blocks; does nothing if
	 * the response has ended.
	 * @param error a plain sentence for the reader
	 * @param code what went wrong, for programs
	 */
	void abort(String error, String code);

	/**
	 * Whether it makes sense to send: neither has the application ended the response nor
	 * the reader left. True from the beginning, so that a thread which produces the
	 * answer need not wait for the response to be written.
	 * @return whether the response is open
	 */
	boolean isStreamActive();

	/**
	 * How many events were sent, {@code start} and {@code done} included. Heartbeats are
	 * not events.
	 * @return the number of events
	 */
	long getMessageCount();

	/**
	 * Run something when the reader leaves, or the response ends by any other cause than
	 * the application's own: a timeout, a failed write. Not run after {@link #end()},
	 * {@link #abort()} or the end of the source, if the reader was still there. Runs too
	 * if the request turns out to want no body ({@code HEAD}). Runs once, on the thread
	 * that found out, at once if that was before. A listener that throws is logged; the
	 * others still run. A response that is made and then forgotten is noticed only if
	 * events were sent to it.
	 * @param listener what to run; must return soon
	 * @return this response
	 */
	StreamingResponse onClose(Runnable listener);

	/**
	 * How this response is streamed.
	 * @return the options
	 */
	StreamingOptions options();

	/**
	 * What a web stack reads this response from.
	 * @return the frames, always the same object
	 */
	FrameSource frames();

	/**
	 * This response for a controller of Spring MVC that returns an emitter. It has no
	 * timeout. Callbacks may be added to it. Where AI Kit's return value handler writes
	 * it, as in every application with the starter, {@code send} of the emitter itself
	 * throws {@link IllegalStateException}.
	 * <p>
	 * The type is that of the variable, or of the method that returns it, so that an
	 * application without Spring MVC has all classes that this interface speaks of.
	 * @param <E> {@link org.springframework.web.servlet.mvc.method.annotation.SseEmitter
	 * SseEmitter}, or a type above it
	 * @return the emitter, to be returned from the controller
	 */
	// The caller has to know it, as the erased type must not be an optional one
	@SuppressWarnings("TypeParameterUnusedInFormals")
	<E> E toSseEmitter();

	/**
	 * This response as Spring's events, for either stack. Elements are taken on demand;
	 * cancelling means that the reader left. Their data is JSON text.
	 * <p>
	 * A controller that returns the very object, by itself or as the body of a
	 * {@code ResponseEntity}, has the response written as if it had returned that: with
	 * its headers, and no event is made. After any operator, in a functional route, and
	 * where AI Kit's return value handlers are missing, Spring writes the events one by
	 * one, without headers of the response's own.
	 * @return the events, heartbeats as comments; for one subscriber, a second gets an
	 * {@link IllegalStateException}
	 */
	Flux<ServerSentEvent<Object>> toFlux();

	/**
	 * This response for a functional route of Spring WebFlux. Its type is given as that
	 * of {@link #toSseEmitter()} is. Where nothing gives it, as before a further
	 * operator, say {@code response.<ServerResponse>toServerResponse()}.
	 * @param <R> {@link org.springframework.web.reactive.function.server.ServerResponse
	 * ServerResponse} of Spring WebFlux
	 * @return the response
	 */
	@SuppressWarnings("TypeParameterUnusedInFormals")
	<R> Mono<R> toServerResponse();

	/**
	 * This response for a functional route of Spring MVC. Its type is given as that of
	 * {@link #toSseEmitter()} is.
	 * @param <R> {@link org.springframework.web.servlet.function.ServerResponse
	 * ServerResponse} of Spring MVC
	 * @return the response
	 */
	@SuppressWarnings("TypeParameterUnusedInFormals")
	<R> R toMvcServerResponse();

}
