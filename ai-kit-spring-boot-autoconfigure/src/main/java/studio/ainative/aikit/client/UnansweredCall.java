package studio.ainative.aikit.client;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
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
 * Over HTTP/2 it also tells which calls nobody has processed: those that are refused,
 * those beyond a GOAWAY, and those on a connection that was dead already.
 * <p>
 * Needs Reactor Netty. Only used on the connection's event loop.
 */
final class UnansweredCall extends ChannelDuplexHandler {

	private final boolean reused;

	/** Over HTTP/2. */
	private final @Nullable Http2Link link;

	private final Consumer<? super IOException> broken;

	private long sent;

	/** The request, until it may be sent. */
	private @Nullable PendingWriteQueue held;

	private @Nullable ChannelHandlerContext context;

	private boolean over;

	private UnansweredCall(boolean reused, @Nullable Http2Link link, Consumer<? super IOException> broken) {
		this.reused = reused;
		this.link = link;
		this.broken = broken;
	}

	/**
	 * Watch a call that is about to be sent.
	 * @param connection the call's
	 * @param reused whether it is known to have served another call
	 * @param broken told when the connection breaks before the answer begins, at most
	 * once; with a {@link StaleConnectionException} if nothing was sent, or nobody was
	 * there, and with an {@link UnprocessedCallException} if the server says so
	 */
	static void watch(Connection connection, boolean reused, Consumer<? super IOException> broken) {
		Channel channel = connection.channel();
		Http2Link link = Http2Link.of(channel);
		boolean known = reused || (link != null && link.use());
		UnansweredCall call = new UnansweredCall(known, link, broken);
		if (link != null) {
			link.ask(channel.parent(), call::unheard);
		}
		if (channel.pipeline().get(NettyPipeline.ReactiveBridge) != null) {
			channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, null, call);
		}
	}

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.context = ctx;
		this.sent = System.nanoTime();
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
			else if (sent.cause() instanceof Http2Exception failure) {
				breaks(ctx, new UnprocessedCallException("The request could not be sent", failure));
			}
		});
		if (this.held == null) {
			ChannelFuture unused = ctx.write(message, watched);
		}
		else {
			if (this.held.isEmpty()) {
				ConnectionGuard.readOn(ctx);
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
	public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
		if (event instanceof Http2ResetFrame reset && reset.errorCode() == Http2Error.REFUSED_STREAM.code()) {
			breaks(ctx, new UnprocessedCallException("The server refused the stream", null));
		}
		else if (event instanceof Http2GoAwayFrame) {
			breaks(ctx, new UnprocessedCallException("The server is leaving", null));
		}
		ctx.fireUserEventTriggered(event);
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		IOException closed = new ClosedChannelException();
		boolean unseen = this.link != null && this.link.wasLostBefore(this.sent);
		breaks(ctx, unseen ? new StaleConnectionException(closed) : closed);
		ctx.fireChannelInactive();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof IOException failure) {
			breaks(ctx, failure);
		}
		else if (cause instanceof Http2Exception) {
			breaks(ctx, new IOException(cause));
		}
		else {
			ctx.fireExceptionCaught(cause);
		}
	}

	/** The connection seems to be dead. If it is not, the server is told to stop. */
	private void unheard() {
		ChannelHandlerContext ctx = this.context;
		if (ctx != null) {
			breaks(ctx, new StaleConnectionException(new ClosedChannelException()));
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
