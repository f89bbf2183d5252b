package studio.ainative.aikit.format.uimessage;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.JsonText;

/**
 * The text or the reasoning that is being written, if any is: never two at once, so that
 * parts stand in the message in the order in which they were said.
 */
final class UiOpenPart {

	private static final byte[] NOTHING = {};

	private Kind kind = Kind.NONE;

	private String id = "";

	private byte[] deltaBytes = NOTHING;

	private int texts;

	private int reasonings;

	boolean isText() {
		return this.kind == Kind.TEXT;
	}

	boolean isReasoning() {
		return this.kind == Kind.REASONING;
	}

	/** What comes before a delta's text. */
	byte[] deltaBytes() {
		return this.deltaBytes;
	}

	void openText(Consumer<Frame> frames) {
		if (this.kind != Kind.TEXT) {
			close(frames);
			open(Kind.TEXT, ++this.texts, frames);
		}
	}

	void openReasoning(Consumer<Frame> frames) {
		if (this.kind != Kind.REASONING) {
			close(frames);
			open(Kind.REASONING, ++this.reasonings, frames);
		}
	}

	void delta(String text, Consumer<Frame> frames) {
		StringBuilder json = new StringBuilder(text.length() + 56).append(deltaJson());
		JsonText.quote(json, text);
		UiMessageEncoder.send(json.append('}'), frames);
	}

	void close(Consumer<Frame> frames) {
		if (this.kind != Kind.NONE) {
			send("-end", frames);
			this.kind = Kind.NONE;
		}
	}

	private void open(Kind kind, int number, Consumer<Frame> frames) {
		this.kind = kind;
		this.id = kind.wireName + "-" + number;
		this.deltaBytes = ("data: " + deltaJson()).getBytes(StandardCharsets.US_ASCII);
		send("-start", frames);
	}

	private void send(String suffix, Consumer<Frame> frames) {
		UiMessageEncoder.send("{\"type\":\"" + this.kind.wireName + suffix + "\",\"id\":\"" + this.id + "\"}", frames);
	}

	private String deltaJson() {
		return "{\"type\":\"" + this.kind.wireName + "-delta\",\"id\":\"" + this.id + "\",\"delta\":";
	}

	private enum Kind {

		NONE(""), TEXT("text"), REASONING("reasoning");

		private final String wireName;

		Kind(String wireName) {
			this.wireName = wireName;
		}

	}

}
