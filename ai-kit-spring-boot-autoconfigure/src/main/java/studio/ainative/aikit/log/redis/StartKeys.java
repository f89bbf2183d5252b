package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;

import io.lettuce.core.ScriptOutputType;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;
import studio.ainative.aikit.log.StartKey;

/**
 * Which answer was begun by which start key. An answer is there before its key is:
 * whoever finds a key finds an answer, and of those that began one at once all but one
 * forget it.
 */
final class StartKeys {

	private static final byte[] NOTHING = new byte[0];

	private final RedisNode node;

	private final RedisAnswerLog log;

	StartKeys(RedisNode node, RedisAnswerLog log) {
		this.node = node;
		this.log = log;
	}

	Mono<LogOpening> open(AnswerFacts facts, NewAnswer answer) {
		StartKey key = answer.key();
		String name = facts.startKey();
		if (key == null || name == null) {
			return this.log.begin(facts);
		}
		return held(name)
			.flatMap((held) -> instead(Claim.of(held), key)
				.switchIfEmpty(Mono.defer(() -> beginAndClaim(facts, name, key, held))))
			.switchIfEmpty(Mono.defer(() -> beginAndClaim(facts, name, key, NOTHING)));
	}

	/** The id of the answer that holds a key. */
	Mono<String> find(String name) {
		return held(name).map((held) -> Claim.of(held).streamId());
	}

	/** Empty if nothing, or nothing that leads to an answer. */
	private Mono<byte[]> held(String name) {
		return RedisAnswerLog.mono(() -> this.node.connections().value(name))
			.flatMap(Mono::justOrEmpty)
			.onErrorResume(StartKeys::isUnreadable, (ex) -> Mono.empty());
	}

	Mono<Void> release(String name, byte[] claim) {
		return RedisAnswerLog
			.mono(() -> this.node.connections()
				.<Long>run(Script.RELEASE, ScriptOutputType.INTEGER, new String[] { name }, claim))
			.then();
	}

	/** The answer that was begun by the key before, empty if it is to make room. */
	private Mono<LogOpening> instead(Claim claim, StartKey key) {
		return this.log.status(claim.streamId())
			// Nobody can read it: whoever asks again is to have an answer
			.onErrorResume(StartKeys::isUnreadable, (ex) -> Mono.empty())
			.flatMap((status) -> {
				LogOpening opening = LogOpening.taken(claim.streamId(), key, claim.fingerprint());
				return (opening != null) ? Mono.just(opening) : this.log.stop(claim.streamId()).then(Mono.empty());
			});
	}

	private static boolean isUnreadable(Throwable ex) {
		return ex instanceof AnswerLogException refused && refused.reason() == Reason.UNREADABLE;
	}

	private Mono<LogOpening> beginAndClaim(AnswerFacts facts, String name, StartKey key, byte[] held) {
		return this.log.begin(facts).flatMap((begun) -> settle(facts, name, key, begun, held));
	}

	private Mono<LogOpening> settle(AnswerFacts facts, String name, StartKey key, LogOpening begun, byte[] held) {
		return claim(facts, name, held)
			// Another was quicker
			.flatMap((other) -> instead(Claim.of(other), key)
				.flatMap((opening) -> this.log.delete(facts.streamId()).thenReturn(opening))
				.switchIfEmpty(Mono.defer(() -> settle(facts, name, key, begun, other))))
			.defaultIfEmpty(begun);
	}

	/** Empty if the key is this answer's now. */
	private Mono<byte[]> claim(AnswerFacts facts, String name, byte[] held) {
		byte[] ttl = RedisNode.bytes(this.node.timeToLive(facts.retain()));
		return RedisAnswerLog
			.mono(() -> this.node.value(Script.CLAIM, new String[] { name }, held, RedisNode.bytes(facts.claim()), ttl))
			.flatMap(Mono::justOrEmpty);
	}

	/**
	 * What a key holds.
	 *
	 * @param streamId the id of the answer that was begun by it
	 * @param fingerprint the hash of what was asked
	 */
	private record Claim(String streamId, String fingerprint) {

		static Claim of(byte[] held) {
			String text = new String(held, StandardCharsets.UTF_8);
			int end = text.indexOf('\n');
			return (end < 0) ? new Claim(text, "") : new Claim(text.substring(0, end), text.substring(end + 1));
		}

	}

}
