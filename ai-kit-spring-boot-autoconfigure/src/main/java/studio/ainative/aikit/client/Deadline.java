package studio.ainative.aikit.client;

/**
 * Something that is done at a time that may be put off, by the thread that looks for
 * silence: so it takes no timer of its own, which an answer whose end comes in pieces
 * would set three times, and the timers' thread would be woken for each.
 */
interface Deadline {

	/**
	 * Do what is to be done if its time has come. Called by the timer only.
	 * @param now the time, in nanoseconds
	 * @return how many nanoseconds are left, zero or less if it has come
	 */
	long look(long now);

	/** Whether it still counts when the events have ended. */
	boolean outlivesEvents();

}
