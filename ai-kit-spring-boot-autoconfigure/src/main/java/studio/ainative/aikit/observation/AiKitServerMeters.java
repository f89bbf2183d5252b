package studio.ainative.aikit.observation;

import io.micrometer.common.docs.KeyName;

/**
 * The metrics of answers to readers. All have the tag {@code aikit.stack}, {@code webmvc}
 * or {@code webflux}, and but for those of answers that are kept {@code aikit.format},
 * the wire format's name.
 *
 * @since 0.1.0
 */
public enum AiKitServerMeters {

	/** Open answers. */
	ANSWERS("aikit.server.answers", "gauge", "", "", "answers that have a reader at this moment"),

	/** How far behind readers are. */
	LAG("aikit.server.lag", "gauge", "seconds", "",
			"for how long the slowest of these readers has not had all that there was"),

	/** What waits. */
	WAITING("aikit.server.waiting", "gauge", "bytes", "", "what waits for these readers, by estimate"),

	/** Readers that are gone. */
	READERS("aikit.server.readers", "counter", "", "`aikit.outcome`",
			"readers that have come and gone: `complete`, `error`, `stopped`, `left`, `given_up` (took nothing for the send timeout), `released` (to go on elsewhere), `shutdown`, `refused` (came while the application shut down)"),

	/** From opening to end. */
	DURATION("aikit.server.duration", "histogram", "seconds", "`aikit.outcome`", "for how long they were there"),

	/** To the first bytes. */
	TIME_TO_FIRST_BYTE("aikit.server.time_to_first_byte", "histogram", "seconds", "",
			"from a reader's coming until the first bytes were handed to its connection"),

	/** To the first text. */
	TIME_TO_FIRST_TOKEN("aikit.server.time_to_first_token", "histogram", "seconds", "",
			"the same for the first text: what the reader waited for"),

	/** Bytes. */
	BYTES("aikit.server.bytes", "counter", "bytes", "",
			"bytes written, before compression; not those that Spring writes, as it may for `toFlux()`"),

	/** Heartbeats. */
	HEARTBEATS("aikit.server.heartbeats", "counter", "", "", "heartbeats written"),

	/** Answers that were read again. */
	RESUMES("aikit.server.resumes", "counter", "", "`aikit.outcome`",
			"requests to read a kept answer again: `hit`, `gone` (unknown, expired or too large), `foreign` (somebody else's), `invalid` (no such place in it)"),

	/** Answers that were stopped. */
	STOPS("aikit.server.stops", "counter", "", "`aikit.outcome`",
			"requests to stop a kept answer: `hit`, `late` (it had ended), `gone`, `foreign`"),

	/** Answers that nobody read. */
	ABANDONED("aikit.server.abandoned", "counter", "", "", "kept answers that were cancelled because nobody read them"),

	/** Answers whose node is gone. */
	PRODUCERS_LOST("aikit.server.producers_lost", "counter", "", "",
			"readers who were told that the node is gone that made their answer"),

	/** The log fails. */
	LOG_FAILURES("aikit.server.log_failures", "counter", "", "",
			"what the log of kept answers has refused or could not be reached for");

	private final String meterName;

	private final String kind;

	private final String unit;

	private final String tags;

	private final String description;

	AiKitServerMeters(String meterName, String kind, String unit, String tags, String description) {
		this.meterName = meterName;
		this.kind = kind;
		this.unit = unit;
		this.tags = tags;
		this.description = description;
	}

	/**
	 * The metric's name.
	 * @return for example {@code aikit.server.answers}
	 */
	public String meterName() {
		return this.meterName;
	}

	/**
	 * What the metric is.
	 * @return {@code histogram}, {@code counter} or {@code gauge}
	 */
	public String kind() {
		return this.kind;
	}

	/**
	 * The unit that its values have.
	 * @return {@code seconds}, {@code bytes}, or empty for a mere number
	 */
	public String unit() {
		return this.unit;
	}

	/**
	 * Tags besides those that all have.
	 * @return their names, as the README shows them
	 */
	public String tags() {
		return this.tags;
	}

	/**
	 * What the metric tells.
	 * @return words for the README's table
	 */
	public String description() {
		return this.description;
	}

	/** The metrics' tags. */
	public enum Keys implements KeyName {

		/** What writes answers. */
		STACK("aikit.stack", "`webmvc` or `webflux`"),

		/** How they are written. */
		FORMAT("aikit.format",
				"the wire format: `ai-kit`, `ui-message`, `openai`, `ag-ui` or one of the application's"),

		/** What became of a reader or a request. */
		OUTCOME("aikit.outcome", "what became of a reader or a request; each metric has its own");

		private final String key;

		private final String description;

		Keys(String key, String description) {
			this.key = key;
			this.description = description;
		}

		@Override
		public String asString() {
			return this.key;
		}

		/**
		 * What the key's values mean.
		 * @return words for the README's table
		 */
		public String description() {
			return this.description;
		}

	}

}
