package studio.ainative.aikit.sse;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventHead}.
 */
class EventHeadTests {

	private final EventHead head = new EventHead();

	private final LastEventId lastEventId = new LastEventId();

	private byte[] event = {};

	@Test
	void findsTheDataOfAnEventThatBeginsAlike() {
		remember("event: token\ndata: ");
		assertThat(dataStart("event: token\ndata: y")).isEqualTo("event: token\ndata: ".length());
		assertThat(this.head.eventName()).isEqualTo("token");
		assertThat(dataStart("event: tokem\ndata: y")).isNegative();
		assertThat(dataStart("event: token\ndata: ")).as("nothing follows yet").isNegative();
		assertThat(dataStart("event: token\nda")).isNegative();
	}

	@Test
	void knowsNoneAtFirstNorAfterAnotherEvent() {
		assertThat(dataStart("data: y")).isNegative();
		remember("data: ");
		assertThat(dataStart("data: y")).isPositive();
		this.head.forget();
		assertThat(dataStart("data: y")).isNegative();
	}

	@Test
	void remembersOnlyWhatSettlesWhereTheDataStarts() {
		remember("data: ");
		remember("data:");
		assertThat(dataStart("data: y")).isNegative();
		remember("data");
		assertThat(dataStart("database")).isNegative();
	}

	@Test
	void remembersNoLongHead() {
		String longHead = ":" + "x".repeat(300) + "\ndata: ";
		remember(longHead);
		assertThat(dataStart(longHead + "y")).isNegative();
	}

	@Test
	void letsTheIdDiffer() {
		String[] ids = { "7", "msg-12345678901234567890", "", " 8", "9" };
		remember("event: token\nid: 1\ndata: ");
		for (String id : ids) {
			String event = "event: token\nid: " + id + "\ndata: ";
			assertThat(dataStart(event + "y")).isEqualTo(event.length());
			assertThat(id()).isEqualTo(id.isEmpty() ? null : id);
			assertThat(dataStart(event)).as("nothing follows yet").isNegative();
		}
		assertThat(dataStart("event: token\nid: 2\rdata: y")).isNegative();
		assertThat(dataStart("event: token\nid: 2\nid: 3\ndata: y")).isNegative();
		assertThat(dataStart("event: token\nid: 23")).isNegative();
		assertThat(dataStart("event: token\nid: ")).isNegative();
	}

	@Test
	void leavesTheLastIdToAnEventWithoutOne() {
		remember("data: ");
		assertThat(dataStart("data: y")).isPositive();
		this.lastEventId.offer(bytes("5"), 0, 1);
		this.lastEventId.commit();
		assertThat(id()).isEqualTo("5");
	}

	@Test
	void letsTheIdDifferOnlyWhereItIsClearWhichOneCounts() {
		remember("id: 1\nid: 2\ndata: ");
		assertThat(dataStart("id: 1\nid: 3\ndata: y")).isNegative();
		assertThat(dataStart("id: 1\nid: 2\ndata: y")).isPositive();
		remember("id: 1\nid\ndata: ");
		assertThat(dataStart("id: 2\nid\ndata: y")).isNegative();
		remember("id:1\ndata: ");
		assertThat(dataStart("id:2\ndata: y")).isNegative();
		remember("id\ndata: ");
		assertThat(dataStart("id\ndata: y")).isPositive();
	}

	@Test
	void givesUpWhereHeadsAlwaysDiffer() {
		for (int i = 0; i < 32; i++) {
			remember("event: " + i + "\ndata: ");
			assertThat(dataStart("event: " + (i + 1) + "\ndata: y")).isNegative();
		}
		remember("data: ");
		assertThat(dataStart("data: y")).isNegative();
	}

	@Test
	void doesNotGiveUpWhileSomeAreAlike() {
		for (int i = 0; i < 100; i++) {
			remember("event: " + i + "\ndata: ");
			assertThat(dataStart("event: " + i + "\ndata: y")).isPositive();
		}
	}

	private void remember(String head) {
		byte[] event = bytes(head + "x");
		this.head.remember(event, 0, event.length - 1, "token");
	}

	private int dataStart(String event) {
		this.event = bytes(event);
		return this.head.dataStart(this.event, 0, this.event.length);
	}

	private @Nullable String id() {
		this.head.readId(this.event, this.lastEventId);
		return this.lastEventId.get();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
