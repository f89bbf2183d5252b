package studio.ainative.aikit.client;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.Dialect;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/** On each Java, though only some need it. */
class HeapReadsTests {

	private static final byte[] BYTES = "data: grüezi\n\n".repeat(HeapReads.WORTHWHILE / 15 + 1)
		.getBytes(StandardCharsets.UTF_8);

	private final EmbeddedChannel channel = new EmbeddedChannel(new HeapReads());

	@AfterEach
	void close() {
		this.channel.finishAndReleaseAll();
	}

	@Test
	void movesWhatIsReadToAnArray() {
		ByteBuf read = this.channel.alloc().directBuffer().writeZero(3).writeBytes(BYTES).skipBytes(3);
		this.channel.writeInbound(read);
		ByteBuf moved = this.channel.readInbound();
		assertThat(moved.hasArray()).isTrue();
		assertThat(ByteBufUtil.getBytes(moved)).isEqualTo(BYTES);
		assertThat(read.refCnt()).isZero();
		ByteBuf piece = moved.readRetainedSlice(4);
		moved.release();
		assertThat(piece.toString(StandardCharsets.US_ASCII)).isEqualTo("data");
		assertThat(piece.release()).isTrue();
	}

	@Test
	void leavesShortReadsWhereTheyAre() {
		for (int length : new int[] { 0, 1, HeapReads.WORTHWHILE - 1 }) {
			ByteBuf read = this.channel.alloc().directBuffer().writeBytes(BYTES, 0, length);
			this.channel.writeInbound(read);
			assertThat(this.channel.<Object>readInbound()).isSameAs(read);
			assertThat(read.release()).isTrue();
		}
	}

	@Test
	void leavesOtherMessagesAsTheyAre() {
		ByteBuf array = Unpooled.wrappedBuffer(BYTES);
		ByteBuf pieces = Unpooled.wrappedBuffer(Unpooled.directBuffer().writeBytes(BYTES),
				Unpooled.directBuffer().writeBytes(BYTES));
		for (Object message : new Object[] { array, pieces, "no bytes at all" }) {
			this.channel.writeInbound(message);
			assertThat(this.channel.<Object>readInbound()).isSameAs(message);
		}
		assertThat(array.release()).isTrue();
		assertThat(pieces.release()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void aLongAnswerThatComesAtOnceIsWhole(Transport transport) {
		String[] tokens = IntStream.range(0, 20_000).mapToObj((i) -> "grüezi " + i + " ").toArray(String[]::new);
		try (ScriptedServer server = transport.start(Dialect.OPENAI)) {
			AIStream stream = AIStream.builder()
				.provider(new OpenAIProvider())
				.endpoint(server.uri())
				.model("a-model")
				.webClientBuilder(transport.webClient())
				.build();
			for (int call = 0; call < 3; call++) {
				server.respond(tokens);
				assertThat(Answers.text(stream.stream("Hi"))).isEqualTo(String.join("", tokens));
			}
		}
	}

}
