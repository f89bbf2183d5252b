package studio.ainative.aikit.client;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;

/**
 * Stands on a connection until the answer to a call begins, and tells when the connection
 * breaks before. Reactor Netty would tell as well, but only with a warning in the log,
 * although the call may be tried again with success.
 * <p>
 * Providers close connections that no call has used for a while. So the request waits
 * until what has come in on such a connection is read, its end above all, and takes
 * another connection then.
 * <p>
 * Needs Reactor Netty. Only used on the connection's event loop.
 */
final class UnansweredCall extends ChannelDuplexHandler {

	private final boolean reused;

	private final Consumer<? super IOException> broken;

	/** The request, until it may be sent. */
	private @Nullable PendingWriteQueue held;

	private boolean over;

	private UnansweredCall(boolean reused, Consumer<? super IOException> broken) {
		this.reused = reused;
		this.broken = broken;
	}

	/**
	 * Watch a call that is about to be sent.
	 * @param connection the call's
	 * @param reused whether it has served another call
	 * @param broken told when the connection breaks before the answer begins, at most
	 * once; with a {@link StaleConnectionException} if nothing was sent
	 */
	static void watch(Connection connection, boolean reused, Consumer<? super IOException> broken) {
		ChannelPipeline pipeline = connection.channel().pipeline();
		if (pipeline.get(NettyPipeline.ReactiveBridge) != null) {
			pipeline.addBefore(NettyPipeline.ReactiveBridge, null, new UnansweredCall(reused, broken));
		}
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		if (this.reused) {
			this.held = new PendingWriteQueue(ctx);
		}
	}

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		ChannelPromise watched = promise.unvoid();
		watched.addListener((sent) -> {
			if (sent.cause() instanceof IOException failure) {
				breaks(ctx, failure);
			}
		});
		if (this.held == null) {
			ChannelFuture unused = ctx.write(message, watched);
		}
		else {
			if (this.held.isEmpty()) {
				ctx.read();
				// Not at once: after the event loop has looked what is there
				ScheduledFuture<?> unused = ctx.executor().schedule(() -> send(ctx), 1, TimeUnit.NANOSECONDS);
			}
			this.held.add(message, watched);
		}
	}

	private void send(ChannelHandlerContext ctx) {
		PendingWriteQueue request = this.held;
		if (request != null) {
			this.held = null;
			ChannelFuture unused = request.removeAndWriteAll();
			ctx.flush();
		}
	}

	@Override
	public void flush(ChannelHandlerContext ctx) {
		if (this.held == null) {
			ctx.flush();
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		if (message instanceof HttpResponse response) {
			if (this.held != null || (this.reused && response.decoderResult().isFailure())) {
				// Not the answer to this call
				ReferenceCountUtil.release(message);
				breaks(ctx, new IOException("The connection held bytes of an earlier call"));
				return;
			}
			this.over = true;
			ctx.pipeline().remove(this);
		}
		ctx.fireChannelRead(message);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		breaks(ctx, new ClosedChannelException());
		ctx.fireChannelInactive();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof IOException failure) {
			breaks(ctx, failure);
		}
		else {
			ctx.fireExceptionCaught(cause);
		}
	}

	private void breaks(ChannelHandlerContext ctx, IOException failure) {
		if (this.over) {
			return;
		}
		this.over = true;
		PendingWriteQueue request = this.held;
		this.held = null;
		this.broken.accept((request != null) ? new StaleConnectionException(failure) : failure);
		if (request != null) {
			request.removeAndFailAll(failure);
		}
		ChannelFuture unused = ctx.close();
	}

}
