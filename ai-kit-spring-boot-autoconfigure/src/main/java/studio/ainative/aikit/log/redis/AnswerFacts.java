package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.log.NewAnswer;
import studio.ainative.aikit.log.StartKey;

/**
 * What an answer was begun with, as Redis keeps it.
 *
 * @param answer the answer
 * @param startKey the name of what holds its key, {@code null} for none
 * @param nonce what tells this beginning from any other
 */
record AnswerFacts(NewAnswer answer, @Nullable String startKey, String nonce) {

	/** The id that a stream without entries begins with. */
	static final String BEGINNING = "0-1";

	static AnswerFacts of(NewAnswer answer, String prefix) {
		StartKey key = answer.key();
		return new AnswerFacts(answer, (key != null) ? AnswerKeys.start(prefix, answer.owner(), key.value()) : null,
				UUID.randomUUID().toString());
	}

	String streamId() {
		return this.answer.streamId();
	}

	Duration retain() {
		return this.answer.retain();
	}

	/** What the name of its key holds: the answer's id and a hash of what was asked. */
	String claim() {
		StartKey key = this.answer.key();
		return streamId() + "\n" + ((key != null) ? key.fingerprint() : "");
	}

	/** Names and values by turns. */
	List<byte[]> named() {
		List<byte[]> named = new ArrayList<>();
		add(named, "started", this.answer.startedAt().toString());
		add(named, "retain", String.valueOf(retain().toMillis()));
		add(named, "owner", this.answer.owner());
		add(named, "note", this.answer.note());
		if (this.startKey != null) {
			add(named, "start", this.startKey);
			add(named, "claim", claim());
		}
		return named;
	}

	private static void add(List<byte[]> named, String name, @Nullable String value) {
		if (value != null) {
			named.add(RedisNode.bytes(name));
			named.add(RedisNode.bytes(value));
		}
	}

}
