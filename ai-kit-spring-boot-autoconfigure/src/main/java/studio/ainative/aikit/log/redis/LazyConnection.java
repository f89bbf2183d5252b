package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.lettuce.core.api.StatefulConnection;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * A connection that is opened when it is first used: an application starts without Redis.
 * Once open, Lettuce keeps it so.
 * <p>
 * Opening it may take long, or for ever, whatever limits Lettuce is given: finding the
 * address of a name has none, and a server may take the connection and say nothing. So
 * who wants it waits for a limit at most, and not at all if the last try was no use and
 * not short either. The thread that tries is one, and waits for as long as it takes.
 *
 * @param <C> its type
 */
final class LazyConnection<C extends StatefulConnection<?, ?>> implements AutoCloseable {

	/** A server that is away is tried again as often as Lettuce does it. */
	static final Duration PAUSE = Duration.ofMillis(100);

	private final Supplier<C> connect;

	private final Duration limit;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable C connection;

	private @Nullable CompletableFuture<C> opening;

	/** Whether a thread tries to open it, perhaps after nobody waits any more. */
	private boolean trying;

	private long failedAt;

	private boolean failedLate;

	private boolean closed;

	/**
	 * Make a connection that is not open.
	 * @param connect opens it, and may block
	 * @param limit how long anybody waits for it
	 */
	LazyConnection(Supplier<C> connect, Duration limit) {
		this.connect = connect;
		this.limit = limit;
	}

	/** The connection, {@code null} if it was never open. */
	@Nullable C current() {
		return this.connection;
	}

	/**
	 * The connection, opened by a thread that may block.
	 * @return the connection; fails if it can't be opened, or takes too long
	 */
	CompletableFuture<C> get() {
		C current = this.connection;
		if (current != null) {
			return CompletableFuture.completedFuture(current);
		}
		this.lock.lock();
		try {
			if (this.closed) {
				return CompletableFuture.failedFuture(new IllegalStateException("The log is closed"));
			}
			CompletableFuture<C> latest = this.opening;
			if (latest != null && (!latest.isCompletedExceptionally() || this.trying || hasJustFailed())) {
				return latest;
			}
			CompletableFuture<C> begun = open();
			if (latest != null && this.failedLate) {
				return latest;
			}
			this.opening = begun;
			// Not by the threads that block, all of which may do so
			Schedulers.parallel()
				.schedule(() -> begun.completeExceptionally(new TimeoutException("Redis takes too long to connect to")),
						this.limit.toMillis(), TimeUnit.MILLISECONDS);
			return begun;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean hasJustFailed() {
		return System.nanoTime() - this.failedAt < PAUSE.toNanos();
	}

	private CompletableFuture<C> open() {
		CompletableFuture<C> begun = new CompletableFuture<>();
		this.trying = true;
		Schedulers.boundedElastic().schedule(() -> open(begun));
		return begun;
	}

	private void open(CompletableFuture<C> opening) {
		long begun = System.nanoTime();
		try {
			C opened = this.connect.get();
			if (keep(opened, begun)) {
				opening.complete(opened);
			}
			else {
				if (opened.isOpen()) {
					// Else with its client, and Lettuce would warn of a second time
					opened.close();
				}
				opening.completeExceptionally(new IllegalStateException("The log is closed"));
			}
		}
		catch (RuntimeException ex) {
			keep(null, begun);
			opening.completeExceptionally(new CompletionException(ex));
		}
	}

	private boolean keep(@Nullable C opened, long begun) {
		this.lock.lock();
		try {
			this.trying = false;
			this.failedAt = System.nanoTime();
			this.failedLate = this.failedAt - begun > PAUSE.toNanos();
			this.connection = this.closed ? null : opened;
			return !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		C current;
		this.lock.lock();
		try {
			this.closed = true;
			current = this.connection;
		}
		finally {
			this.lock.unlock();
		}
		if (current != null) {
			current.close();
		}
	}

}
