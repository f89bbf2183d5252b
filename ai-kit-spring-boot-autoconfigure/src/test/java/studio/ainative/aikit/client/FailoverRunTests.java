package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

import org.springframework.web.reactive.function.client.ClientResponse;

import studio.ainative.aikit.client.RetryConfig.MidStream;
import studio.ainative.aikit.event.StreamEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ten thousand calls over three targets that fail by a script, beside a second, simple
 * count of what each target must have been left alone for.
 */
class FailoverRunTests {

	private static final int CALLS = 10_000;

	private static final long COOLDOWN = Duration.ofSeconds(30).toNanos();

	private static final long BAD_TIMES = Duration.ofMinutes(3).toNanos();

	private VirtualTimeScheduler time;

	@BeforeEach
	void takeTime() {
		this.time = VirtualTimeScheduler.getOrSet();
	}

	@AfterEach
	void giveTimeBack() {
		VirtualTimeScheduler.reset();
	}

	/** What a target does with one request. */
	private enum Deed {

		WELL, STATUS_503, RATE_LIMIT, CUT, REFUSES_CONNECTIONS, OVERLOADED, BAD_REQUEST;

		static final List<Deed> FAILURES = List.copyOf(EnumSet.complementOf(EnumSet.of(WELL)));

	}

	/** A target, and what the rules say of it, counted anew. */
	private final class Model {

		private final FakeTarget target;

		private final int number;

		private final Random random;

		private int failures;

		private long coolUntil = Long.MIN_VALUE;

		private final Map<Deed, Integer> deeds = new HashMap<>();

		private boolean busy;

		Model(String name, int number) {
			this.number = number;
			this.random = new Random(number);
			this.target = new FakeTarget(name).always(() -> next().get());
		}

		boolean isCooling() {
			return now() < this.coolUntil;
		}

		private Supplier<Mono<ClientResponse>> next() {
			if (isCooling()) {
				noteEarlyCall();
			}
			this.busy = true;
			// Each has its bad times
			boolean bad = this.random.nextInt(10) < (((now() / BAD_TIMES + this.number) % 3 == 0) ? 8 : 2);
			Deed deed = bad ? Deed.FAILURES.get(this.random.nextInt(Deed.FAILURES.size())) : Deed.WELL;
			this.deeds.merge(deed, 1, Integer::sum);
			String token = FailoverRunTests.this.call + "@" + this.number;
			return switch (deed) {
				case WELL -> {
					this.failures = 0;
					this.coolUntil = Long.MIN_VALUE;
					yield FakeTarget.answer(token + ".1", token + ".2");
				}
				case BAD_REQUEST -> FakeTarget.status(400);
				case RATE_LIMIT -> {
					int seconds = 1 + this.random.nextInt(40);
					this.failures++;
					this.coolUntil = now() + TimeUnit.SECONDS.toNanos(seconds);
					yield FakeTarget.retryAfter(429, seconds);
				}
				case STATUS_503 -> failing(FakeTarget.status(503));
				case REFUSES_CONNECTIONS -> failing(FakeTarget.refusesConnections());
				case OVERLOADED -> failing(FakeTarget.with("data: {\"error\":{\"type\":\"overloaded_error\"}}\n\n"));
				case CUT -> {
					boolean probe = this.coolUntil != Long.MIN_VALUE;
					Supplier<Mono<ClientResponse>> cut = failing(FakeTarget.cutAfter(token + ".1"));
					if (probe && this.failures < 3) {
						// It had begun to answer, so it was well again before it broke
						this.coolUntil = Long.MIN_VALUE;
					}
					yield cut;
				}
			};
		}

		/** Thrown from here, it would be taken for a failure of the target. */
		private void noteEarlyCall() {
			List<Model> all = FailoverRunTests.this.models;
			if (!all.stream().allMatch(Model::isCooling)) {
				FailoverRunTests.this.violations.add(FailoverRunTests.this.call + " was not to call " + this.number);
			}
			if (all.stream().anyMatch((model) -> !model.busy && model.coolUntil < this.coolUntil)) {
				FailoverRunTests.this.violations.add(FailoverRunTests.this.call + " called the wrong " + this.number);
			}
		}

		private Supplier<Mono<ClientResponse>> failing(Supplier<Mono<ClientResponse>> response) {
			this.failures++;
			if (this.failures >= 3 || this.coolUntil != Long.MIN_VALUE) {
				this.coolUntil = now() + COOLDOWN;
			}
			return response;
		}

		int count(Deed deed) {
			return this.deeds.getOrDefault(deed, 0);
		}

	}

	private final List<Model> models = List.of(new Model("main", 1), new Model("backup", 2), new Model("cheap", 3));

	private final List<String> violations = new ArrayList<>();

	private int call;

	private static long now() {
		return Schedulers.parallel().now(TimeUnit.NANOSECONDS);
	}

	@Test
	void noTokenTwiceNoCallLostNobodyCalledWhoIsToBeLeftAlone() {
		AIStream stream = this.models.get(0).target.builder()
			.retry(RetryConfig.none())
			.fallback("backup", this.models.get(1).target.builder())
			.fallback("cheap", this.models.get(2).target.builder())
			.build();
		Random pauses = new Random(20260131);
		int whole = 0;
		int broken = 0;
		int refused = 0;
		int failed = 0;
		for (this.call = 0; this.call < CALLS; this.call++) {
			this.models.forEach((model) -> model.busy = false);
			List<String> tokens = new ArrayList<>();
			List<Throwable> errors = new ArrayList<>();
			int[] ends = new int[1];
			stream.stream("Hi").doFinally((signal) -> ends[0]++).subscribe((event) -> {
				if (event instanceof StreamEvent.Token token) {
					tokens.add(token.text());
				}
			}, errors::add);
			note(ends[0] == 1, "has no end, or several");
			note(new HashSet<>(tokens).size() == tokens.size(), "has a token twice");
			note(tokens.stream().allMatch((token) -> token.startsWith(this.call + "@")), "has another call's token");
			if (errors.isEmpty()) {
				note(tokens.size() == 2, "is not whole");
				whole++;
			}
			else if (!tokens.isEmpty()) {
				note(errors.get(0) instanceof StreamInterruptedException, "broke for another reason");
				broken++;
			}
			else if (errors.get(0) instanceof ProviderException ex && ex.status() == 400) {
				refused++;
			}
			else {
				long asked = this.models.stream().filter((model) -> model.busy).count();
				note(errors.get(0).getSuppressed().length == asked - 1, "does not know of all failures");
				failed++;
			}
			this.time.advanceTimeBy(Duration.ofMillis(pauses.nextInt(2000)));
		}
		assertThat(this.violations).isEmpty();
		assertThat(whole).isEqualTo(sum(Deed.WELL)).isGreaterThan(CALLS / 2);
		assertThat(broken).isEqualTo(sum(Deed.CUT)).isPositive();
		assertThat(refused).isEqualTo(sum(Deed.BAD_REQUEST)).isPositive();
		assertThat(failed).isPositive();
		assertThat(whole + broken + refused + failed).isEqualTo(CALLS);
		assertThat(this.models.stream().mapToInt((model) -> model.target.count()).sum())
			.isEqualTo(EnumSet.allOf(Deed.class).stream().mapToInt(this::sum).sum());
	}

	@Test
	void restartedAnswersHaveEachTokenOnceToo() {
		AIStream stream = this.models.get(0).target.builder()
			.retry(RetryConfig.none().withMidStream(MidStream.RESTART))
			.fallback("backup", this.models.get(1).target.builder())
			.fallback("cheap", this.models.get(2).target.builder())
			.build();
		int restarts = 0;
		for (this.call = 0; this.call < 2000; this.call++) {
			this.models.forEach((model) -> model.busy = false);
			List<String> kept = new ArrayList<>();
			Flux<StreamEvent> answer = stream.stream("Hi").onErrorComplete();
			for (StreamEvent event : Answers.events(answer)) {
				if (event instanceof StreamEvent.Token token) {
					kept.add(token.text());
				}
				else if (event instanceof StreamEvent.Retry retry) {
					assertThat(kept).hasSize(retry.discardedTokens());
					restarts += Math.min(1, kept.size());
					kept.clear();
				}
			}
			note(new HashSet<>(kept).size() == kept.size() && kept.size() <= 2, "has a token twice");
			this.time.advanceTimeBy(Duration.ofMillis(700));
		}
		assertThat(this.violations).isEmpty();
		assertThat(restarts).isPositive();
	}

	private void note(boolean well, String violation) {
		if (!well) {
			this.violations.add(this.call + " " + violation);
		}
	}

	private int sum(Deed deed) {
		return this.models.stream().mapToInt((model) -> model.count(deed)).sum();
	}

}
