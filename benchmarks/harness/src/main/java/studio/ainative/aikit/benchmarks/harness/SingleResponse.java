package studio.ainative.aikit.benchmarks.harness;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * One response, compressed or not: how many bytes it has, and whether it is right.
 */
final class SingleResponse extends Connection {

	private final CompletableFuture<String> result = new CompletableFuture<>();

	private final Drain.Body body = new Drain.Body();

	private final int tokens;

	private final boolean compressed;

	private long wire;

	SingleResponse(String path, int tokens, boolean compressed) {
		super(compressed ? HttpBody.request(path, "Accept-Encoding: gzip") : HttpBody.request(path));
		this.tokens = tokens;
		this.compressed = compressed;
	}

	String await(long seconds) throws Exception {
		return this.result.get(seconds, TimeUnit.SECONDS);
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		this.wire += ((ByteBuf) message).readableBytes();
		super.channelRead(context, message);
	}

	@Override
	void piece(byte[] bytes, int offset, int length) {
		this.body.write(bytes, offset, length);
	}

	@Override
	void response() {
		end(problem());
	}

	private @Nullable String problem() {
		byte[] answer = this.body.toByteArray();
		if (this.compressed) {
			try (GZIPInputStream input = new GZIPInputStream(new ByteArrayInputStream(answer))) {
				answer = input.readAllBytes();
			}
			catch (IOException ex) {
				return ex.toString();
			}
		}
		return new AnswerCheck(AnswerFormat.AI_KIT, this.tokens, Payloads.text(this.tokens)::equals).problem(answer,
				answer.length);
	}

	/** How often the compressor was flushed: each time it writes an empty block. */
	private int flushes() {
		byte[] bytes = this.body.array();
		int flushes = 0;
		for (int i = 0; i + 4 <= this.body.size(); i++) {
			if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == -1 && bytes[i + 3] == -1) {
				flushes++;
			}
		}
		return flushes;
	}

	@Override
	void over(@Nullable String problem) {
		if (problem != null) {
			this.result.completeExceptionally(new IllegalStateException(problem));
		}
		else {
			this.result.complete("wire=" + this.wire + " body=" + this.body.size() + " flushes=" + flushes());
		}
	}

}
