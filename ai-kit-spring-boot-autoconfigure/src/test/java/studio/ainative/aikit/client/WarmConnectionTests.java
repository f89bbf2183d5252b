package studio.ainative.aikit.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.client.WarmConnection.Opened;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When a connection is opened that no call has asked for.
 */
class WarmConnectionTests {

	private static final Duration ALMOST_AN_INTERVAL = WarmConnection.INTERVAL.minusMillis(1);

	private final AtomicInteger openings = new AtomicInteger();

	private Sinks.Empty<Void> closed = Sinks.empty();

	private VirtualTimeScheduler time = VirtualTimeScheduler.create();

	@BeforeEach
	void stopTime() {
		this.time = VirtualTimeScheduler.getOrSet();
	}

	@AfterEach
	void goOn() {
		VirtualTimeScheduler.reset();
	}

	@Test
	void atOnceAndThenNowAndThen() {
		keep(true, false);
		assertThat(this.openings).hasValue(1);
		this.time.advanceTimeBy(ALMOST_AN_INTERVAL);
		assertThat(this.openings).hasValue(1);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.openings).hasValue(2);
		this.time.advanceTimeBy(WarmConnection.INTERVAL.multipliedBy(10));
		assertThat(this.openings).hasValue(12);
	}

	@Test
	void atOnceWhenOneHasEndedThatHasLastedForAWhile() {
		keep(true, true);
		this.time.advanceTimeBy(WarmConnection.SHORT);
		end();
		assertThat(this.openings).hasValue(2);
	}

	@Test
	void notAtOnceWhenItHadJustBeenOpened() {
		keep(true, true);
		this.time.advanceTimeBy(WarmConnection.SHORT.minusMillis(1));
		end();
		this.time.advanceTimeBy(WarmConnection.PAUSE.minusMillis(1));
		assertThat(this.openings).hasValue(1);
		this.time.advanceTimeBy(Duration.ofMillis(1));
		assertThat(this.openings).hasValue(2);
	}

	@Test
	void atOnceWhenAnOlderOneIsFoundDead() {
		keep(true, false);
		this.time.advanceTimeBy(Duration.ofMillis(700));
		end();
		assertThat(this.openings).hasValue(2);
	}

	@Test
	void withoutHttp2OnlyWhenItHasEnded() {
		keep(false, true);
		this.time.advanceTimeBy(Duration.ofHours(1));
		assertThat(this.openings).hasValue(1);
		end();
		assertThat(this.openings).hasValue(2);
	}

	@Test
	void lessAndLessOftenWhileNoneCanBeHad() {
		Disposable warm = WarmConnection.keep(Mono.defer(() -> {
			this.openings.incrementAndGet();
			return Mono.error(new IOException("Connection refused"));
		}));
		this.time.advanceTimeBy(Duration.ofMinutes(10));
		assertThat(this.openings).hasValueBetween(8, 30);
		int before = this.openings.get();
		// Half of it at least, at random
		this.time.advanceTimeBy(WarmConnection.PAUSE.multipliedBy(20));
		assertThat(this.openings).hasValueBetween(before + 13, before + 40);
		warm.dispose();
	}

	@Test
	void neverAgainOnceItIsNotWanted() {
		Disposable warm = keep(true, true);
		warm.dispose();
		end();
		this.time.advanceTimeBy(Duration.ofHours(1));
		assertThat(this.openings).hasValue(1);
	}

	private Disposable keep(boolean shared, boolean fresh) {
		return WarmConnection.keep(Mono.fromSupplier(() -> {
			this.openings.incrementAndGet();
			this.closed = Sinks.empty();
			return new Opened(this.closed.asMono(), shared, fresh);
		}));
	}

	private void end() {
		this.closed.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
	}

}
