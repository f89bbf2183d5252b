package studio.ainative.aikit.client;

/**
 * Other work on the same machine: as many threads that never rest as the system property
 * {@code busy} says, none by default.
 */
public final class BusyThreads implements AutoCloseable {

	private static final int WANTED = Integer.getInteger("busy", 0);

	private volatile boolean over;

	private BusyThreads() {
	}

	public static BusyThreads start() {
		BusyThreads busy = new BusyThreads();
		for (int i = 0; i < WANTED; i++) {
			Thread thread = new Thread(busy::work, "busy-" + i);
			thread.setDaemon(true);
			thread.start();
		}
		return busy;
	}

	private void work() {
		while (!this.over) {
			Thread.onSpinWait();
		}
	}

	@Override
	public void close() {
		this.over = true;
	}

}
