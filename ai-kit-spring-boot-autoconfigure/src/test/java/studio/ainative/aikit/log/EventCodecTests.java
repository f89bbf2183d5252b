package studio.ainative.aikit.log;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;

import org.junit.jupiter.api.Test;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.log.AnswerLogException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Entries as bytes. That every kind of event survives them is shown by the contract of
 * logs; here, that nothing else is taken for an entry.
 */
class EventCodecTests {

	private static final LogEntry ENTRY = new LogEntry(7,
			List.of(new Token("Hello 😀", 6), new Metadata(Map.of("model", "gpt", "n", 3))),
			new AnswerEnd(Instant.parse("2026-01-31T12:00:00.123456789Z"), AnswerEnd.Outcome.COMPLETE));

	@Test
	void readsWhatItHasWritten() {
		assertThat(EventCodec.decode(EventCodec.encode(ENTRY))).isEqualTo(ENTRY);
	}

	@Test
	void readsCallsOfToolsWithTheirResultsAndWhatReasoningNeeds() {
		Map<String, String> data = new LinkedHashMap<>();
		data.put("signature", "abc");
		data.put("other", "");
		LogEntry entry = new LogEntry(1,
				List.of(new StreamEvent.ToolCall(1, "c1", "weather", "{", 2),
						new StreamEvent.ToolCall(0, "c1", null, "", 0, true),
						new StreamEvent.ToolResult("c1", "weather", "sunny", false),
						new StreamEvent.ToolResult("c1", "weather", "", true),
						new StreamEvent.ReasoningEnd("anthropic", data, 3),
						new StreamEvent.ReasoningEnd("anthropic", Map.of())),
				null);
		assertThat(EventCodec.decode(EventCodec.encode(entry))).isEqualTo(entry);
	}

	@Test
	void keepsNullsAndOddValues() {
		Map<String, Object> facts = new HashMap<>();
		facts.put("nothing", null);
		facts.put("list", Arrays.asList(null, 1.5f, Double.NaN, Long.MIN_VALUE, Integer.MIN_VALUE, 'c',
				Thread.State.NEW, new BigInteger("123456789012345678901234567890"), (short) 3));
		LogEntry entry = new LogEntry(1, List.of(new Metadata(facts)), null);
		Metadata read = (Metadata) EventCodec.decode(EventCodec.encode(entry)).events().get(0);
		assertThat(read.values()).containsEntry("nothing", null);
		assertThat(read.values().get("list")).isEqualTo(Arrays.asList(null, 1.5f, Double.NaN, Long.MIN_VALUE,
				Integer.MIN_VALUE, "c", "NEW", new BigInteger("123456789012345678901234567890"), 3));
	}

	@Test
	void keepsHalvesOfCharacters() {
		LogEntry entry = new LogEntry(1, List.of(new Token("\ud83d", 0), new Token("\ude00 a", 1)), null);
		assertThat(EventCodec.decode(EventCodec.encode(entry))).isEqualTo(entry);
	}

	@Test
	void isCompact() {
		LogEntry entry = new LogEntry(1000, List.of(new Token(" word", 999)), null);
		assertThat(EventCodec.encode(entry)).hasSizeLessThan(25);
		List<StreamEvent> ten = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			ten.add(new Token(" word", 1000 + i));
		}
		assertThat(EventCodec.encode(new LogEntry(1001, ten, null))).hasSizeLessThan(15 + 10 * 11);
	}

	@Test
	void findsEveryDamagedByte() {
		byte[] bytes = EventCodec.encode(ENTRY);
		for (int i = 0; i < bytes.length; i++) {
			for (int bit = 0; bit < Byte.SIZE; bit++) {
				byte[] damaged = bytes.clone();
				damaged[i] ^= (byte) (1 << bit);
				unreadable(damaged);
			}
		}
	}

	@Test
	void findsWhatWasCutOrAdded() {
		byte[] bytes = EventCodec.encode(ENTRY);
		for (int length = 0; length < bytes.length; length++) {
			unreadable(Arrays.copyOf(bytes, length));
		}
		unreadable(Arrays.copyOf(bytes, bytes.length + 1));
	}

	@Test
	void readsNoiseOrRefusesIt() {
		Random random = new Random(15);
		for (int i = 0; i < 20_000; i++) {
			byte[] noise = new byte[random.nextInt(64)];
			random.nextBytes(noise);
			if (noise.length > 0) {
				noise[0] = EventCodec.VERSION;
			}
			assertThat(isReadOrRefused(withChecksum(noise))).isTrue();
		}
	}

	@Test
	void saysThatANewerVersionHasWritten() {
		byte[] bytes = EventCodec.encode(ENTRY);
		bytes[0] = 2;
		assertThatExceptionOfType(AnswerLogException.class).isThrownBy(() -> EventCodec.decode(bytes))
			.withMessage("An entry was written in version 2 of the format, and only version 1 is known");
	}

	@Test
	void refusesToWriteWhatIsNoJson() {
		Map<String, Object> loop = new HashMap<>();
		loop.put("self", loop);
		LogEntry endless = new LogEntry(1, List.of(new Metadata(loop)), null);
		assertThatIllegalArgumentException().isThrownBy(() -> EventCodec.encode(endless));
		LogEntry object = new LogEntry(1, List.of(new Metadata(Map.of("secret", new Object()))), null);
		assertThatIllegalArgumentException().isThrownBy(() -> EventCodec.encode(object))
			.withMessage("A value of java.lang.Object can't be kept");
	}

	private static byte[] withChecksum(byte[] bytes) {
		if (bytes.length >= 5) {
			CRC32C checksum = new CRC32C();
			checksum.update(bytes, 5, bytes.length - 5);
			for (int i = 0; i < 4; i++) {
				bytes[1 + i] = (byte) (checksum.getValue() >>> (8 * (3 - i)));
			}
		}
		return bytes;
	}

	private static boolean isReadOrRefused(byte[] bytes) {
		try {
			return EventCodec.decode(bytes).first() > 0;
		}
		catch (AnswerLogException ex) {
			return ex.reason() == Reason.UNREADABLE;
		}
	}

	private static void unreadable(byte[] bytes) {
		assertThatExceptionOfType(AnswerLogException.class).isThrownBy(() -> EventCodec.decode(bytes))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.UNREADABLE));
	}

}
