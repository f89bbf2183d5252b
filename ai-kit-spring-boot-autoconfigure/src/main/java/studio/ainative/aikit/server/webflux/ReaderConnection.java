package studio.ainative.aikit.server.webflux;

import java.util.concurrent.Executor;

import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.ClassUtils;

/**
 * What a reader's connection can do for the response that is written to it. On Reactor
 * Netty it says how much waits in it and on which thread it is served; of other servers
 * nothing is known, and these defaults hold.
 */
class ReaderConnection {

	private static final boolean NETTY = ClassUtils.isPresent("reactor.netty.http.server.HttpServerResponse",
			ReaderConnection.class.getClassLoader());

	static ReaderConnection of(ReactiveHttpOutputMessage message) {
		if (NETTY && message instanceof ServerHttpResponse response) {
			try {
				Object nativeResponse = ServerHttpResponseDecorator.getNativeResponse(response);
				return NettyConnection.to(nativeResponse);
			}
			catch (IllegalArgumentException | IllegalStateException ex) {
				// A response that is nobody's, in a test
			}
		}
		return new ReaderConnection();
	}

	/**
	 * Where to make what is written.
	 * @return the executor, by default one that stays on the thread it is called by
	 */
	Executor executor() {
		return Runnable::run;
	}

	/**
	 * Where to go on with what had to wait for others: the threads that those answer on
	 * are theirs.
	 * @return the executor, by default one that stays on the thread it is called by, as
	 * on the reader's own
	 */
	Executor ownThread() {
		return Runnable::run;
	}

	/**
	 * Whether to write, or to wait as much is on its way already.
	 * @return {@code false} while the reader lags behind
	 */
	boolean isWritable() {
		return true;
	}

	/**
	 * Watch the connection, which was not writable, until {@link #release()}.
	 * @param again called each time it has become writable; the same in each call
	 */
	void onWritable(Runnable again) {
	}

	/** The response has ended. */
	void release() {
	}

	/**
	 * Close the connection at once, for a reader who doesn't read: else what was sent
	 * waits for him, and he for the rest. Where that can't be done the response just
	 * ends.
	 */
	void close() {
	}

}
