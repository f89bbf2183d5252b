package studio.ainative.aikit.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.AnswerLogException.Reason;

/**
 * Entries as bytes and back, for stores that keep bytes. Compact (a token takes some six
 * bytes more than its text), without reflection, and the same on every node.
 * <p>
 * The first byte is the version of the format. A checksum follows: what was damaged on
 * its way is found, whatever it looks like.
 *
 * @since 0.1.0
 */
public final class EventCodec {

	/** The version that is written, and the only one that is read: {@value}. */
	public static final int VERSION = 1;

	private static final int HEADER = 5;

	private EventCodec() {
	}

	/**
	 * Write an entry.
	 * @param entry the entry
	 * @return its bytes
	 * @throws IllegalArgumentException if metadata or the details of an error hold what
	 * is no JSON value
	 */
	public static byte[] encode(LogEntry entry) {
		BinaryOutput output = new BinaryOutput(HEADER + 16 + entry.events().size() * 16);
		output.writeByte(VERSION);
		output.writeInt(0);
		output.writeNumber(entry.first());
		output.writeNumber(entry.events().size());
		for (StreamEvent event : entry.events()) {
			EventTypes.write(event, output);
		}
		AnswerEnd end = entry.end();
		output.writeByte((end != null) ? end.outcome().code() : 0);
		if (end != null) {
			Instant at = end.at();
			output.writeNumber(at.getEpochSecond());
			output.writeNumber(at.getNano());
		}
		byte[] bytes = output.toBytes();
		int checksum = checksum(bytes);
		for (int i = 0; i < Integer.BYTES; i++) {
			bytes[1 + i] = (byte) (checksum >>> (Byte.SIZE * (Integer.BYTES - 1 - i)));
		}
		return bytes;
	}

	/**
	 * Read an entry.
	 * @param bytes what {@link #encode} has written
	 * @return the entry
	 * @throws AnswerLogException with {@link Reason#UNREADABLE} if it was damaged, or
	 * written by a version that this one doesn't know
	 */
	public static LogEntry decode(byte[] bytes) {
		if (bytes.length > 0 && bytes[0] != VERSION) {
			throw new AnswerLogException(Reason.UNREADABLE, "An entry was written in version " + (bytes[0] & 0xFF)
					+ " of the format, and only version " + VERSION + " is known");
		}
		BinaryInput input = new BinaryInput(bytes);
		try {
			input.readByte();
			if (input.readInt() != checksum(bytes)) {
				throw damaged(null);
			}
			LogEntry entry = read(input);
			if (input.hasMore()) {
				throw damaged(null);
			}
			return entry;
		}
		catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException | DateTimeException ex) {
			throw damaged(ex);
		}
	}

	private static LogEntry read(BinaryInput input) {
		long first = input.readNumber();
		int count = input.readSize();
		List<StreamEvent> events = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			events.add(EventTypes.read(input));
		}
		int outcome = input.readByte();
		if (outcome == 0) {
			return new LogEntry(first, events, null);
		}
		return new LogEntry(first, events, new AnswerEnd(Instant.ofEpochSecond(input.readNumber(), input.readNumber()),
				AnswerEnd.Outcome.of(outcome)));
	}

	private static int checksum(byte[] bytes) {
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, HEADER, Math.max(0, bytes.length - HEADER));
		return (int) checksum.getValue();
	}

	private static AnswerLogException damaged(@Nullable Throwable cause) {
		return new AnswerLogException(Reason.UNREADABLE, "An entry is damaged", cause);
	}

}
