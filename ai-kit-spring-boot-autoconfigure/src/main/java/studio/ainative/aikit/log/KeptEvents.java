package studio.ainative.aikit.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import studio.ainative.aikit.event.EventSize;
import studio.ainative.aikit.event.StreamEvent;

/**
 * The events of an answer in memory, texts packed. Not thread-safe.
 */
final class KeptEvents {

	private final List<List<StreamEvent>> parts = new ArrayList<>();

	/** How many events there are up to the end of each part. */
	private int[] ends = new int[4];

	/**
	 * Pack events, which may be done by any thread.
	 * @param events the events
	 * @return the same, in parts
	 */
	static List<List<StreamEvent>> pack(List<StreamEvent> events) {
		List<List<StreamEvent>> parts = new ArrayList<>(1);
		int unpacked = 0;
		int next = 0;
		while (next < events.size()) {
			PackedText text = PackedText.of(events, next);
			if (text == null) {
				next++;
				continue;
			}
			addTo(parts, events, unpacked, next);
			parts.add(text);
			next += text.size();
			unpacked = next;
		}
		addTo(parts, events, unpacked, next);
		return parts;
	}

	private static void addTo(List<List<StreamEvent>> parts, List<StreamEvent> events, int from, int to) {
		if (from < to) {
			parts.add(List.copyOf(events.subList(from, to)));
		}
	}

	/**
	 * How much memory parts take, by estimate.
	 */
	static long sizeOf(List<List<StreamEvent>> parts) {
		long size = 0;
		for (List<StreamEvent> part : parts) {
			size += (part instanceof PackedText text) ? text.bytes() : part.stream().mapToLong(EventSize::of).sum();
		}
		return size;
	}

	void add(List<List<StreamEvent>> more) {
		for (List<StreamEvent> part : more) {
			int end = size() + part.size();
			if (this.parts.size() == this.ends.length) {
				this.ends = Arrays.copyOf(this.ends, this.ends.length * 2);
			}
			this.ends[this.parts.size()] = end;
			this.parts.add(part);
		}
	}

	int size() {
		return this.parts.isEmpty() ? 0 : this.ends[this.parts.size() - 1];
	}

	/** The events from one number, zero for the first, to before another. */
	List<StreamEvent> range(int from, int to) {
		List<StreamEvent> events = new ArrayList<>(to - from);
		// The part in which the event is that follows as many as were asked to be left
		// out
		int part = Arrays.binarySearch(this.ends, 0, this.parts.size(), from);
		part = (part >= 0) ? part + 1 : -part - 1;
		int next = from;
		while (next < to) {
			List<StreamEvent> of = this.parts.get(part);
			int start = this.ends[part] - of.size();
			int end = Math.min(to, this.ends[part]);
			events.addAll(of.subList(next - start, end - start));
			next = end;
			part++;
		}
		return events;
	}

}
