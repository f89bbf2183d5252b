package studio.ainative.aikit.client;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Who wants to be told of what. A listener's exception goes to the log, by its class
 * only: its text may hold anything.
 */
final class Listeners {

	private static final Log logger = LogFactory.getLog(AIStream.class);

	private final List<Entry<?>> entries;

	Listeners() {
		this(List.of());
	}

	private Listeners(List<Entry<?>> entries) {
		this.entries = new CopyOnWriteArrayList<>(entries);
	}

	Listeners copy() {
		return new Listeners(this.entries);
	}

	<T> ListenerRegistration add(AIStreamEvent<T> event, Consumer<? super T> listener) {
		Entry<T> entry = new Entry<>(event, listener);
		this.entries.add(entry);
		return () -> this.entries.remove(entry);
	}

	<T> void tell(AIStreamEvent<T> event, T value) {
		// Told of each token, mostly with nobody there, where an iterator is all there is
		// to pay
		if (this.entries.isEmpty()) {
			return;
		}
		for (Entry<?> entry : this.entries) {
			entry.tell(event, value);
		}
	}

	/** Not a record: two registrations of the same listener are two. */
	private static final class Entry<T> {

		private final AIStreamEvent<T> event;

		private final Consumer<? super T> listener;

		Entry(AIStreamEvent<T> event, Consumer<? super T> listener) {
			this.event = Objects.requireNonNull(event, "'event' must not be null");
			this.listener = Objects.requireNonNull(listener, "'listener' must not be null");
		}

		void tell(AIStreamEvent<?> event, Object value) {
			if (event != this.event) {
				return;
			}
			try {
				this.listener.accept(this.event.cast(value));
			}
			// An error of a listener (a class that is missing, say) must not break the
			// stream
			// either
			catch (Exception | LinkageError | AssertionError ex) {
				logger.warn("A listener of " + event + " failed with " + ex.getClass().getName());
			}
		}

	}

}
