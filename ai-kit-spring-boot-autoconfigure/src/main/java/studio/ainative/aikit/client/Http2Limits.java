package studio.ainative.aikit.client;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import org.jspecify.annotations.Nullable;
import reactor.netty.ChannelPipelineConfigurer;
import reactor.netty.ConnectionObserver;
import reactor.netty.NettyPipeline;

/**
 * How many streams servers allow on a connection. A server says so only after a
 * connection is made, and refuses what was sent until then and is too much. So it is
 * taken to allow on each connection what it has allowed on the last one.
 */
final class Http2Limits implements ChannelPipelineConfigurer {

	private final Map<String, Integer> limits = new ConcurrentHashMap<>();

	@Override
	public void onChannelInit(ConnectionObserver observer, Channel channel, @Nullable SocketAddress address) {
		if (channel.pipeline().get(NettyPipeline.H2OrHttp11Codec) != null) {
			channel.pipeline().addAfter(NettyPipeline.H2OrHttp11Codec, null, new Negotiated(String.valueOf(address)));
		}
	}

	/**
	 * Run a task when a server has said what it allows.
	 * @param connection the channel of a connection
	 * @param task run on its event loop; never, if the connection ends before
	 */
	static void whenKnown(Channel connection, Runnable task) {
		Settings settings = connection.pipeline().get(Settings.class);
		if (settings == null || settings.known) {
			task.run();
		}
		else {
			settings.waiting.add(task);
		}
	}

	/** Runs between the choice of the protocol and the first call. */
	private final class Negotiated extends ChannelInboundHandlerAdapter {

		private final String server;

		Negotiated(String server) {
			this.server = server;
		}

		@Override
		public void channelActive(ChannelHandlerContext ctx) {
			ChannelPipeline pipeline = ctx.pipeline();
			Http2FrameCodec codec = pipeline.get(Http2FrameCodec.class);
			if (codec != null && pipeline.get(NettyPipeline.H2MaxStreamsHandler) != null) {
				Integer limit = Http2Limits.this.limits.get(this.server);
				if (limit != null) {
					codec.connection().local().maxActiveStreams(limit);
				}
				pipeline.addAfter(NettyPipeline.H2MaxStreamsHandler, null, new Settings(this.server));
			}
			ctx.fireChannelActive();
			pipeline.remove(this);
		}

	}

	/** Hears what the server says, and how the connection ends. */
	private final class Settings extends ChannelInboundHandlerAdapter {

		private final String server;

		private final List<Runnable> waiting = new ArrayList<>();

		private boolean known;

		Settings(String server) {
			this.server = server;
		}

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (message instanceof Http2SettingsFrame frame) {
				Long limit = frame.settings().maxConcurrentStreams();
				if (limit != null) {
					Http2Limits.this.limits.put(this.server, (int) Math.min(limit, Integer.MAX_VALUE));
				}
				ctx.fireChannelRead(message);
				this.known = true;
				this.waiting.forEach(Runnable::run);
				this.waiting.clear();
			}
			else {
				ctx.fireChannelRead(message);
			}
		}

		/** The streams have been told. */
		@Override
		public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
			if (!(cause instanceof IOException)) {
				ctx.fireExceptionCaught(cause);
			}
		}

	}

}
