package studio.ainative.aikit.log.redis;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Does what happens to one thing one after the other, on whatever thread it happens: who
 * comes while another is at work leaves its step to that one.
 */
final class Steps {

	private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	private final Consumer<RuntimeException> onFailure;

	/**
	 * Begin without steps.
	 * @param onFailure what is done when a step throws, as a step of its own
	 */
	Steps(Consumer<RuntimeException> onFailure) {
		this.onFailure = onFailure;
	}

	/** Take a step now, or have it taken soon. It must not block. */
	void take(Runnable step) {
		this.steps.add(step);
		if (this.waiting.getAndIncrement() != 0) {
			return;
		}
		do {
			Runnable next = this.steps.poll();
			if (next != null) {
				run(next);
			}
		}
		while (this.waiting.decrementAndGet() != 0);
	}

	/** What a step throws must not keep those that follow from being taken. */
	private void run(Runnable step) {
		try {
			step.run();
		}
		catch (RuntimeException ex) {
			this.onFailure.accept(ex);
		}
	}

}
