package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Whether a target is to be asked, by what has become of calls to it. After some failures
 * in a row, or when its provider names a time, it is left alone; then one call may try it
 * (the probe) while the others still go elsewhere. Shared by all streams that have the
 * target.
 * <p>
 * What counts: an answer that came to its end is a success, also of an answer that was
 * cut by its length. A failure of the target is one, a break in the middle of an answer
 * included. A caller who leaves, and a request that the target refuses for what is in it,
 * say nothing about the target.
 */
final class TargetHealth {

	private int failures;

	/** Left alone, or waiting for the outcome of its probe. */
	private boolean cooling;

	private long coolUntil;

	/** The provider itself has named that time. */
	private boolean asked;

	private @Nullable Permit probe;

	/**
	 * Ask for a call.
	 * @param now the time in nanoseconds
	 * @return what tells of its outcome, {@code null} if the target is to be left alone
	 */
	synchronized @Nullable Permit tryAcquire(long now) {
		if (!this.cooling) {
			return new Permit();
		}
		return (isFree(now) && this.probe == null) ? acquire() : null;
	}

	/**
	 * Make a call even if the target is to be left alone, because all are.
	 * @return what tells of its outcome
	 */
	synchronized Permit acquire() {
		Permit permit = new Permit();
		if (this.cooling && this.probe == null) {
			this.probe = permit;
		}
		return permit;
	}

	synchronized boolean isCooling(long now) {
		return this.cooling && !(isFree(now) && this.probe == null);
	}

	private boolean isFree(long now) {
		return now - this.coolUntil >= 0;
	}

	/**
	 * How long the target would be left alone.
	 * @param now the time in nanoseconds
	 * @return nanoseconds, zero or less if its time is over
	 */
	synchronized long nanosUntilFree(long now) {
		return this.cooling ? this.coolUntil - now : 0;
	}

	/**
	 * How long the provider wants to be left alone.
	 * @param now the time in nanoseconds
	 * @return nanoseconds, zero if it has named no time, or that has come
	 */
	synchronized long nanosAsked(long now) {
		return (this.cooling && this.asked) ? Math.max(0, this.coolUntil - now) : 0;
	}

	synchronized RouteState state(long now) {
		return new RouteState(this.failures, Duration.ofNanos(Math.max(0, nanosUntilFree(now))));
	}

	/** One call, which ends once: whatever is told after its end counts for nothing. */
	final class Permit {

		private boolean ended;

		/**
		 * The first content has come: a probe's outcome, as far as others need to know
		 * it. An answer may take minutes.
		 */
		void begun() {
			synchronized (TargetHealth.this) {
				if (!this.ended) {
					endProbe(true);
				}
			}
		}

		void succeeded() {
			synchronized (TargetHealth.this) {
				if (end()) {
					TargetHealth.this.failures = 0;
					endProbe(true);
				}
			}
		}

		/**
		 * The target has failed.
		 * @param now the time in nanoseconds
		 * @param retryAfter when the provider wants to be asked again, {@code null} if it
		 * did not say
		 * @param config when the target is left alone
		 */
		void failed(long now, @Nullable Duration retryAfter, RouteConfig config) {
			synchronized (TargetHealth.this) {
				if (!end()) {
					return;
				}
				TargetHealth.this.failures = Math.min(TargetHealth.this.failures + 1, config.maxFailures());
				boolean spent = TargetHealth.this.failures >= config.maxFailures();
				boolean probe = TargetHealth.this.probe == this;
				endProbe(false);
				if (retryAfter != null) {
					cool(now, retryAfter, true, probe);
				}
				else if (spent || probe) {
					cool(now, config.cooldown(), false, probe);
				}
			}
		}

		/** Nothing is known of the target by this call. */
		void released() {
			synchronized (TargetHealth.this) {
				if (end()) {
					endProbe(false);
				}
			}
		}

		private boolean end() {
			boolean first = !this.ended;
			this.ended = true;
			return first;
		}

		private void endProbe(boolean well) {
			if (TargetHealth.this.probe == this) {
				TargetHealth.this.probe = null;
				TargetHealth.this.cooling = !well;
			}
		}

	}

	/**
	 * A probe knows best. Otherwise the later of two times counts, as calls that began
	 * earlier still fail.
	 */
	private void cool(long now, Duration time, boolean asked, boolean probe) {
		Duration bounded = (time.compareTo(RouteConfig.MAX_COOLDOWN) < 0) ? time : RouteConfig.MAX_COOLDOWN;
		long until = now + TimeUnit.NANOSECONDS.convert(bounded);
		if (probe || !this.cooling || until - this.coolUntil > 0) {
			this.coolUntil = until;
			this.asked = asked;
		}
		this.cooling = true;
	}

}
