package studio.ainative.aikit.sse;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The standard's rules, word by word, on the whole stream as one string.
 */
public final class ReferenceParser {

	private final List<Decoded.Frame> frames = new ArrayList<>();

	private String data = "";

	private String event = "";

	private String idBuffer = "";

	private String lastEventId = "";

	private Duration reconnectionTime;

	private boolean unfinished;

	private ReferenceParser() {
	}

	public static Decoded parse(byte[] bytes) {
		return new ReferenceParser().parse(new String(bytes, StandardCharsets.UTF_8));
	}

	private Decoded parse(String stream) {
		String text = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
		String[] lines = text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
		for (int i = 0; i < lines.length - 1; i++) {
			line(lines[i]);
		}
		String rest = lines[lines.length - 1];
		this.unfinished |= !rest.isEmpty() && !rest.startsWith(":");
		return new Decoded(this.frames, this.unfinished, emptyToNull(this.lastEventId), this.reconnectionTime, false);
	}

	private void line(String line) {
		if (line.isEmpty()) {
			dispatch();
			return;
		}
		int colon = line.indexOf(':');
		if (colon == 0) {
			return;
		}
		this.unfinished = true;
		if (colon < 0) {
			field(line, "");
		}
		else {
			String value = line.substring(colon + 1);
			field(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
		}
	}

	private void field(String name, String value) {
		switch (name) {
			case "event" -> this.event = value;
			case "data" -> this.data += value + "\n";
			case "id" -> this.idBuffer = (value.indexOf('\0') < 0) ? value : this.idBuffer;
			case "retry" -> {
				if (value.matches("[0-9]+") && new BigInteger(value).bitLength() < Long.SIZE) {
					this.reconnectionTime = Duration.ofMillis(Long.parseLong(value));
				}
			}
			default -> {
				// Ignored
			}
		}
	}

	private void dispatch() {
		this.lastEventId = this.idBuffer;
		if (!this.data.isEmpty()) {
			this.frames.add(new Decoded.Frame(this.event.isEmpty() ? "message" : this.event,
					emptyToNull(this.lastEventId), this.data.substring(0, this.data.length() - 1)));
		}
		this.data = "";
		this.event = "";
		this.unfinished = false;
	}

	private static String emptyToNull(String text) {
		return text.isEmpty() ? null : text;
	}

}
