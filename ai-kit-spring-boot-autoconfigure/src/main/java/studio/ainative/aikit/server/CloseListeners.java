package studio.ainative.aikit.server;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What is to run when the reader leaves: each once, however often it is found out, and
 * with what the thread that added it carried.
 */
final class CloseListeners {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	/** {@code null} once they have run. */
	private @Nullable List<Runnable> waiting = new ArrayList<>(1);

	void add(Runnable listener) {
		if (!keep(CallerContext.wrap(listener))) {
			run(listener);
		}
	}

	void runAll() {
		take().forEach(CloseListeners::run);
	}

	private synchronized boolean keep(Runnable listener) {
		if (this.waiting != null) {
			this.waiting.add(listener);
			return true;
		}
		return false;
	}

	private synchronized List<Runnable> take() {
		List<Runnable> listeners = (this.waiting != null) ? this.waiting : List.of();
		this.waiting = null;
		return listeners;
	}

	private static void run(Runnable listener) {
		try {
			listener.run();
		}
		catch (Exception | LinkageError | AssertionError ex) {
			logger.warn("A listener for a reader who left has failed", ex);
		}
	}

}
