package studio.ainative.aikit.server;

import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Several observers as one. What one of them throws goes to the log, and neither breaks a
 * response nor keeps the others from being told.
 */
final class GuardedObservers implements ResponseObserver {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private final List<ResponseObserver> all;

	private GuardedObservers(List<ResponseObserver> all) {
		this.all = List.copyOf(all);
	}

	/**
	 * Guard observers.
	 * @param all the observers, told in this order
	 * @return {@code null} if there are none
	 */
	static @Nullable ResponseObserver of(List<ResponseObserver> all) {
		return all.isEmpty() ? null : new GuardedObservers(all);
	}

	@Override
	public void opened(OpenResponse response) {
		tell((observer) -> observer.opened(response));
	}

	@Override
	public void closed(OpenResponse response, Closing closing) {
		tell((observer) -> observer.closed(response, closing));
	}

	@Override
	public void kept(KeptNews news) {
		tell((observer) -> observer.kept(news));
	}

	private void tell(Consumer<ResponseObserver> news) {
		for (ResponseObserver observer : this.all) {
			try {
				news.accept(observer);
			}
			catch (RuntimeException | LinkageError | AssertionError ex) {
				// Not what it says, which may be anything
				logger.warn("The observer of a response failed with " + ex.getClass().getName());
			}
		}
	}

}
