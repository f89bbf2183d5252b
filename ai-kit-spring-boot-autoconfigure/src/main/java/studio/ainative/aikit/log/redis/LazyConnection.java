package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.lettuce.core.api.StatefulConnection;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * A connection that is opened when it is first used: an application starts without Redis.
 * Once open, Lettuce keeps it so.
 *
 * @param <C> its type
 */
final class LazyConnection<C extends StatefulConnection<?, ?>> implements AutoCloseable {

	/** A server that is away is tried again as often as Lettuce does it. */
	static final Duration PAUSE = Duration.ofMillis(100);

	private final Supplier<C> connect;

	private final ReentrantLock lock = new ReentrantLock();

	private volatile @Nullable C connection;

	private @Nullable CompletableFuture<C> opening;

	private long failedAt;

	private boolean closed;

	/**
	 * Make a connection that is not open.
	 * @param connect opens it, and may block
	 */
	LazyConnection(Supplier<C> connect) {
		this.connect = connect;
	}

	/** The connection, {@code null} if it was never open. */
	@Nullable C current() {
		return this.connection;
	}

	/** The connection, opened by a thread that may block. */
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
			if (latest != null
					&& (!latest.isCompletedExceptionally() || System.nanoTime() - this.failedAt < PAUSE.toNanos())) {
				return latest;
			}
			CompletableFuture<C> begun = new CompletableFuture<>();
			this.opening = begun;
			Schedulers.boundedElastic().schedule(() -> open(begun));
			return begun;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void open(CompletableFuture<C> opening) {
		try {
			C opened = this.connect.get();
			if (keep(opened)) {
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
			this.failedAt = System.nanoTime();
			opening.completeExceptionally(new CompletionException(ex));
		}
	}

	private boolean keep(C opened) {
		this.lock.lock();
		try {
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
