package studio.ainative.aikit.bridge;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Threads that let go of other libraries' streams, which may wait for the provider's next
 * byte: the thread of the reader who left must not. There are as many as streams that are
 * just being let go of, and none when there is none; on a pool with a limit, streams that
 * a provider keeps silent would hold up everybody else's.
 *
 * @since 0.1.0
 */
public final class CancelThreads {

	private static final Log logger = LogFactory.getLog(CancelThreads.class);

	private static final AtomicInteger COUNT = new AtomicInteger();

	private static final ExecutorService THREADS = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "ai-kit-cancel-" + COUNT.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	});

	private CancelThreads() {
	}

	/**
	 * Let go of a stream on a thread of its own.
	 * @param cancel lets go; its exceptions are logged at DEBUG
	 */
	public static void run(Runnable cancel) {
		THREADS.execute(() -> {
			try {
				cancel.run();
			}
			catch (RuntimeException ex) {
				logger.debug("A stream could not be cancelled", ex);
			}
		});
	}

}
