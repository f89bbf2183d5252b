package studio.ainative.aikit.log.redis;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does what happens to one thing one after the other, on whatever thread it happens: who
 * comes while another is at work leaves its step to that one.
 */
final class Steps {

	private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	/** Take a step now, or have it taken soon. It must neither block nor throw. */
	void take(Runnable step) {
		this.steps.add(step);
		if (this.waiting.getAndIncrement() != 0) {
			return;
		}
		do {
			Runnable next = this.steps.poll();
			if (next != null) {
				next.run();
			}
		}
		while (this.waiting.decrementAndGet() != 0);
	}

}
