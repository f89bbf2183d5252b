package studio.ainative.aikit.log.redis;

import studio.ainative.aikit.log.LogEntry;

/**
 * The ids of entries in a stream of Redis. An entry has the number of its last event, so
 * that all after a cursor are a range. The one that ends the answer has an id which none
 * can follow: Redis itself refuses whatever comes late.
 */
final class EntryId {

	/** The id of the last entry: the highest number there is. */
	static final String END = "18446744073709551615-0";

	private EntryId() {
	}

	static String of(LogEntry entry) {
		return (entry.end() != null) ? END : of(entry.last());
	}

	static String of(long number) {
		return number + "-0";
	}

	/** The number in an id that is not {@link #END}. */
	static long number(String id) {
		return Long.parseLong(id.substring(0, id.indexOf('-')));
	}

}
