package studio.ainative.aikit.sse;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SseDecoderTests {

	private static final int LIMIT = 4 * 1024 * 1024;

	private static final String OPENAI = """
			data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":"Grüße"}}]}

			data: {"id":"chatcmpl-1","choices":[{"index":0,"delta":{"content":" 👋🏽 €"}}]}

			data: [DONE]

			""";

	private static final String ANTHROPIC = """
			event: message_start
			data: {"type":"message_start"}

			event: ping
			data: {"type":"ping"}

			event: content_block_delta
			data: {"type":"content_block_delta","delta":{"text":"漢字 🧵"}}

			event: message_stop
			data: {"type":"message_stop"}

			""";

	private static final String EVERY_RULE = """
			: a comment with data: inside
			event: token
			id: msg-1
			retry: 1500
			data: one
			data:two
			data:  three
			data
			data:
			unknown: field
			datax: no
			even: no
			nocolon

			event: dropped, as it has no data
			id: msg-2

			:
			data: after

			id
			data: id taken back

			id: a\0b
			retry: 12x
			event:
			data: default name


			data: unfin""";

	static Stream<byte[]> fixtures() {
		return Stream.of(OPENAI, ANTHROPIC, EVERY_RULE)
			.flatMap((text) -> Stream.of(text, text.replace("\n", "\r\n"), text.replace("\n", "\r")))
			.flatMap((text) -> Stream.of(text, "\uFEFF" + text))
			.map(Decoded::utf8);
	}

	@Test
	void readsEventsAsOpenAiSendsThem() {
		assertThat(decode(OPENAI).frames()).extracting(Decoded.Frame::data)
			.containsExactly("{\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Grüße\"}}]}",
					"{\"id\":\"chatcmpl-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" 👋🏽 €\"}}]}",
					"[DONE]");
	}

	@Test
	void readsEventsAsAnthropicSendsThem() {
		assertThat(decode(ANTHROPIC).frames()).extracting(Decoded.Frame::event)
			.containsExactly("message_start", "ping", "content_block_delta", "message_stop");
	}

	@Test
	void followsEveryRule() {
		assertThat(decode(EVERY_RULE)).isEqualTo(new Decoded(
				List.of(frame("token", "msg-1", "one\ntwo\n three\n\n"), frame("message", "msg-2", "after"),
						frame("message", null, "id taken back"), frame("message", null, "default name")),
				true, null, Duration.ofMillis(1500), false));
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	void readsTheSameHoweverTheStreamIsCutInTwo(byte[] stream) {
		Decoded whole = ReferenceParser.parse(stream);
		assertThat(Decoded.of(LIMIT, stream)).isEqualTo(whole);
		for (int cut = 0; cut <= stream.length; cut++) {
			assertThat(Decoded.of(LIMIT, stream, cut)).as("cut at %s", cut).isEqualTo(whole);
		}
	}

	@ParameterizedTest
	@MethodSource("fixtures")
	void readsTheSameInChunksOfAnySize(byte[] stream) {
		Decoded whole = ReferenceParser.parse(stream);
		for (int chunk : new int[] { 1, 2, 3, 7, 4096 }) {
			assertThat(Decoded.inChunksOf(chunk, LIMIT, stream)).as("chunks of %s", chunk).isEqualTo(whole);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "data: a\n\n", "data: a\r\n\r\n", "data: a\r\r", "data: a\r\n\r", "data: a\n\r",
			"data: a\r\n\n" })
	void endsLinesWithLfCrlfOrCr(String stream) {
		assertThat(decode(stream).frames()).containsExactly(frame("message", null, "a"));
	}

	@Test
	void dispatchesAtACarriageReturnWithoutWaitingForALineFeed() {
		SseDecoder decoder = new SseDecoder(LIMIT);
		List<String> data = new ArrayList<>();
		feed(decoder, "data: a\r\n\r", (frame) -> data.add(frame.data()));
		assertThat(data).containsExactly("a");
		feed(decoder, "\ndata: b\n\n", (frame) -> data.add(frame.data()));
		assertThat(data).containsExactly("a", "b");
	}

	@Test
	void takesCarriageReturnAndLineFeedInTwoReadsAsOneLineEnd() {
		assertThat(Decoded.of(LIMIT, Decoded.utf8("data: a\r\ndata: b\r\n\r\n"), 8).frames())
			.containsExactly(frame("message", null, "a\nb"));
	}

	@Test
	void dropsOneByteOrderMarkAndOnlyAtTheStart() {
		assertThat(decode("\uFEFFdata: a\n\n").frames()).hasSize(1);
		assertThat(decode("\uFEFF\uFEFFdata: a\n\n").frames()).isEmpty();
		assertThat(decode("\n\uFEFFdata: a\n\n").frames()).isEmpty();
		assertThat(decode("data: \uFEFFa\n\n").frames()).containsExactly(frame("message", null, "\uFEFFa"));
	}

	@Test
	void dispatchesEmptyDataButNoMissingData() {
		assertThat(decode("data:\n\ndata\ndata\n\ndata:test\n\nevent: x\n\n\n").frames())
			.extracting(Decoded.Frame::data)
			.containsExactly("", "\n", "test");
	}

	@Test
	void forgetsTheNameOfAnEventWithoutData() {
		assertThat(decode("event: a\n\ndata: b\n\n").frames()).containsExactly(frame("message", null, "b"));
	}

	@Test
	void keepsTheNameOfEachEventToItself() {
		assertThat(decode("event: a\nevent: b\ndata: 1\n\ndata: 2\n\n").frames()).containsExactly(frame("b", null, "1"),
				frame("message", null, "2"));
	}

	@Test
	void reusesTheStringOfARepeatedName() {
		List<String> names = new ArrayList<>();
		feed(new SseDecoder(LIMIT), "event: token\ndata: 1\n\nevent: usage\ndata: 2\n\nevent: token\ndata: 3\n\n",
				(frame) -> names.add(frame.event()));
		assertThat(names).containsExactly("token", "usage", "token");
		assertThat(names.get(2)).isSameAs(names.get(0));
	}

	@Test
	void tellsMoreNamesApartThanItRemembers() {
		List<String> expected = new ArrayList<>();
		StringBuilder stream = new StringBuilder();
		for (int i = 0; i < 200; i++) {
			String name = "a" + (i % 40) + "é".repeat(i % 3) + "z";
			expected.add(name);
			stream.append("event: ").append(name).append("\ndata: x\n\n");
		}
		assertThat(decode(stream.toString()).frames()).extracting(Decoded.Frame::event).isEqualTo(expected);
	}

	@Test
	void keepsTheLastEventIdForLaterEvents() {
		assertThat(decode("id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\nid: 3\ndata: cut")).isEqualTo(
				new Decoded(List.of(frame("message", "1", "a"), frame("message", "1", "b"), frame("message", "2", "c")),
						true, "2", null, false));
	}

	@Test
	void ignoresAnIdWithNul() {
		assertThat(decode("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n").lastEventId()).isEqualTo("1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "retry", "retry:", "retry: ", "retry: abc", "retry: -1", "retry: 1.5", "retry: 1 ",
			"retry:  1", "retry: ٣", "retry: 9223372036854775808", "retry: 99999999999999999999999999" })
	void ignoresARetryThatIsNoNumber(String line) {
		assertThat(decode("retry: 5\n" + line + "\ndata: a\n\n"))
			.isEqualTo(new Decoded(List.of(frame("message", null, "a")), false, null, Duration.ofMillis(5), false));
	}

	@Test
	void readsRetryAsMilliseconds() {
		assertThat(decode("retry: 0\n").reconnectionTime()).isZero();
		assertThat(decode("retry:00000000000000000000003000\n").reconnectionTime()).isEqualTo(Duration.ofSeconds(3));
		assertThat(decode("retry: 9223372036854775807\n").reconnectionTime())
			.isEqualTo(Duration.ofMillis(Long.MAX_VALUE));
		assertThat(decode("data: a\n\n").reconnectionTime()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "d", "data: a", "data: a\n", "event: a\n", "id: 1\n", "unknown\n", "\n\nx", "data: a\r\n",
			"data: a\n\ndata: b\n: comment\n" })
	void knowsThatAnEventIsUnfinished(String stream) {
		assertThat(decode(stream).unfinished()).isTrue();
		assertThat(Decoded.inChunksOf(1, LIMIT, Decoded.utf8(stream)).unfinished()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "\uFEFF", ":", ": comment", ": comment\n", "data: a\n\n", "data: a\r\r",
			"data: a\n\n: ping", "event: a\n\n" })
	void knowsThatNoEventIsUnfinished(String stream) {
		assertThat(decode(stream).unfinished()).isFalse();
		assertThat(Decoded.inChunksOf(1, LIMIT, Decoded.utf8(stream)).unfinished()).isFalse();
	}

	@Test
	void takesHalfAByteOrderMarkForALine() {
		byte[] mark = Decoded.utf8("\uFEFF");
		assertThat(Decoded.of(LIMIT, Arrays.copyOf(mark, 2)).unfinished()).isTrue();
		byte[] stream = concat(Arrays.copyOf(mark, 2), Decoded.utf8("\ndata: a\n\n"));
		for (int cut = 0; cut <= stream.length; cut++) {
			assertThat(Decoded.of(LIMIT, stream, cut).frames()).containsExactly(frame("message", null, "a"));
		}
	}

	@Test
	void replacesMalformedBytes() {
		byte[] stream = concat(Decoded.utf8("data: a"), new byte[] { (byte) 0xC3, '\n', '\n' });
		assertThat(Decoded.of(LIMIT, stream).frames()).containsExactly(frame("message", null, "a\uFFFD"));
	}

	@Test
	void acceptsAnEventOf300KilobytesInAnyChunks() {
		byte[] stream = Decoded.utf8("data: " + "x".repeat(300 * 1024) + "\n\ndata: y\n\n");
		for (int chunk : new int[] { 1, 1000, 16 * 1024, stream.length }) {
			assertThat(Decoded.inChunksOf(chunk, LIMIT, stream).frames()).extracting((frame) -> frame.data().length())
				.containsExactly(300 * 1024, 1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "data: 1234567890\n\n", "data:12\ndata: 345\ndata:678\n\n",
			"event: name\nid: 123\ndata: 123\n\n", "id: 1234567890\ndata\n\n", "event: 1234567890\ndata\n\n",
			"data: 1\n: a comment that does not count\nunknown: nor does this\ndata: 34567890\n\n" })
	void acceptsAnEventOfExactlyTheLimitAndNotOneByteMore(String event) {
		byte[] stream = Decoded.utf8(event + event);
		for (int cut = 0; cut <= stream.length; cut++) {
			assertThat(Decoded.of(10, stream, cut).frames()).as("cut at %s", cut).hasSize(2);
			assertThat(Decoded.of(9, stream, cut).limitExceeded()).as("cut at %s", cut).isTrue();
		}
	}

	@Test
	void saysTheLimitButNotTheData() {
		assertThatExceptionOfType(SseLimitException.class)
			.isThrownBy(() -> feed(new SseDecoder(5), "data: secret\n\n", (frame) -> {
			}))
			.withMessage("A server-sent event exceeds the limit of 5 bytes")
			.satisfies((ex) -> assertThat(ex.limit()).isEqualTo(5));
	}

	@Test
	void failsAsSoonAsAnUnfinishedLineExceedsTheLimit() {
		assertThat(decode(5, "data: 12345").limitExceeded()).isFalse();
		assertThat(decode(5, "data: 123456").limitExceeded()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { ":", "unknown: ", "datax: ", "nocolon", "\u00e9" })
	void holdsNothingOfWhatIsIgnored(String start) {
		SseDecoder decoder = new SseDecoder(16);
		List<String> data = new ArrayList<>();
		byte[] part = new byte[1024];
		Arrays.fill(part, (byte) 'x');
		feed(decoder, "data: a\n" + start, (frame) -> data.add(frame.data()));
		long allocated = allocatedBy(() -> {
			for (int i = 0; i < 1024; i++) {
				decoder.decode(part, 0, part.length, (frame) -> data.add(frame.data()));
			}
		});
		feed(decoder, "\ndata: b\n\n", (frame) -> data.add(frame.data()));
		assertThat(data).containsExactly("a\nb");
		assertThat(allocated).isLessThan(100 * 1024);
	}

	@Test
	void givesUpTheSpaceOfALargeEvent() {
		// Observable only as allocation: the second large event needs its space again
		byte[] stream = Decoded.utf8("data: " + "x".repeat(1024 * 1024) + "\n\n");
		Runnable event = cutInTwo(new SseDecoder(LIMIT), stream);
		event.run();
		assertThat(allocatedBy(event)).isGreaterThan(1024 * 1024);
	}

	@Test
	void keepsTheSpaceOfALargeEventUntilOneDoesWithout() {
		SseDecoder decoder = new SseDecoder(LIMIT);
		Runnable large = cutInTwo(decoder, Decoded.utf8("data: " + "x".repeat(20_000) + "\n\n"));
		Runnable small = cutInTwo(decoder, Decoded.utf8("data: x\n\n"));
		assertThat(allocatedBy(large)).isGreaterThan(20_000);
		assertThat(allocatedBy(large)).isLessThan(5_000);
		assertThat(allocatedBy(large)).isLessThan(5_000);
		small.run();
		assertThat(allocatedBy(large)).isGreaterThan(20_000);
	}

	private static Runnable cutInTwo(SseDecoder decoder, byte[] stream) {
		int half = stream.length / 2;
		return () -> {
			decoder.decode(stream, 0, half, (frame) -> {
			});
			decoder.decode(stream, half, stream.length - half, (frame) -> {
			});
		};
	}

	@Test
	void allocatesNothingForAnEventOfOneRead() {
		byte[] stream = Decoded.utf8("event: token\nid: msg-1\ndata: {\"token\":\"Hi\"}\n\n".repeat(10_000));
		SseDecoder decoder = new SseDecoder(LIMIT);
		AtomicInteger frames = new AtomicInteger();
		Consumer<SseFrame> count = (frame) -> frames.addAndGet(frame.dataEquals("{\"token\":\"Hi\"}") ? 1 : 0);
		decoder.decode(stream, 0, stream.length, count);
		assertThat(allocatedBy(() -> decoder.decode(stream, 0, stream.length, count))).isLessThan(10_000);
		assertThat(frames).hasValue(20_000);
	}

	@Test
	void handsOutTheDataWhereItLies() {
		byte[] stream = Decoded.utf8("data: abc\n\n");
		List<byte[]> arrays = new ArrayList<>();
		new SseDecoder(LIMIT).decode(stream, 0, stream.length, (frame) -> {
			assertThat(frame.offset()).isEqualTo(6);
			assertThat(frame.length()).isEqualTo(3);
			arrays.add(frame.array());
		});
		assertThat(arrays).hasSize(1);
		assertThat(arrays.get(0)).isSameAs(stream);
	}

	@Test
	void readsOnlyItsPartOfTheArray() {
		byte[] stream = Decoded.utf8("XXdata: a\n\nYY");
		List<String> data = new ArrayList<>();
		SseDecoder decoder = new SseDecoder(LIMIT);
		decoder.decode(stream, 2, stream.length - 4, (frame) -> data.add(frame.data()));
		assertThat(data).containsExactly("a");
		assertThat(decoder.hasUnfinishedEvent()).isFalse();
	}

	@Test
	void comparesDataWithAscii() {
		List<Boolean> equal = new ArrayList<>();
		feed(new SseDecoder(LIMIT), "data: [DONE]\n\ndata: [DONE] \n\ndata: [DONÉ]\n\ndata:[DONE]\n\n",
				(frame) -> equal.add(frame.dataEquals("[DONE]")));
		assertThat(equal).containsExactly(true, false, false, true);
	}

	@Test
	void refusesALimitThatIsNotPositive() {
		assertThatIllegalArgumentException().isThrownBy(() -> new SseDecoder(0))
			.withMessage("'maxEventSize' must be positive (was 0)");
	}

	static Stream<DataBufferFactory> bufferFactories() {
		return Stream.of(new DefaultDataBufferFactory(false), new DefaultDataBufferFactory(true),
				new NettyDataBufferFactory(new UnpooledByteBufAllocator(false)),
				new NettyDataBufferFactory(new UnpooledByteBufAllocator(true)),
				new NettyDataBufferFactory(new PooledByteBufAllocator(true)));
	}

	@ParameterizedTest
	@MethodSource("bufferFactories")
	void readsAllBytesOfABufferAndLeavesItsReleaseToTheCaller(DataBufferFactory factory) {
		ByteArrayOutputStream fixtures = new ByteArrayOutputStream();
		for (int i = 0; i < 100; i++) {
			fixtures.writeBytes(Decoded.utf8(OPENAI + ANTHROPIC));
		}
		byte[] stream = fixtures.toByteArray();
		List<Decoded.Frame> expected = ReferenceParser.parse(stream).frames();
		for (int chunk : new int[] { 1, 7, 4096, 16 * 1024 + 1, stream.length }) {
			SseDecoder decoder = new SseDecoder(LIMIT);
			List<Decoded.Frame> frames = new ArrayList<>();
			for (int start = 0; start < stream.length; start += chunk) {
				DataBuffer buffer = factory.allocateBuffer(chunk + 1).write((byte) 'X');
				buffer.write(stream, start, Math.min(chunk, stream.length - start)).readPosition(1);
				decoder.decode(buffer, (frame) -> frames.add(Decoded.Frame.of(frame)));
				assertThat(buffer.readableByteCount()).isZero();
				if (factory instanceof NettyDataBufferFactory) {
					assertThat(DataBufferUtils.release(buffer)).as("released").isTrue();
				}
			}
			assertThat(frames).as("chunks of %s", chunk).isEqualTo(expected);
		}
	}

	@Test
	void readsACompositeBuffer() {
		NettyDataBufferFactory factory = new NettyDataBufferFactory(ByteBufAllocator.DEFAULT);
		DataBuffer buffer = factory.join(List.of(factory.allocateBuffer(8).write(Decoded.utf8("data: a")),
				factory.allocateBuffer(8).write(Decoded.utf8("b\n\n"))));
		List<String> data = new ArrayList<>();
		new SseDecoder(LIMIT).decode(buffer, (frame) -> data.add(frame.data()));
		DataBufferUtils.release(buffer);
		assertThat(data).containsExactly("ab");
	}

	@Test
	void findsTheFirstLineEndAtAnyPlace() {
		byte[] bytes = new byte[40];
		for (int start = 0; start < 20; start++) {
			for (int place = start; place < bytes.length; place++) {
				for (byte filler : new byte[] { 0, 9, 11, 12, 14, (byte) 0x8A, (byte) 0x8D, (byte) 0xFF }) {
					Arrays.fill(bytes, filler);
					assertThat(LineEnds.find(bytes, start, place)).isEqualTo(place);
					bytes[place] = (byte) ((place % 2 == 0) ? '\n' : '\r');
					if (place + 1 < bytes.length) {
						bytes[place + 1] = '\n';
					}
					assertThat(LineEnds.find(bytes, start, bytes.length)).isEqualTo(place);
				}
			}
		}
	}

	private static long allocatedBy(Runnable action) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadAllocatedBytes();
		action.run();
		return threads.getCurrentThreadAllocatedBytes() - before;
	}

	private static Decoded decode(String stream) {
		return decode(LIMIT, stream);
	}

	private static Decoded decode(int maxEventSize, String stream) {
		return Decoded.of(maxEventSize, Decoded.utf8(stream));
	}

	private static void feed(SseDecoder decoder, String stream, Consumer<SseFrame> frames) {
		byte[] bytes = Decoded.utf8(stream);
		decoder.decode(bytes, 0, bytes.length, frames);
	}

	private static Decoded.Frame frame(String event, String id, String data) {
		return new Decoded.Frame(event, id, data);
	}

	private static byte[] concat(byte[] first, byte[] second) {
		byte[] both = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, both, first.length, second.length);
		return both;
	}

}
