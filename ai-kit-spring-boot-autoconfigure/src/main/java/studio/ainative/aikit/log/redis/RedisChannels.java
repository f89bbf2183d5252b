package studio.ainative.aikit.log.redis;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.EventCodec;
import studio.ainative.aikit.log.LogEntry;

/**
 * What this node hears: one listener on one connection for all channels. A message may be
 * lost, and costs time then and nothing else: readers fetch from the log what they lack,
 * and producers look for stops whenever they renew their lease.
 */
final class RedisChannels extends RedisPubSubAdapter<String, byte[]> {

	/** Somebody follows the answer of the id that comes next. */
	private static final char FOLLOW = 'f';

	/** Somebody wants the answer of the id that comes next to stop. */
	private static final char STOP = 's';

	/** The answer of the id that comes next was deleted. */
	private static final char DELETE = 'd';

	/** There is something in the log. */
	private static final byte[] LOOK = new byte[0];

	private final RedisNode node;

	private final Map<String, Followers> followed = new ConcurrentHashMap<>();

	private final AtomicBoolean connected = new AtomicBoolean();

	/** Whether Redis has confirmed the node's own channel. */
	private volatile boolean heard;

	RedisChannels(RedisNode node) {
		this.node = node;
	}

	/** Listen to what others want of this node's answers. */
	void listen() {
		if (!this.heard) {
			subscribe(ownChannel());
		}
	}

	/** Give a reader the copies of what is appended. */
	void follow(String channel, RedisTail tail) {
		Followers followers = this.followed.compute(channel, (name, known) -> {
			Followers these = (known != null) ? known : new Followers();
			these.tails.add(tail);
			return these;
		});
		if (followers.confirmed) {
			tail.heard();
		}
		else {
			subscribe(channel);
		}
	}

	void unfollow(String channel, RedisTail tail) {
		this.followed.computeIfPresent(channel, (name, followers) -> {
			followers.tails.remove(tail);
			if (!followers.tails.isEmpty()) {
				return followers;
			}
			unsubscribe(channel);
			return null;
		});
	}

	void askToFollow(String owner, String streamId) {
		tellNode(owner, FOLLOW, streamId);
	}

	void askToStop(String owner, String streamId) {
		tellNode(owner, STOP, streamId);
	}

	void tellDeleted(String owner, AnswerKeys keys) {
		tellNode(owner, DELETE, keys.streamId());
		tellToLook(keys);
	}

	/** There is something in the log that is not on its way as a copy. */
	void tellToLook(AnswerKeys keys) {
		this.node.connections().tell(keys.live(), LOOK);
	}

	/** Ask again for what Redis has not confirmed. */
	void tick() {
		if (!this.heard && this.connected.get()) {
			subscribe(ownChannel());
		}
		this.followed.forEach((channel, followers) -> {
			if (!followers.confirmed) {
				subscribe(channel);
			}
		});
	}

	@Override
	public void subscribed(String channel, long count) {
		if (channel.equals(ownChannel())) {
			this.heard = true;
			this.node.heardAgain();
			return;
		}
		Followers followers = this.followed.get(channel);
		if (followers == null) {
			unsubscribe(channel);
			return;
		}
		followers.confirmed = true;
		followers.tails.forEach(RedisTail::heard);
	}

	/** Which somebody may have begun to follow again meanwhile. */
	@Override
	public void unsubscribed(String channel, long count) {
		Followers followers = this.followed.get(channel);
		if (followers != null) {
			followers.confirmed = false;
		}
	}

	@Override
	public void message(String channel, byte[] message) {
		if (channel.equals(ownChannel())) {
			hear(message);
			return;
		}
		Followers followers = this.followed.get(channel);
		if (followers == null) {
			return;
		}
		LogEntry entry = (message.length > 0) ? decode(message) : null;
		if (entry != null) {
			followers.tails.forEach((tail) -> tail.copied(entry));
		}
		else {
			followers.tails.forEach(RedisTail::lookNow);
		}
	}

	private void hear(byte[] message) {
		if (message.length == 0) {
			return;
		}
		String streamId = new String(message, 1, message.length - 1, StandardCharsets.UTF_8);
		RedisWriter writer = this.node.writer(streamId);
		if (writer == null) {
			if (message[0] == FOLLOW && AnswerKeys.isPossible(streamId)) {
				// It has ended since they looked, and no copy of the end was made for
				// them
				tellToLook(this.node.keys(streamId));
			}
			return;
		}
		switch (message[0]) {
			case FOLLOW -> writer.followed();
			case STOP -> writer.askedToStop();
			case DELETE -> writer.deleted();
			default -> {
				// From a newer version
			}
		}
	}

	/** What is damaged, or from a newer version, is the log's to tell. */
	private static @Nullable LogEntry decode(byte[] message) {
		try {
			return EventCodec.decode(message);
		}
		catch (AnswerLogException ex) {
			return null;
		}
	}

	private void tellNode(String owner, char what, String streamId) {
		this.node.connections().tell(AnswerKeys.node(this.node.prefix(), owner), RedisNode.bytes(what + streamId));
	}

	private String ownChannel() {
		return AnswerKeys.node(this.node.prefix(), this.node.name());
	}

	private void subscribe(String channel) {
		this.node.connections().listening().get().thenCompose((connection) -> {
			if (this.connected.compareAndSet(false, true)) {
				connection.addListener(this);
			}
			return this.heard ? connection.async().subscribe(channel)
					: connection.async().subscribe(ownChannel(), channel);
		}).exceptionally((ex) -> null);
	}

	private void unsubscribe(String channel) {
		StatefulRedisPubSubConnection<String, byte[]> connection = this.node.connections().listening().current();
		if (connection != null) {
			connection.async().unsubscribe(channel).exceptionally((ex) -> null);
		}
	}

	/**
	 * Those who follow one answer.
	 */
	private static final class Followers {

		private final Set<RedisTail> tails = ConcurrentHashMap.newKeySet();

		private volatile boolean confirmed;

	}

}
