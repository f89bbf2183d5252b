package studio.ainative.aikit.log;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Reasoning;
import studio.ainative.aikit.event.StreamEvent.Token;

/**
 * Pieces of text that follow each other, tokens or reasoning, in a tenth of the memory
 * that they take one by one: as one text, and where each of them ends. They are made anew
 * for whoever reads.
 */
final class PackedText extends AbstractList<StreamEvent> implements RandomAccess {

	/** Fewer take no less memory packed. */
	private static final int LEAST = 4;

	/** What it takes besides text and ends, in bytes. */
	private static final int OVERHEAD = 96;

	private final StreamEvent first;

	private final String text;

	private final int[] ends;

	private PackedText(StreamEvent first, String text, int[] ends) {
		this.first = first;
		this.text = text;
		this.ends = ends;
	}

	/**
	 * Pack as many events as can be.
	 * @param events the events
	 * @param from the first of them to look at
	 * @return the events from there on that go together; {@code null} if too few do
	 */
	static @Nullable PackedText of(List<StreamEvent> events, int from) {
		StreamEvent first = events.get(from);
		int to = from;
		long length = 0;
		while (to < events.size() && follows(events.get(to), first, to - from)) {
			length += text(events.get(to)).length();
			to++;
		}
		if (to - from < LEAST || length > Integer.MAX_VALUE / 4) {
			return null;
		}
		StringBuilder text = new StringBuilder((int) length);
		int[] ends = new int[to - from];
		for (int i = 0; i < ends.length; i++) {
			text.append(text(events.get(from + i)));
			ends[i] = text.length();
		}
		return new PackedText(event(first, "", 0), text.toString(), ends);
	}

	private static boolean follows(StreamEvent event, StreamEvent first, int distance) {
		if (first instanceof Token begin && event instanceof Token token) {
			return token.choice() == begin.choice() && token.index() == begin.index() + distance;
		}
		return first instanceof Reasoning begin && event instanceof Reasoning reasoning
				&& reasoning.choice() == begin.choice();
	}

	private static String text(StreamEvent event) {
		return (event instanceof Token token) ? token.text() : ((Reasoning) event).text();
	}

	private static StreamEvent event(StreamEvent first, String text, int distance) {
		return (first instanceof Token token) ? new Token(text, token.index() + distance, token.choice())
				: new Reasoning(text, ((Reasoning) first).choice());
	}

	@Override
	public StreamEvent get(int index) {
		int start = (index > 0) ? this.ends[index - 1] : 0;
		return event(this.first, this.text.substring(start, this.ends[index]), index);
	}

	@Override
	public int size() {
		return this.ends.length;
	}

	/** How much memory it takes, by estimate. */
	long bytes() {
		return OVERHEAD + 2L * this.text.length() + (long) Integer.BYTES * this.ends.length;
	}

}
