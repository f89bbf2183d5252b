package studio.ainative.aikit.autoconfigure;

import org.springframework.context.SmartLifecycle;

import studio.ainative.aikit.log.redis.RedisAnswerLog;

/**
 * Has the log connect while the rest of the application starts, which waits for nothing:
 * Redis may be away.
 */
final class RedisLogStart implements SmartLifecycle {

	/** Before the web server, whose first requests may be many. */
	private static final int PHASE = 1;

	private final RedisAnswerLog log;

	private volatile boolean running;

	RedisLogStart(RedisAnswerLog log) {
		this.log = log;
	}

	@Override
	public void start() {
		this.running = true;
		this.log.connect();
	}

	/** The connections are the log's, which may have readers still. */
	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
