package studio.ainative.aikit.client;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;

/**
 * Stands on a connection behind the decoder and lets it serve another call only after one
 * clean, fully read, final response and nothing else, so that no bytes of one answer
 * reach another call. Whatever else happened, the connection is closed when the call is
 * over.
 * <p>
 * Reads past interim responses
 * (<a href="https://www.rfc-editor.org/rfc/rfc9110#section-15.2">RFC 9110</a>), where
 * Reactor Netty takes them for the answer. Of HTTP/2, where each call has a channel of
 * its own, only this remains to be done.
 * <p>
 * Needs Reactor Netty. Only used on the connection's event loop.
 * <p>
 * Each of its handlers is for one direction, since Netty calls handlers of both by a way
 * that the decoder, which is one, then has no longer for itself.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {

	private static final String NAME = "ai-kit.guard";

	private static final String CALLS_NAME = "ai-kit.calls";

	private static final String REST_NAME = "ai-kit.rest";

	/** What no provider can say. */
	private static final String PROBE = "Probe " + UUID.randomUUID();

	private static final byte[] PROBE_RESPONSE = ("HTTP/1.1 200 " + PROBE + "\r\nContent-Length: 0\r\n\r\n")
		.getBytes(StandardCharsets.US_ASCII);

	private final boolean shared;

	private State state = State.IDLE;

	/** Counts the calls, so that the end of one does nothing to the next. */
	private int call;

	/** Whether nothing but one final response has come since the call began. */
	private boolean clean;

	/** Whether the end that comes next is an interim response's. */
	private boolean interim;

	/** The end of the response, until all is seen that has come along with it. */
	private @Nullable LastHttpContent end;

	/** Messages of the probe, as they should be. */
	private int probed;

	/**
	 * Create a guard.
	 * @param shared whether calls come one after another on this channel
	 */
	private ConnectionGuard(boolean shared) {
		this.shared = shared;
	}

	/**
	 * Guard a connection during the call that is about to be sent, and after it.
	 * @param connection the call's
	 * @return whether the connection has been guarded before, so is not new
	 */
	static boolean guard(Connection connection) {
		ChannelPipeline pipeline = connection.channel().pipeline();
		ConnectionGuard guard = pipeline.get(ConnectionGuard.class);
		boolean known = guard != null;
		if (guard == null) {
			guard = install(pipeline);
		}
		if (guard != null) {
			guard.begin(connection);
		}
		return known;
	}

	private static @Nullable ConnectionGuard install(ChannelPipeline pipeline) {
		ConnectionGuard guard = null;
		if (pipeline.get(NettyPipeline.H2ToHttp11Codec) != null) {
			guard = new ConnectionGuard(false);
			pipeline.addAfter(NettyPipeline.H2ToHttp11Codec, NAME, guard);
		}
		else if (pipeline.get(NettyPipeline.HttpCodec) instanceof HttpClientCodec
				&& pipeline.get(NettyPipeline.H2CUpgradeHandler) == null) {
			guard = new ConnectionGuard(true);
			pipeline.addAfter(NettyPipeline.HttpCodec, NAME, guard);
			pipeline.addAfter(NAME, CALLS_NAME, guard.new Calls());
			HeapReads.install(pipeline, NettyPipeline.HttpCodec);
		}
		return guard;
	}

	private void begin(Connection connection) {
		this.clean = this.state == State.IDLE;
		this.interim = false;
		this.state = State.WAITING;
		this.call++;
		if (this.shared) {
			int begun = this.call;
			Channel channel = connection.channel();
			if (channel.pipeline().get(REST_NAME) != null) {
				channel.pipeline().remove(REST_NAME);
			}
			connection.onTerminate().subscribe(null, (ex) -> over(channel, begun), () -> over(channel, begun));
		}
	}

	/** Reactor Netty has done with a call and is about to keep the connection. */
	private void over(Channel channel, int ended) {
		if (ended == this.call && (!this.clean || this.state != State.IDLE)) {
			close(channel);
		}
	}

	private static void close(Channel channel) {
		// Nobody waits for it
		ChannelFuture unused = channel.close();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		// Nearly always. An interface that a class lacks is searched for in all that it
		// has
		if (this.state == State.READING && message.getClass() == DefaultHttpContent.class) {
			ctx.fireChannelRead(message);
			return;
		}
		switch (this.state) {
			case WAITING -> begin(ctx, message);
			case READING -> read(ctx, message);
			case PROBING -> probe(message);
			case IDLE, ENDED -> {
				this.clean = false;
				ReferenceCountUtil.release(message);
			}
		}
	}

	private void begin(ChannelHandlerContext ctx, Object message) {
		if (message instanceof HttpResponse response) {
			this.interim = isInterim(response);
			if (!this.interim) {
				this.state = State.READING;
				if (this.shared) {
					KeepAlive.note(ctx.channel(), response);
				}
				read(ctx, message);
				return;
			}
		}
		this.clean = false;
		ReferenceCountUtil.release(message);
		if (!this.shared || message instanceof LastHttpContent) {
			readOn(ctx);
		}
	}

	/** 101 is an interim status, but no response follows. */
	private static boolean isInterim(HttpResponse response) {
		HttpResponseStatus status = response.status();
		return status.codeClass() == HttpStatusClass.INFORMATIONAL
				&& status.code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
	}

	/** Reactor Netty asks for more only once it has got something. */
	static void readOn(ChannelHandlerContext ctx) {
		ctx.read();
		Channel parent = ctx.channel().parent();
		if (parent != null) {
			parent.read();
		}
	}

	private void read(ChannelHandlerContext ctx, Object message) {
		if (!(message instanceof LastHttpContent last)) {
			ctx.fireChannelRead(message);
		}
		else if (this.shared) {
			this.end = last;
			this.state = State.ENDED;
		}
		else {
			this.state = State.IDLE;
			ctx.fireChannelRead(message);
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		if (this.state != State.PROBING) {
			end(ctx);
			ctx.fireChannelReadComplete();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		end(ctx);
		ctx.fireChannelInactive();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		end(ctx);
		ctx.fireExceptionCaught(cause);
	}

	private void end(ChannelHandlerContext ctx) {
		LastHttpContent last = this.end;
		if (last != null) {
			this.end = null;
			ctx.pipeline().addBefore(NettyPipeline.HttpCodec, REST_NAME, Rest.INSTANCE);
			this.clean = this.clean && ctx.channel().isActive() && isDecoderEmpty(ctx);
			this.state = State.IDLE; // The next call may begin while this one ends
			ctx.fireChannelRead(last);
		}
	}

	/**
	 * Whether the decoder holds no bytes, such as those of a body that is longer than its
	 * length. It tells nobody, and would read them as the beginning of the next response;
	 * so it is given one, which it must read as it is.
	 */
	private boolean isDecoderEmpty(ChannelHandlerContext ctx) {
		this.state = State.PROBING;
		this.probed = 0;
		ChannelHandlerContext before = ctx.pipeline().context(Rest.INSTANCE);
		// Another class of buffer than the socket's would make the decoder slower for
		// good
		before.fireChannelRead(before.alloc().ioBuffer(PROBE_RESPONSE.length).writeBytes(PROBE_RESPONSE));
		before.fireChannelReadComplete();
		return this.probed == 2;
	}

	private void probe(Object message) {
		boolean expected = switch (this.probed) {
			case 0 -> message instanceof HttpResponse response && PROBE.equals(response.status().reasonPhrase());
			case 1 -> message instanceof LastHttpContent;
			default -> false;
		};
		this.probed = expected ? this.probed + 1 : -1;
		ReferenceCountUtil.release(message);
	}

	private enum State {

		/** Between two calls. */
		IDLE,

		/** A call has begun and nothing of its final response has come. */
		WAITING,

		READING,

		ENDED,

		PROBING

	}

	/** Sees which calls are not ours, on a connection of the application's. */
	private final class Calls extends ChannelOutboundHandlerAdapter {

		@Override
		public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
			ChannelFuture unused = ctx.write(message, promise);
			if (ConnectionGuard.this.state == State.IDLE && message instanceof HttpRequest) {
				HeapReads.remove(ctx.pipeline());
				ctx.pipeline().remove(REST_NAME);
				ctx.pipeline().remove(NAME);
				ctx.pipeline().remove(this);
			}
		}

	}

	/**
	 * Stands before the decoder between two calls, and only then: what is on the way of
	 * each piece of an answer keeps the compiler from making one method of that way.
	 */
	@Sharable
	private static final class Rest extends ChannelInboundHandlerAdapter {

		static final Rest INSTANCE = new Rest();

		/** What comes while no call waits for anything is of nobody's interest. */
		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			ReferenceCountUtil.release(message);
			close(ctx.channel());
		}

	}

}
