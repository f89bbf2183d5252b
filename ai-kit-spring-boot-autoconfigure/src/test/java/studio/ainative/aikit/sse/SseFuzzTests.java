package studio.ainative.aikit.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random streams of what matters to the rules, the same in each run.
 */
class SseFuzzTests {

	private static final byte[][] PIECES = pieces("\n", "\n", "\n", "\r", "\r\n", "\n\n", ":", ": ", " ", "data",
			"data:", "data: x", "data: 12345", "\ndata: y\n\n", "event:", "event: n", "id:", "id: 7", "retry:",
			"retry: 12", "\0", "d", "da", "x", "9", "€", "👋", "\uFEFF");

	private static final String[] HOSTILE = { "\r", "\n", "\r\n", "\0", "\ud83d", "\udc4b", "👋", "é", " ", "  ", ":",
			"data:", "\ndata: x", "\n\nevent: x\n", "id", "retry: 1", "a", "漢", "\uFEFF", "\u2028", "\u0085" };

	@Test
	void readsAMillionStreamsWithoutAnyOtherErrorThanTheLimit() {
		Random random = new Random(1);
		int limited = 0;
		int frames = 0;
		for (int i = 0; i < 1_000_000; i++) {
			byte[] stream = randomStream(random, 14);
			Decoded decoded = Decoded.of(1 + random.nextInt(12), stream, randomCuts(random, stream.length));
			limited += decoded.limitExceeded() ? 1 : 0;
			frames += decoded.frames().size();
		}
		// Both outcomes are common, or the streams would test nothing
		assertThat(limited).isGreaterThan(50_000);
		assertThat(frames).isGreaterThan(50_000);
	}

	@Test
	void readsWhatTheReferenceReads() {
		Random random = new Random(2);
		for (int i = 0; i < 200_000; i++) {
			byte[] stream = randomStream(random, 24);
			int[] cuts = randomCuts(random, stream.length);
			Decoded expected = ReferenceParser.parse(stream);
			Decoded decoded = Decoded.of(10_000, stream, cuts);
			if (!decoded.equals(expected)) {
				assertThat(decoded).as("%s cut at %s", Arrays.toString(stream), Arrays.toString(cuts))
					.isEqualTo(expected);
			}
		}
	}

	@Test
	void readsRunsOfEventsThatBeginAlikeAsTheReferenceDoes() {
		byte[][] heads = pieces("data: ", "data:", "data: ", "data", "event: n\ndata: ", "event: m\ndata: ",
				"id: 7\ndata: ", "id: 8\ndata: ", "id:\ndata: ", "retry: 5\ndata: ", "retry: 6\ndata: ",
				": c\nevent: n\ndata: ", "event: n\nevent:\ndata: ", "event: n\rdata: ", "id: 7\n", "event: n\n",
				"event: n\nid: 12\ndata: ", "event: n\nid: 345\ndata: ", "event: n\nid: \ndata: ",
				"event: n\nid:  6\ndata: ", "event: n\nid: \0\ndata: ", "id: 1\rdata: ", "id: 2\r\ndata: ",
				"id: 1\nid: \0\ndata: ", "id: 1\nid:2\ndata: ", "id: 3\nid\ndata: ", "id: 1\nid: 3\ndata: ",
				"idle: 1\nid: 9\ndata: ", "retry: 5\n", ": c\n");
		byte[][] tails = pieces("x\n\n", "\n\n", " x\n\n", "x\n\n", "base\n\n", "x\ndata: y\n\n", "x\nid: 9\n\n",
				"x\nevent: o\n\n", "x\n: c\n\n", "x\r\n\r\n", "x\r\r", "x\n\r\n", "x\n", "\n");
		Random random = new Random(6);
		for (int i = 0; i < 200_000; i++) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			byte[] head = heads[random.nextInt(heads.length)];
			byte[] tail = tails[random.nextInt(tails.length)];
			for (int event = 2 + random.nextInt(8); event > 0; event--) {
				head = (random.nextInt(3) == 0) ? heads[random.nextInt(heads.length)] : head;
				tail = (random.nextInt(3) == 0) ? tails[random.nextInt(tails.length)] : tail;
				bytes.writeBytes(head);
				bytes.writeBytes(tail);
			}
			byte[] stream = bytes.toByteArray();
			int[] cuts = random.nextBoolean() ? new int[0] : randomCuts(random, stream.length);
			Decoded expected = ReferenceParser.parse(stream);
			Decoded decoded = Decoded.of(10_000, stream, cuts);
			if (!decoded.equals(expected)) {
				assertThat(decoded)
					.as("%s cut at %s", new String(stream, StandardCharsets.UTF_8), Arrays.toString(cuts))
					.isEqualTo(expected);
			}
		}
	}

	@Test
	void drawsTheLimitAtTheSamePlaceHoweverTheStreamIsCut() {
		Random random = new Random(3);
		for (int i = 0; i < 200_000; i++) {
			byte[] stream = randomStream(random, 16);
			int limit = 1 + random.nextInt(12);
			int[] cuts = randomCuts(random, stream.length);
			Decoded whole = Decoded.of(limit, stream);
			Decoded cut = Decoded.of(limit, stream, cuts);
			boolean same = cut.limitExceeded() == whole.limitExceeded() && cut.frames().equals(whole.frames());
			if (!same) {
				assertThat(cut).as("%s cut at %s, limit %s", Arrays.toString(stream), Arrays.toString(cuts), limit)
					.isEqualTo(whole);
			}
		}
	}

	@Test
	void readsBackWhateverIsWritten() {
		Random random = new Random(4);
		SseEncoder encoder = new SseEncoder();
		for (int i = 0; i < 100_000; i++) {
			List<Decoded.Frame> expected = new ArrayList<>();
			String lastId = null;
			for (int frame = random.nextInt(4); frame > 0; frame--) {
				String event = random.nextBoolean() ? oneLine(hostile(random)) : null;
				String id = random.nextBoolean() ? oneLine(hostile(random)) : null;
				String data = hostile(random);
				if (random.nextBoolean()) {
					encoder.append(event, id, data);
				}
				else {
					encoder.append(event, id, Decoded.utf8(withoutLoneSurrogates(data)));
				}
				encoder.appendComment(hostile(random));
				lastId = (id != null) ? id : lastId;
				expected.add(new Decoded.Frame((event == null || event.isEmpty()) ? "message" : readBack(event),
						(lastId == null || lastId.isEmpty()) ? null : readBack(lastId), readBack(data)));
			}
			byte[] stream = encoder.drain();
			Decoded decoded = Decoded.of(10_000, stream, randomCuts(random, stream.length));
			if (!decoded.frames().equals(expected) || decoded.unfinished() || decoded.reconnectionTime() != null) {
				assertThat(decoded).as(Arrays.toString(stream))
					.isEqualTo(new Decoded(expected, false, decoded.lastEventId(), null, false));
			}
			if (!ReferenceParser.parse(stream).equals(decoded)) {
				assertThat(ReferenceParser.parse(stream)).isEqualTo(decoded);
			}
		}
	}

	private static byte[] randomStream(Random random, int maxPieces) {
		ByteArrayOutputStream stream = new ByteArrayOutputStream(64);
		for (int i = random.nextInt(maxPieces + 1); i > 0; i--) {
			byte[] piece = PIECES[random.nextInt(PIECES.length)];
			// Sometimes half a piece: half a name, half a character, half a mark
			stream.write(piece, 0, (random.nextInt(8) == 0) ? 1 + random.nextInt(piece.length) : piece.length);
		}
		return stream.toByteArray();
	}

	private static int[] randomCuts(Random random, int length) {
		int[] cuts = new int[random.nextInt(4)];
		Arrays.setAll(cuts, (index) -> random.nextInt(length + 1));
		Arrays.sort(cuts);
		return cuts;
	}

	private static String hostile(Random random) {
		StringBuilder text = new StringBuilder();
		for (int i = random.nextInt(6); i > 0; i--) {
			text.append(HOSTILE[random.nextInt(HOSTILE.length)]);
		}
		return text.toString();
	}

	private static String oneLine(String text) {
		return text.replaceAll("[\r\n\0]", "");
	}

	private static String readBack(String text) {
		return withoutLoneSurrogates(text).replace("\r\n", "\n").replace('\r', '\n');
	}

	private static String withoutLoneSurrogates(String text) {
		return text.replaceAll("[\\x{D800}-\\x{DFFF}]", "\uFFFD");
	}

	private static byte[][] pieces(String... texts) {
		return Arrays.stream(texts).map(Decoded::utf8).toArray(byte[][]::new);
	}

}
