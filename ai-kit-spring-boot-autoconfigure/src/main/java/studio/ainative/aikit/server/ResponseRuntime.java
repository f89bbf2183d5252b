package studio.ainative.aikit.server;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import org.springframework.util.AlternativeJdkIdGenerator;
import org.springframework.util.IdGenerator;

import studio.ainative.aikit.format.WireFormat;

/**
 * What the responses of one factory share.
 */
final class ResponseRuntime implements AutoCloseable {

	private static final long IDLE_SECONDS = 60;

	private final IdGenerator ids = new AlternativeJdkIdGenerator();

	private final WireFormat format;

	private final HeartbeatTimer heartbeats;

	private final Clock clock;

	private final @Nullable ResponseObserver observer;

	private final OpenResponses openResponses = new OpenResponses();

	private final Executor writer;

	private final BeatWriter beatWriter;

	private final @Nullable ExecutorService owned;

	/** Set before the first response is made. */
	private @Nullable Resumption resumption;

	ResponseRuntime(WireFormat format, @Nullable Executor writer, HeartbeatTimer heartbeats, Clock clock,
			@Nullable ResponseObserver observer) {
		this.format = format;
		this.heartbeats = heartbeats;
		this.clock = clock;
		this.observer = observer;
		if (writer != null) {
			this.writer = writer;
			this.owned = null;
		}
		else {
			ExecutorService threads = daemonThreads();
			this.writer = threads;
			this.owned = threads;
		}
		this.beatWriter = new BeatWriter(this.writer, heartbeats);
	}

	/** Unlike any other on any node; not meant to be a secret. */
	String newId() {
		return this.ids.generateId().toString();
	}

	WireFormat format() {
		return this.format;
	}

	/**
	 * Answers of this factory are kept to be read again.
	 * @param resumption where
	 */
	void keepAnswers(Resumption resumption) {
		this.resumption = resumption;
	}

	@Nullable Resumption resumption() {
		return this.resumption;
	}

	HeartbeatTimer heartbeats() {
		return this.heartbeats;
	}

	Clock clock() {
		return this.clock;
	}

	/** Who wants to know how readers get on, {@code null} for nobody. */
	@Nullable ResponseObserver observer() {
		return this.observer;
	}

	OpenResponses openResponses() {
		return this.openResponses;
	}

	/** Where a response is written that has something to say. */
	Executor writer() {
		return this.writer;
	}

	/** Do something that may take its time, or call foreign code. */
	void execute(Runnable task) {
		try {
			this.writer.execute(task);
		}
		catch (RuntimeException | Error ex) {
			// However it refuses: there is no thread
			task.run();
		}
	}

	/** Whether the application has left it to us. */
	boolean anyThreadMayWrite() {
		return this.owned != null;
	}

	/** Where one is written that was silent. */
	Executor beatWriter() {
		return this.beatWriter;
	}

	@Override
	public void close() {
		this.heartbeats.close();
		if (this.owned != null) {
			this.owned.shutdown();
		}
	}

	/**
	 * A thread for each reader that is being written to at this moment, none when idle.
	 */
	private static ExecutorService daemonThreads() {
		AtomicLong count = new AtomicLong();
		ThreadFactory factory = (task) -> {
			Thread thread = new Thread(task, "ai-kit-writer-" + count.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		};
		return new ThreadPoolExecutor(0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
				factory);
	}

}
