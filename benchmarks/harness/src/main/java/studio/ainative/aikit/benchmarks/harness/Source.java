package studio.ainative.aikit.benchmarks.harness;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The provider: plays back answers that were encoded once, the framing of HTTP's chunks
 * included, so that serving costs little more than the kernel's copy. Each event is a
 * chunk of its own, as providers send it.
 * <p>
 * {@code play TOKENS RATE} sets what all answers are from now on. At a rate of 0 they are
 * sent as fast as the reader takes them, else with so many tokens a second, each in a
 * write of its own; the first comes at once. With {@code stamp} the text of each token
 * says when it was written. With {@code packed} the same bytes come in chunks of 8 KiB
 * that cut events anywhere, as a proxy sends them.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel
final class Source {

	private static final int SLICE = 64 * 1024;

	private static final int PACKED_CHUNK = 8 * 1024;

	private static final byte[] HEAD = ascii(
			String.join("\r\n", "HTTP/1.1 200 OK", "content-type: text/event-stream; charset=utf-8",
					"cache-control: no-cache", "transfer-encoding: chunked", "", ""));

	private static final byte[] TAIL = ascii("0\r\n\r\n");

	private final Sockets sockets = new Sockets();

	private Map<Format, Script> scripts = Map.of();

	static void serve(Commands commands) throws InterruptedException {
		Source source = new Source();
		int port = source.sockets
			.listen((channel) -> channel.pipeline().addLast(new HttpRequestDecoder(), source.new Player()));
		commands.on("play", (words) -> {
			int tokens = Integer.parseInt(words[1]);
			int rate = Integer.parseInt(words[2]);
			String how = (words.length > 3) ? words[3] : "";
			Map<Format, Script> scripts = new EnumMap<>(Format.class);
			for (Format format : Format.values()) {
				scripts.put(format, new Script(format, tokens, rate, how));
			}
			source.sockets.execute(() -> source.scripts = scripts).sync();
			return "";
		}).serve("port=" + port);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	private static byte[] chunk(byte[] bytes) {
		return Payloads.concat(List.of(ascii(Integer.toHexString(bytes.length) + "\r\n"), bytes, ascii("\r\n")));
	}

	private static byte[] packed(Format format, int tokens) {
		byte[] body = Payloads.body(format, tokens);
		List<byte[]> parts = new ArrayList<>();
		parts.add(HEAD);
		for (int start = 0; start < body.length; start += PACKED_CHUNK) {
			parts.add(chunk(Arrays.copyOfRange(body, start, Math.min(start + PACKED_CHUNK, body.length))));
		}
		parts.add(TAIL);
		return Payloads.concat(parts);
	}

	private static byte[] chunks(List<String> frames) {
		return Payloads.concat(frames.stream().map((frame) -> chunk(frame.getBytes(StandardCharsets.UTF_8))).toList());
	}

	/** Memory that the kernel reads without a copy, and that nobody has to release. */
	private static ByteBuf kept(byte[] bytes) {
		ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
		return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct.asReadOnlyBuffer()));
	}

	/**
	 * An answer in one format.
	 */
	private static final class Script {

		private final int rate;

		private final int tokens;

		private final ByteBuf beginning;

		private final IntFunction<ByteBuf> token;

		private final ByteBuf end;

		private final ByteBuf whole;

		Script(Format format, int tokens, int rate, String how) {
			this.rate = rate;
			this.tokens = tokens;
			byte[] beginning = Payloads.concat(List.of(HEAD, chunks(Payloads.before(format))));
			byte[] end = Payloads.concat(List.of(chunks(Payloads.after(format, tokens)), TAIL));
			this.beginning = kept(beginning);
			this.end = kept(end);
			List<byte[]> all = new ArrayList<>();
			String[] texts = Payloads.tokens(tokens);
			for (int i = 0; i < tokens; i++) {
				all.add(chunks(List.of(Payloads.token(format, texts[i], i))));
			}
			if (how.equals("stamp")) {
				this.token = (index) -> Unpooled
					.wrappedBuffer(chunks(List.of(Payloads.token(format, Stamp.of(index), index))));
			}
			else {
				ByteBuf[] parts = all.stream().map(Source::kept).toArray(ByteBuf[]::new);
				this.token = (index) -> parts[index].duplicate();
			}
			all.add(0, beginning);
			all.add(end);
			this.whole = kept(how.equals("packed") ? packed(format, tokens) : Payloads.concat(all));
		}

	}

	private final class Player extends ChannelInboundHandlerAdapter {

		private @Nullable Script script;

		/** How much of the whole answer was written, all if none is to be written now. */
		private int written = Integer.MAX_VALUE;

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			try {
				if (message instanceof HttpRequest request) {
					this.script = Source.this.scripts.get(Format.ofPath(request.uri()));
				}
				if (message instanceof LastHttpContent && this.script != null) {
					if (this.script.rate == 0) {
						this.written = 0;
						pump(context, this.script);
					}
					else {
						pace(context, this.script);
					}
				}
			}
			finally {
				ReferenceCountUtil.release(message);
			}
		}

		@Override
		public void channelWritabilityChanged(ChannelHandlerContext context) {
			if (this.script != null) {
				pump(context, this.script);
			}
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

		private void pump(ChannelHandlerContext context, Script script) {
			int length = script.whole.readableBytes();
			while (this.written < length && context.channel().isWritable()) {
				ByteBuf slice = script.whole.slice(this.written, Math.min(SLICE, length - this.written));
				this.written += slice.readableBytes();
				context.writeAndFlush(slice, context.voidPromise());
			}
		}

		private void pace(ChannelHandlerContext context, Script script) {
			context.write(script.beginning.duplicate(), context.voidPromise());
			context.writeAndFlush(script.token.apply(0), context.voidPromise());
			long gap = TimeUnit.SECONDS.toNanos(1) / script.rate;
			// Each answer in a phase of its own, so that many of them spread over the gap
			long phase = ThreadLocalRandom.current().nextLong(gap);
			int[] next = { 1 };
			ScheduledFuture<?>[] timer = new ScheduledFuture<?>[1];
			timer[0] = context.executor().scheduleAtFixedRate(() -> {
				if (!context.channel().isActive()) {
					timer[0].cancel(false);
				}
				else if (next[0] < script.tokens) {
					context.writeAndFlush(script.token.apply(next[0]++), context.voidPromise());
				}
				else {
					timer[0].cancel(false);
					context.writeAndFlush(script.end.duplicate(), context.voidPromise());
				}
			}, phase, gap, TimeUnit.NANOSECONDS);
		}

	}

}
