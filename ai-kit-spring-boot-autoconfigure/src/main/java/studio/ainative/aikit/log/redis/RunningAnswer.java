package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;

/**
 * What a producer asks of Redis for its answer.
 */
final class RunningAnswer {

	private final RedisNode node;

	private final AnswerFacts facts;

	private final AnswerKeys keys;

	RunningAnswer(RedisNode node, AnswerFacts facts) {
		this.node = node;
		this.facts = facts;
		this.keys = node.keys(facts.streamId());
	}

	AnswerKeys keys() {
		return this.keys;
	}

	CompletionStage<Long> open() {
		List<byte[]> arguments = arguments();
		arguments.addAll(this.facts.named());
		return number(Script.OPEN, arguments);
	}

	/**
	 * Make the log anew.
	 * @param last the number of the last event that was kept
	 * @param recent the entries that were kept last
	 */
	CompletionStage<Long> reopen(long last, RecentEntries recent) {
		List<byte[]> arguments = arguments();
		List<byte[]> named = this.facts.named();
		arguments.add(RedisNode.bytes(EntryId.of(last)));
		arguments.add(RedisNode.bytes(String.valueOf(recent.before(last))));
		arguments.add(RedisNode.bytes(String.valueOf(named.size())));
		arguments.addAll(named);
		arguments.addAll(recent.all());
		return number(Script.REOPEN, arguments);
	}

	/**
	 * Append an entry.
	 * @param append the entry
	 * @param then told whether the log is there, or what failed
	 */
	void append(Append append, BiConsumer<Boolean, @Nullable Throwable> then) {
		this.node.connections().append(this.keys.log(), append.id(), append.bytes(), then);
	}

	CompletionStage<List<StreamMessage<String, byte[]>>> find(Append append) {
		return this.node.connections().range(this.keys.log(), Range.create(append.id(), append.id()), 1);
	}

	/** Tell those who follow on other nodes. */
	void copy(Append append) {
		this.node.connections().copy(this.keys.live(), append.bytes());
	}

	/** There is something that was not copied. */
	void tellToLook() {
		this.node.channels().tellToLook(this.keys);
	}

	CompletionStage<Long> renew() {
		Duration timeToLive = this.node.timeToLive(this.facts.retain());
		keepStartKey(timeToLive);
		return this.node.number(Script.RENEW, this.keys, RedisNode.bytes(this.node.name()),
				RedisNode.bytes(this.node.lease()), RedisNode.bytes(timeToLive));
	}

	/** It has ended. */
	CompletionStage<Long> retain() {
		keepStartKey(this.facts.retain());
		return this.node.number(Script.RETAIN, this.keys, RedisNode.bytes(this.facts.retain()));
	}

	/** Its producer gives up after the given number. */
	void lose(long last) {
		byte[] lost = EventCodec.encode(LogEntry.producerLost(last + 1, this.node.clock().instant()));
		String before = (last > 0) ? EntryId.of(last) : AnswerFacts.BEGINNING;
		this.node.number(Script.LOSE, this.keys, RedisNode.bytes(before), lost, RedisNode.bytes(this.node.name()))
			.thenAccept((result) -> tellToLook());
	}

	/** What is there is no whole answer, and room is wanted. */
	void forget() {
		this.node.list(Script.DELETE, this.keys, RedisNode.bytes(RedisNode.PATIENCE))
			.thenAccept((result) -> tellToLook());
	}

	private void keepStartKey(Duration time) {
		String key = this.facts.startKey();
		if (key != null) {
			this.node.connections().keepFor(key, time);
		}
	}

	/** What {@link Script#OPEN} takes before the facts. */
	private List<byte[]> arguments() {
		return new ArrayList<>(List.of(RedisNode.bytes(this.node.name()), RedisNode.bytes(this.node.lease()),
				RedisNode.bytes(this.node.timeToLive(this.facts.retain())), RedisNode.bytes(this.facts.nonce())));
	}

	private CompletionStage<Long> number(Script script, List<byte[]> arguments) {
		return this.node.number(script, this.keys, arguments.toArray(byte[][]::new));
	}

}
