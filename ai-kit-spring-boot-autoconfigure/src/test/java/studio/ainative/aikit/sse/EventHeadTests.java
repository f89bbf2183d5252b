package studio.ainative.aikit.sse;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventHead}.
 */
class EventHeadTests {

	private final EventHead head = new EventHead();

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
	void givesUpWhereHeadsAlwaysDiffer() {
		for (int i = 0; i < 32; i++) {
			remember("id: " + i + "\ndata: ");
			assertThat(dataStart("id: " + (i + 1) + "\ndata: y")).isNegative();
		}
		remember("data: ");
		assertThat(dataStart("data: y")).isNegative();
	}

	@Test
	void doesNotGiveUpWhileSomeAreAlike() {
		for (int i = 0; i < 100; i++) {
			remember("id: " + i + "\ndata: ");
			assertThat(dataStart("id: " + i + "\ndata: y")).isPositive();
		}
	}

	private void remember(String head) {
		byte[] event = bytes(head + "x");
		this.head.remember(event, 0, event.length - 1, "token");
	}

	private int dataStart(String event) {
		byte[] bytes = bytes(event);
		return this.head.dataStart(bytes, 0, bytes.length);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
