package studio.ainative.aikit.client;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Stands on an HTTP/2 connection that many calls share.
 * <p>
 * Widens the connection's window to the sum of the streams', so that callers who read
 * nothing hold up nobody else: what they leave is theirs alone, one stream's window each.
 * <p>
 * Finds out when a connection has died without a sign, because a NAT or a balancer has
 * forgotten it. A call on a connection from which nothing has come for a while has a PING
 * sent along, which costs it no time; where something has just come, a PING follows soon
 * if nothing does after the call. A peer answers that at once; if nothing at all comes,
 * the calls that were sent since then take another connection. This one is closed; but if
 * older calls run on it, whose answers may be what keeps the server busy, it is only
 * given no further ones, and is closed if it stays silent. Those fail then, as with any
 * connection that breaks.
 * <p>
 * Needs Reactor Netty. Only used on the connection's event loop.
 */
final class Http2Link extends ChannelInboundHandlerAdapter {

	/** As many as {@link AiStreamConnections} puts on one connection. */
	static final int STREAMS = 100;

	private static final String NAME = "ai-kit.link";

	/** A connection on which tokens arrive may well prove by itself that it lives. */
	private static final long QUIET = TimeUnit.SECONDS.toNanos(1);

	/**
	 * Twice what the farthest peers need, and short enough that the call has its first
	 * token within little more than a second.
	 */
	private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(700);

	/**
	 * How often is looked whether something has come since a call was sent. A call that
	 * nobody heard takes another connection after this and {@link #PATIENCE} at the
	 * latest.
	 */
	private static final long LOOK = PATIENCE / 7;

	/**
	 * Until calls are cut that ran already. A server that is only slow has come back by
	 * then, in all but the worst of cases.
	 */
	private static final long PATIENCE_OF_OTHERS = TimeUnit.SECONDS.toNanos(5);

	private final Http2Connection streams;

	private long lastRead = System.nanoTime();

	/** When the last PING was sent. */
	private long asked = this.lastRead;

	private boolean used;

	private boolean looking;

	/** The calls after which nothing has come, as far as is known, in their order. */
	private final Deque<UnheardCall> unheard = new ArrayDeque<>();

	private boolean lost;

	private Http2Link(Http2Connection streams) {
		this.streams = streams;
	}

	/**
	 * The link below a call's channel. The first call makes it.
	 * @param channel the call's
	 * @return the link, {@code null} if the call has a connection of its own
	 */
	static @Nullable Http2Link of(Channel channel) {
		Channel connection = channel.parent();
		ChannelHandlerContext codec = (connection != null) ? connection.pipeline().context(Http2FrameCodec.class)
				: null;
		if (codec == null) {
			return null;
		}
		Http2Link link = connection.pipeline().get(Http2Link.class);
		if (link == null) {
			Http2Connection streams = ((Http2FrameCodec) codec.handler()).connection();
			link = new Http2Link(streams);
			connection.pipeline().addBefore(codec.name(), NAME, link);
			HeapReads.install(connection.pipeline(), codec.name());
			widen(connection, streams);
		}
		return link;
	}

	private static void widen(Channel connection, Http2Connection streams) {
		Http2LocalFlowController windows = streams.local().flowController();
		long all = Math.min((long) windows.initialWindowSize() * STREAMS, Http2CodecUtil.MAX_INITIAL_WINDOW_SIZE);
		long missing = all - windows.initialWindowSize(streams.connectionStream());
		if (missing > 0) {
			// If it can't be written the connection breaks
			ChannelFuture unused = connection.writeAndFlush(new DefaultHttp2WindowUpdateFrame((int) missing));
		}
	}

	/**
	 * A call takes the connection.
	 * @return whether another one has before
	 */
	boolean use() {
		boolean before = this.used;
		this.used = true;
		return before;
	}

	/**
	 * A call is about to be sent.
	 * @param connection the channel of the connection
	 * @param unheard run if nothing is heard of the connection for a while; not if it is
	 * closed then
	 */
	void ask(Channel connection, Runnable unheard) {
		long now = System.nanoTime();
		this.unheard.add(new UnheardCall(now, this.streams.numActiveStreams() > 0, unheard));
		if (!this.looking) {
			this.looking = true;
			if (now - this.lastRead >= QUIET) {
				ping(connection, now);
			}
			lookLater(connection, LOOK, this::look);
		}
	}

	private void ping(Channel connection, long now) {
		this.asked = now;
		ChannelFuture unused = connection.writeAndFlush(new DefaultHttp2PingFrame(now));
	}

	private void look(ChannelHandlerContext ctx) {
		while (!this.unheard.isEmpty() && this.unheard.element().sent() - this.lastRead <= 0) {
			this.unheard.remove();
		}
		if (this.unheard.isEmpty()) {
			this.looking = false;
			return;
		}
		long now = System.nanoTime();
		if (!isAsking()) {
			ping(ctx.channel(), now);
		}
		else if (now - this.asked >= PATIENCE) {
			if (this.unheard.element().shared()) {
				leave(ctx);
			}
			else {
				end(ctx);
			}
			return;
		}
		lookLater(ctx.channel(), LOOK, this::look);
	}

	/** Whether nothing has come since the last PING was sent. */
	private boolean isAsking() {
		return this.asked - this.lastRead > 0;
	}

	/** In two steps: what has come may not be read yet, if this process is slow. */
	private void lookLater(Channel connection, long delay, Consumer<ChannelHandlerContext> look) {
		schedule(connection, delay, () -> schedule(connection, 1, () -> {
			ChannelHandlerContext ctx = connection.pipeline().context(this);
			if (ctx != null) {
				look.accept(ctx);
			}
		}));
	}

	private static void schedule(Channel connection, long delay, Runnable task) {
		ScheduledFuture<?> unused = connection.eventLoop().schedule(task, delay, TimeUnit.NANOSECONDS);
	}

	private void end(ChannelHandlerContext ctx) {
		this.lost = true;
		// Below the codec, which would wait for the streams to end
		ChannelFuture unused = ctx.close();
	}

	/** For good: whoever comes back after this has fewer calls to answer. */
	private void leave(ChannelHandlerContext ctx) {
		try {
			// As if the server had said so: the pool puts no further call on it
			this.streams.goAwayReceived(Integer.MAX_VALUE, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER);
		}
		catch (Http2Exception ex) {
			// It has said so itself
		}
		this.streams.addListener(new Http2ConnectionAdapter() {

			@Override
			public void onStreamRemoved(Http2Stream stream) {
				closeWhenUnused(ctx);
			}

		});
		this.unheard.forEach((call) -> call.unheard().run());
		this.unheard.clear();
		closeWhenUnused(ctx);
		lookLater(ctx.channel(), PATIENCE_OF_OTHERS - PATIENCE, this::endUnlessHeard);
	}

	private void endUnlessHeard(ChannelHandlerContext ctx) {
		if (isAsking()) {
			end(ctx);
		}
		else {
			look(ctx);
		}
	}

	private void closeWhenUnused(ChannelHandlerContext ctx) {
		ctx.executor().execute(() -> {
			if (this.streams.numActiveStreams() == 0) {
				ChannelFuture unused = ctx.close();
			}
		});
	}

	/**
	 * Whether the connection was found dead by a PING that was not answered, and nothing
	 * has come since a call was sent.
	 * @param sent when the call was, by {@link System#nanoTime()}
	 * @return whether nobody was there to see the call
	 */
	boolean wasLostBefore(long sent) {
		return this.lost && sent - this.lastRead > 0;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.lastRead = System.nanoTime();
		ctx.fireChannelRead(message);
	}

	/**
	 * A call after which nothing has come.
	 *
	 * @param sent when it was sent
	 * @param shared whether older calls ran on the connection
	 * @param unheard what it does if nothing is heard
	 */
	private record UnheardCall(long sent, boolean shared, Runnable unheard) {
	}

}
