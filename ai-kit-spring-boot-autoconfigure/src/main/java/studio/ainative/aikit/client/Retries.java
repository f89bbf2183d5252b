package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.event.StreamEvent;

/**
 * Makes a call again when it has failed in a way that may pass, as {@link RetryConfig}
 * says. Each retry is announced before its delay.
 */
final class Retries {

	private final RetryConfig config;

	private final Supplier<RandomGenerator> random;

	Retries(RetryConfig config, Supplier<RandomGenerator> random) {
		this.config = config;
		this.random = random;
	}

	/**
	 * For an answer that has begun, of which nothing can be taken back.
	 * @return retries that don't begin anew in the middle of it
	 */
	Retries withoutRestart() {
		return new Retries(this.config.withMidStream(RetryConfig.MidStream.FAIL), this.random);
	}

	/**
	 * Make a call until it succeeds, fails for good, or no retry is left.
	 * @param attempt one try; each subscription is a new one
	 * @param progress how far the answer has come
	 * @return the events of all tries, in order
	 */
	Flux<StreamEvent> apply(Flux<StreamEvent> attempt, Progress progress) {
		return attempt(attempt, progress, 1);
	}

	private Flux<StreamEvent> attempt(Flux<StreamEvent> attempt, Progress progress, int nextRetry) {
		return attempt.onErrorResume(AIStreamException.class, (ex) -> {
			Duration delay = progress.hasContent() && this.config.midStream() == RetryConfig.MidStream.FAIL ? null
					: delayBefore(nextRetry, ex);
			if (delay == null) {
				return Flux.error(ex);
			}
			StreamEvent retry = new StreamEvent.Retry(nextRetry, delay, progress.restart(ex));
			return Flux.concat(Mono.just(retry),
					Mono.delay(delay).flatMapMany((tick) -> attempt(attempt, progress, nextRetry + 1)));
		});
	}

	/**
	 * How long to wait before a retry.
	 * @param retry which one, from 1
	 * @param ex how the last try failed
	 * @return the delay, {@code null} if the failure is final
	 */
	private @Nullable Duration delayBefore(int retry, AIStreamException ex) {
		if (!this.config.enabled() || retry > this.config.maxRetries() || !ex.isTransient()) {
			return null;
		}
		Duration delay = this.config.delay(retry, this.random.get());
		Duration asked = (ex instanceof ProviderException provider) ? provider.retryAfter() : null;
		if (asked == null || asked.compareTo(delay) <= 0) {
			return delay;
		}
		return (asked.compareTo(this.config.maxRetryAfter()) <= 0) ? asked : null;
	}

	/**
	 * How long to wait before an answer is read on. The first time the server's own word
	 * counts where there is one, as it knows whether it is leaving.
	 * @param attempt which one in a row, from 1
	 * @param ex how the connection was lost, or the last attempt failed
	 * @param told the server's word, {@code null} for none
	 * @return the delay, {@code null} if the failure is final
	 */
	@Nullable Duration delayBeforeReconnect(int attempt, AIStreamException ex, @Nullable Duration told) {
		Duration delay = delayBefore(attempt, ex);
		if (delay == null || told == null || attempt > 1 || ex instanceof ProviderException) {
			return delay;
		}
		Duration longest = this.config.maxDelay();
		Duration first = (told.compareTo(longest) < 0) ? told : longest;
		return this.config.withDelay(first, longest).delay(1, this.random.get());
	}

	/** How far an answer has come. */
	interface Progress {

		/**
		 * Whether there was content that a new try would repeat.
		 * @return {@code true} after the first text, reasoning or tool call
		 */
		boolean hasContent();

		/**
		 * Forget the answer so far, but not what it has used.
		 * @param failure how its try failed
		 * @return how many tokens were delivered and are void now
		 */
		int restart(AIStreamException failure);

	}

}
