package studio.ainative.aikit.benchmarks.harness;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the drain, which asks for one response after another. Used on the
 * drain's only thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the connection
abstract class Connection extends ChannelInboundHandlerAdapter {

	private static final byte[] BYTES = new byte[64 * 1024];

	private final byte[] request;

	private final HttpBody body = new HttpBody();

	private @Nullable ChannelHandlerContext context;

	private long asked;

	private boolean ended;

	Connection(byte[] request) {
		this.request = request;
	}

	/** The next piece of a body. */
	abstract void piece(byte[] bytes, int offset, int length);

	/** A response has ended. */
	abstract void response();

	/** The connection is over, by {@link #end}, by the server or by a failure. */
	abstract void over(@Nullable String problem);

	@Override
	public void channelActive(ChannelHandlerContext context) {
		this.context = context;
		ask();
	}

	final void ask() {
		this.asked = System.nanoTime();
		if (this.context != null) {
			this.context.writeAndFlush(Unpooled.wrappedBuffer(this.request), this.context.voidPromise());
		}
	}

	/** When the response was asked for that is being read. */
	final long asked() {
		return this.asked;
	}

	final void end(@Nullable String problem) {
		if (!this.ended) {
			this.ended = true;
			over(problem);
			if (this.context != null) {
				this.context.close();
			}
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		ByteBuf buffer = (ByteBuf) message;
		try {
			int length = buffer.readableBytes();
			buffer.readBytes(BYTES, 0, length);
			if (!this.ended && this.body.read(BYTES, length, this::piece)) {
				response();
			}
		}
		finally {
			buffer.release();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		end("the server has closed the connection");
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
		end(cause.toString());
	}

}
