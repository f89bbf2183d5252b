package studio.ainative.aikit.log.redis;

import org.jspecify.annotations.Nullable;

/**
 * What a reader sees who looks after an answer.
 *
 * @param state whether it is there
 * @param lastId the id of the last entry
 * @param owner the node of its producer, {@code null} if that is not known
 * @param leased whether the producer lives
 */
record Look(State state, String lastId, @Nullable String owner, boolean leased) {

	/** Read what {@link Script#LOOK} returns. */
	static Look of(Reply reply) {
		if (reply.size() < 3) {
			return new Look((reply.size() == 0) ? State.MISSING : State.DELETED, "", null, false);
		}
		String id = reply.textOf(0);
		return new Look(id.equals(EntryId.END) ? State.ENDED : State.RUNNING, id, reply.text(1), reply.isOne(2));
	}

	/** The number of the last event of an answer that runs. */
	long last() {
		return EntryId.number(this.lastId);
	}

	/**
	 * Whether an answer is there.
	 */
	enum State {

		/** Redis knows nothing of it. */
		MISSING,

		/** Somebody wanted it forgotten. */
		DELETED,

		/** It goes on. */
		RUNNING,

		/** It has ended. */
		ENDED

	}

}
