package studio.ainative.aikit.log;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps answers while they stream and for a while after, so that they can be read again
 * from any point. One producer appends, any number of readers follow, each at its own
 * pace.
 * <p>
 * Events have numbers, 1, 2, 3 …, which the producer counts. A store never gives out a
 * number twice with different events, leaves none out, and changes nothing that was read.
 * <p>
 * Nothing is done until the returned publisher is subscribed to. Implementations are
 * thread-safe, block no caller, and hold no thread, connection or timer for each answer
 * or reader. What goes wrong is an {@link AnswerLogException} with its reason.
 *
 * @since 0.1.0
 */
public interface AnswerLog {

	/**
	 * Begin an answer, or find the one that was begun by the same key before.
	 * <p>
	 * An id that is in use is refused, by {@link AnswerLogException.Reason#FENCED}: two
	 * producers never share an answer. Of several calls with one key at once, on whatever
	 * nodes, exactly one begins an answer.
	 * <p>
	 * The reader waits for it, without a limit: a store that is away is to refuse within
	 * a few seconds, by {@link AnswerLogException.Reason#UNAVAILABLE}. The answer streams
	 * then, and is not kept.
	 * @param answer the answer
	 * @return what became of it
	 */
	Mono<LogOpening> open(NewAnswer answer);

	/**
	 * Read an answer: what is kept, then what comes, to its end. Completes after the
	 * entry that holds the {@linkplain LogEntry#end() end}, for a reader who comes after
	 * the end too. As many entries as are asked for; cancelling costs nobody else
	 * anything.
	 * <p>
	 * A reader who is further than the log waits for what it lacks. If the answer ends
	 * before that, or the cursor is before what is kept, it is refused, by
	 * {@link AnswerLogException.Reason#CURSOR}. Ids that are unknown, or no longer known,
	 * are refused by {@link AnswerLogException.Reason#GONE}, and so is who reads when the
	 * log goes. An answer whose producer is gone without an end gets
	 * {@linkplain LogEntry#producerLost one}, once for all readers.
	 * @param streamId the answer's id
	 * @param after the number of the last event that the reader has, zero for none
	 * @return the entries in order; the first may hold events that the reader has
	 */
	Flux<LogEntry> read(String streamId, long after);

	/**
	 * How an answer stands.
	 * @param streamId the answer's id, of any form
	 * @return the status, empty if the id is unknown, or no longer known
	 */
	Mono<AnswerStatus> status(String streamId);

	/**
	 * The answer that was begun by a start key: of several, in place of each other, the
	 * last.
	 * @param owner whose key it is, {@code null} for those of nobody
	 * @param key the key's {@linkplain StartKey#value() value}
	 * @return the answer's id, empty if there is none, or no longer. Whether the answer
	 * itself is known yet is for {@link #status(String)} to say
	 */
	Mono<String> find(@Nullable String owner, String key);

	/**
	 * Ask for an answer to be stopped. Its producer is {@linkplain Writer#stopRequested()
	 * told}, on whatever node, and ends it. Does nothing if it has ended, was asked
	 * before, or is unknown.
	 * @param streamId the answer's id
	 * @return completes when the wish is kept
	 */
	Mono<Void> stop(String streamId);

	/**
	 * Forget an answer, ended or not, and the key that it was begun by. Its readers are
	 * refused the rest, its producer any further append, both by
	 * {@link AnswerLogException.Reason#GONE}. Does nothing if the id is unknown.
	 * @param streamId the answer's id
	 * @return completes when the answer is forgotten
	 */
	Mono<Void> delete(String streamId);

	/**
	 * Whether other nodes read the same log: their answers live on when this one goes.
	 * @return {@code true} unless overridden
	 */
	default boolean isShared() {
		return true;
	}

	/**
	 * The producer's hold on its answer. Only it can append; a store finds out by itself
	 * when its producer is gone.
	 */
	interface Writer {

		/**
		 * Append the next events, the end, or both. Not to be called before the last call
		 * has completed.
		 * <p>
		 * Refused without any change to what readers see: by
		 * {@link AnswerLogException.Reason#FENCED} after the end, a second end included,
		 * or after another wrote in this one's place; by
		 * {@link AnswerLogException.Reason#GONE} when the log is gone; by
		 * {@link AnswerLogException.Reason#FULL} or
		 * {@link AnswerLogException.Reason#UNAVAILABLE} when the store can't keep it. No
		 * append follows a refused one.
		 * @param entry the events, the first of which follows the last append's last
		 * @return completes when they are kept; a store may hand them to readers before
		 */
		Mono<Void> append(LogEntry entry);

		/**
		 * Somebody wants the answer stopped, or it has passed to another: the producer is
		 * to stop its source, and to append the end.
		 * @return completes when that is so, on any thread; never without it
		 */
		Mono<Void> stopRequested();

		/**
		 * Let go of the answer without an end: readers find that its producer is gone.
		 * Does nothing after the end, nor a second time.
		 */
		void close();

	}

}
