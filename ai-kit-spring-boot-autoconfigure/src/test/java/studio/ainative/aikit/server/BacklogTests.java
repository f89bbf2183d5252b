package studio.ainative.aikit.server;

import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Token;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much waits for one reader.
 */
class BacklogTests {

	private static final int PREFETCH = 256;

	@Test
	void isFullByNumber() {
		Backlog backlog = new Backlog(2);
		backlog.add(new Token("a", 0));
		assertThat(backlog.hasRoom()).isTrue();
		backlog.add(new Token("b", 1));
		assertThat(backlog.hasRoom()).isFalse();
		backlog.poll();
		assertThat(backlog.hasRoom()).isTrue();
	}

	@Test
	void isFullByMemory() {
		Backlog backlog = new Backlog(1024);
		int count = 0;
		while (backlog.hasRoom()) {
			backlog.add(new Token("x".repeat(5_000), count));
			count++;
		}
		assertThat(count).isLessThan(30);
		assertThat(backlog.bytes()).isBetween((long) Backlog.MAX_BYTES, Backlog.MAX_BYTES + 11_000L);
		while (backlog.poll() != null) {
			count--;
		}
		assertThat(count).isZero();
		assertThat(backlog.bytes()).isZero();
	}

	@Test
	void countsTheTextInsideOfMetadata() {
		Backlog backlog = new Backlog(1024);
		backlog.add(new Metadata(Map.of("document", Map.of("text", "x".repeat(Backlog.MAX_BYTES)))));
		assertThat(backlog.hasRoom()).isFalse();
	}

	@Test
	void measuresAMapThatContainsItself() {
		Map<String, Object> loop = new HashMap<>();
		loop.put("self", loop);
		Backlog backlog = new Backlog(1024);
		backlog.add(new Metadata(loop));
		assertThat(backlog.bytes()).isLessThan(4_000);
	}

	@Test
	void asksForFewEventsUntilItHasSeenSome() {
		Backlog backlog = new Backlog(1024);
		assertThat(backlog.demand(PREFETCH)).isEqualTo(32);
		for (int i = 0; i < 32; i++) {
			arrive(backlog, "x".repeat(4 * 1024));
		}
		assertThat(backlog.demand(PREFETCH)).isZero();
		assertThat(backlog.bytes()).isLessThan(Backlog.MAX_BYTES + 4 * 1024);
	}

	@Test
	void asksForManyShortEventsAtOnce() {
		Backlog backlog = afterShortEvents();
		assertThat(backlog.demand(PREFETCH)).isEqualTo(PREFETCH);
		assertThat(backlog.demand(PREFETCH)).isZero();
		for (int i = 0; i < PREFETCH; i++) {
			arrive(backlog, "t");
		}
		assertThat(backlog.demand(PREFETCH)).isZero();
		for (int i = 0; i < PREFETCH / 4; i++) {
			backlog.poll();
		}
		assertThat(backlog.demand(PREFETCH)).isEqualTo(PREFETCH / 4);
	}

	@Test
	void asksForFewLongEventsAndForMoreWhenTheyAreShortAgain() {
		Backlog backlog = afterShortEvents();
		backlog.demand(PREFETCH);
		for (int i = 0; i < PREFETCH; i++) {
			arrive(backlog, (i == PREFETCH - 1) ? "x".repeat(Backlog.MAX_BYTES) : "t");
			backlog.poll();
		}
		int asked = backlog.demand(PREFETCH);
		assertThat(asked).isEqualTo(1);
		for (int i = 0; asked < PREFETCH / 2; i++) {
			assertThat(i).isLessThan(1_000);
			for (; asked > 0; asked--) {
				arrive(backlog, "t");
				backlog.poll();
			}
			asked = backlog.demand(PREFETCH);
		}
	}

	private static Backlog afterShortEvents() {
		Backlog backlog = new Backlog(1024);
		for (int asked = backlog.demand(PREFETCH); asked < PREFETCH; asked = backlog.demand(PREFETCH)) {
			for (int i = 0; i < asked; i++) {
				arrive(backlog, "t");
				backlog.poll();
			}
		}
		for (int i = 0; i < PREFETCH; i++) {
			arrive(backlog, "t");
			backlog.poll();
		}
		return backlog;
	}

	private static void arrive(Backlog backlog, String text) {
		backlog.arrived();
		backlog.add(new Token(text, 0));
	}

}
