package studio.ainative.aikit.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Reasoning;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.StreamEvent.ToolCall;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is kept in memory comes out as it went in, and takes less.
 */
class KeptEventsTests {

	/** Halves of characters, texts without any, and runs of all lengths. */
	private static final List<String> TEXTS = List.of(" word", "", "\uD83D", "\uDE00", "ü", "\uD83D\uDE00", "\u0000");

	private static final Object VALUE = new Object();

	@Test
	void givesEveryRangeAsItWasAdded() {
		List<StreamEvent> events = events();
		for (int entry : new int[] { 1, 3, 7, 1024 }) {
			KeptEvents kept = kept(events, entry);
			assertThat(kept.size()).isEqualTo(events.size());
			for (int from = 0; from <= events.size(); from++) {
				for (int to : new int[] { from, from + 1, from + 5, events.size() }) {
					if (to >= from && to <= events.size()) {
						assertThat(kept.range(from, to)).isEqualTo(events.subList(from, to));
					}
				}
			}
		}
	}

	@Test
	void packsTextsThatFollowEachOther() {
		List<StreamEvent> tokens = tokens(0, 1000, 0);
		assertThat(KeptEvents.pack(tokens)).singleElement().isInstanceOf(PackedText.class).isEqualTo(tokens);
		List<StreamEvent> reasoning = IntStream.range(0, 100)
			.<StreamEvent>mapToObj((i) -> new Reasoning(TEXTS.get(i % TEXTS.size()), 1))
			.toList();
		assertThat(KeptEvents.pack(reasoning)).singleElement().isInstanceOf(PackedText.class).isEqualTo(reasoning);
	}

	@Test
	void leavesEventsAloneThatDoNotFollowEachOther() {
		List<StreamEvent> events = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			events.add(new Token("a", i, i % 2));
			events.add(new Token("b", 3, 0));
		}
		assertThat(KeptEvents.pack(events)).singleElement().isEqualTo(events).isNotInstanceOf(PackedText.class);
	}

	@Test
	void keepsWhatIsNoJson() {
		StreamEvent metadata = new Metadata(Map.of("value", VALUE));
		KeptEvents kept = kept(List.of(metadata), 1);
		assertThat(kept.range(0, 1)).singleElement().isSameAs(metadata);
	}

	private static KeptEvents kept(List<StreamEvent> events, int entry) {
		KeptEvents kept = new KeptEvents();
		for (int from = 0; from < events.size(); from += entry) {
			kept.add(KeptEvents.pack(events.subList(from, Math.min(events.size(), from + entry))));
		}
		return kept;
	}

	private static List<StreamEvent> events() {
		List<StreamEvent> events = new ArrayList<>();
		events.add(new Metadata(Map.of("value", "x")));
		for (int run = 1; run < 12; run++) {
			for (int i = 0; i < run; i++) {
				events.add(new Reasoning(TEXTS.get(i % TEXTS.size()), run % 3));
			}
			events.addAll(tokens(run * 100, run, run % 2));
			events.add(new ToolCall(run, "call", "name", "{\"a\":", 0));
		}
		events.addAll(tokens(Integer.MAX_VALUE - 4, 5, 0));
		events.addAll(tokens(0, 20, 7));
		return events;
	}

	private static List<StreamEvent> tokens(int first, int count, int choice) {
		return IntStream.range(0, count)
			.<StreamEvent>mapToObj((i) -> new Token(TEXTS.get(i % TEXTS.size()), first + i, choice))
			.toList();
	}

}
