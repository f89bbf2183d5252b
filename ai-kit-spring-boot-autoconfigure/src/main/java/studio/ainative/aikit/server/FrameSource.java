package studio.ainative.aikit.server;

import java.util.Map;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * What a web stack reads a response from, for those who connect another one. A response
 * has one reader: {@link #open} works once.
 * <p>
 * The stack pulls: it is told that there may be something, takes frames with
 * {@link #poll()} until there is none, writes and flushes them, and waits to be told
 * again. Taking frames is what lets blocked senders and the source go on, so a slow
 * reader slows them.
 *
 * @since 0.1.0
 */
public interface FrameSource {

	/**
	 * Key in the context of who subscribes to {@link #flux}: a {@code Consumer} of
	 * sources that is told which one it has opened. Whoever sees to the request closes it
	 * when that is over, as not all that write a response cancel it when they fail.
	 */
	Object OPENED = FrameSource.class.getName() + ".OPENED";

	/**
	 * Whether the response can be opened as it is. If not, {@link #prepare} comes first.
	 * @return {@code true} unless the answer is or was kept to be read again
	 */
	default boolean isPrepared() {
		return true;
	}

	/**
	 * Settle what depends on the request: whose the answer is, whether it was begun
	 * before, whether it may be read. To be subscribed to once, before {@link #headers}
	 * are asked for. Fails with a {@code ResponseStatusException} if the request is to be
	 * refused. Goes on if cancelled: {@link #close()} or {@link #discard()} then says
	 * what is to become of an answer that has begun.
	 * @param request the request
	 * @return completes when the response can be opened, mostly at once
	 */
	default Mono<Void> prepare(ReaderRequest request) {
		return Mono.empty();
	}

	/**
	 * Become the reader: the {@code start} event is ready, and heartbeats run.
	 * @param ready called whenever there may be something new, by any thread, also by
	 * several at once and before this method returns; must return soon
	 * @throws IllegalStateException if called before
	 */
	void open(Runnable ready);

	/**
	 * Subscribe to the source, if there is one, on this thread. To be called once, after
	 * {@link #open}.
	 * @param context what the source finds as its context, besides the values that
	 * {@code io.micrometer:context-propagation} captures from this thread
	 */
	void connect(ContextView context);

	/**
	 * Take the next frame. Not to be called by two threads at once.
	 * @return the frame, {@code null} if none is ready
	 */
	@Nullable Frame poll();

	/**
	 * Take the frames that are ready, as bytes: the fast way. Not to be called by two
	 * threads at once, nor together with {@link #poll()}.
	 * @param encoder takes the frames
	 * @param enough take no more once the encoder holds as many bytes
	 * @return {@code false} if none was ready
	 */
	boolean drainTo(SseEncoder encoder, int enough);

	/**
	 * What was taken has been written, or handed on to what writes it, and nothing more
	 * was to be had. To be called each time that is so: a reader for whom it takes too
	 * long is given up, and a shutdown waits until the last frame has got this far.
	 */
	void written();

	/**
	 * Whether nothing follows, ever: all was taken, or the response was given up. If the
	 * {@code done} event was not taken by then, the reader sees a broken answer, as it
	 * should.
	 * @return {@code true} once the body is to be ended
	 */
	boolean isDrained();

	/**
	 * Whether the response was given up before its end, by {@link #close()} or because
	 * the reader has taken nothing for {@link StreamingOptions#sendTimeout()
	 * sendTimeout}. Its connection had better be closed then: a reader who doesn't read
	 * does not see the body's end either.
	 * @return whether it was given up
	 */
	boolean isAbandoned();

	/**
	 * The reader is gone (or a write failed, or the container gave up): the source is
	 * cancelled, blocked senders return, close listeners run. Does nothing after the
	 * response was drained, nor a second time.
	 */
	void close();

	/**
	 * Nobody is going to read the response: the request asks for its headers only, or it
	 * was given another answer. Closes it, as {@link #close()} does; its source is never
	 * subscribed to. Does nothing once it was opened, as then its reader sees to that.
	 */
	void discard();

	/**
	 * The headers that the response is to have.
	 * @param persistentHeader whether to say {@code Connection: keep-alive}, which only
	 * HTTP/1.1 allows
	 * @return the headers by name
	 */
	Map<String, String> headers(boolean persistentHeader);

	/**
	 * Whether to compress for a reader who {@linkplain GzipEncoder#isAccepted accepts}
	 * it, and to say {@code Vary: Accept-Encoding} to all.
	 * @return whether compression is wanted
	 */
	boolean isCompressible();

	/**
	 * Where a stack that has no thread of its own to write on is to do so now; to be
	 * asked each time. No thread is taken by a silent response, and heartbeats that are
	 * due together share one.
	 * @return the executor, never the framework's own
	 */
	Executor writer();

	/**
	 * Whether the thread that made a frame ready may write it now, if that doesn't block.
	 * Others wait for it, so it is to write no more than that.
	 * @return {@code false} for a heartbeat, as its thread serves all responses, and if
	 * the application has named an executor to write on
	 */
	boolean anyThreadMayWrite();

	/**
	 * A {@code Flux} that opens this source when subscribed to (once) and closes it when
	 * cancelled. Each element is taken on demand: nothing waits in between.
	 * @param take makes the elements
	 * @param <T> the type of the elements
	 * @return the elements
	 * @see #OPENED
	 */
	default <T> Flux<T> flux(Take<T> take) {
		return new FrameFlux<>(this, take);
	}

	/**
	 * Makes one element of one frame or several.
	 *
	 * @param <T> the type of the elements
	 */
	@FunctionalInterface
	interface Take<T> {

		/**
		 * Take frames.
		 * @param frames where to take them from
		 * @return the element, {@code null} if no frame is ready
		 */
		@Nullable T from(FrameSource frames);

		/**
		 * The elements are subscribed to.
		 * @param again to be called when an element may be taken, after
		 * {@link #from(FrameSource)} gave none for another reason than that no frame was
		 * ready
		 */
		default void begin(Runnable again) {
		}

		/**
		 * No further element is taken: the elements have completed or failed, of which
		 * nobody has been told yet, or were cancelled. May be called again.
		 * @param frames where they were taken from
		 */
		default void end(FrameSource frames) {
		}

		/**
		 * Where elements are taken. What becomes ready before the executor gets to it
		 * goes into one element.
		 * @return the executor, by default one that takes them on the thread that made a
		 * frame ready
		 */
		default Executor executor() {
			return Runnable::run;
		}

	}

}
