package studio.ainative.aikit.autoconfigure;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.ReferenceCountUtil;

import studio.ainative.aikit.client.TestCertificate;

/**
 * A provider on loopback that speaks nothing but HTTP/2, over TLS, and answers each call
 * by a script.
 */
final class Http2Provider implements AutoCloseable {

	private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

	private final List<Line> lines = new CopyOnWriteArrayList<>();

	private final List<Call> calls = new CopyOnWriteArrayList<>();

	/** Of streams that the client has reset. */
	private final Queue<Long> resets = new ConcurrentLinkedQueue<>();

	private final Http2Settings settings = Http2Settings.defaultSettings();

	private final SslContext tls;

	private final Script script;

	private final Channel server;

	private volatile boolean unreachable;

	private volatile long lastWrite = System.nanoTime();

	private Http2Provider(TestCertificate certificate, int maxStreams, Script script) throws Exception {
		this.settings.maxConcurrentStreams(maxStreams);
		this.script = script;
		this.tls = SslContextBuilder.forServer(certificate.keys())
			.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
					ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
					ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, ApplicationProtocolNames.HTTP_2))
			.build();
		this.server = new ServerBootstrap().group(this.loop)
			.channel(NioServerSocketChannel.class)
			.childHandler(initializer((channel) -> {
				Line line = new Line(channel);
				line.cut = this.unreachable;
				this.lines.add(line);
				channel.pipeline()
					.addLast(line, this.tls.newHandler(channel.alloc()),
							Http2FrameCodecBuilder.forServer().initialSettings(this.settings).build(),
							new Http2MultiplexHandler(
									initializer((stream) -> stream.pipeline().addLast(new StreamHandler()))));
			}))
			.bind("localhost", 0)
			.sync()
			.channel();
	}

	static Http2Provider start(TestCertificate certificate, Script script) throws Exception {
		return start(certificate, 1000, script);
	}

	static Http2Provider start(TestCertificate certificate, int maxStreams, Script script) throws Exception {
		return new Http2Provider(certificate, maxStreams, script);
	}

	private static ChannelInitializer<Channel> initializer(Consumer<Channel> initializer) {
		return new ChannelInitializer<>() {

			@Override
			protected void initChannel(Channel channel) {
				initializer.accept(channel);
			}

		};
	}

	String endpoint() {
		return "https://localhost:" + ((InetSocketAddress) this.server.localAddress()).getPort()
				+ "/v1/chat/completions";
	}

	int connections() {
		return this.lines.size();
	}

	long openConnections() {
		return this.lines.stream().filter((line) -> line.open).count();
	}

	List<Call> calls() {
		return this.calls;
	}

	Queue<Long> resets() {
		return this.resets;
	}

	long lastWrite() {
		return this.lastWrite;
	}

	/** From now on all bytes of the connections that are there get lost. */
	void cutLines() {
		this.lines.forEach((line) -> line.cut = true);
	}

	/** The server reads nothing until they are released. */
	void holdLines() {
		this.lines.forEach((line) -> line.channel.config().setAutoRead(false));
	}

	void releaseLines() {
		this.lines.forEach((line) -> line.channel.config().setAutoRead(true));
	}

	/** From now on nothing is heard of a connection that is made. */
	void becomeUnreachable() {
		this.unreachable = true;
	}

	@Override
	public void close() {
		this.server.close().syncUninterruptibly();
		this.loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
	}

	/** What is done with a call that has come in whole. */
	interface Script {

		void play(Call call);

	}

	/** One call. */
	static final class Call {

		private final Http2StreamChannel channel;

		private final int number;

		private final String body;

		Call(Http2StreamChannel channel, int number, String body) {
			this.channel = channel;
			this.number = number;
			this.body = body;
		}

		/** From 0, in the order of arrival. */
		int number() {
			return this.number;
		}

		String body() {
			return this.body;
		}

		Call head(String status) {
			DefaultHttp2Headers headers = new DefaultHttp2Headers();
			headers.status(status).set("content-type", "text/event-stream");
			ChannelFuture unused = this.channel.writeAndFlush(new DefaultHttp2HeadersFrame(headers));
			return this;
		}

		Call send(String text) {
			ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
			ChannelFuture unused = this.channel.writeAndFlush(new DefaultHttp2DataFrame(bytes));
			return this;
		}

		void end() {
			ChannelFuture unused = this.channel.writeAndFlush(new DefaultHttp2DataFrame(true));
		}

		void answer() {
			head("200").send(FakeProvider.HELLO).end();
		}

		void reset(Http2Error error) {
			ChannelFuture unused = this.channel.writeAndFlush(new DefaultHttp2ResetFrame(error));
		}

		/** Says that this call and those after it will not be processed. */
		void leave() {
			ChannelHandlerContext codec = this.channel.parent().pipeline().context(Http2FrameCodec.class);
			ChannelFuture unused = ((Http2FrameCodec) codec.handler()).encoder()
				.frameWriter()
				.writeGoAway(codec, this.channel.stream().id() - 2, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER,
						codec.newPromise());
			codec.flush();
		}

		void closeConnection() {
			ChannelFuture unused = this.channel.parent().pipeline().firstContext().close();
		}

		/** Without a goodbye of any kind. */
		void resetConnection() {
			Channel connection = this.channel.parent();
			connection.config().setOption(ChannelOption.SO_LINGER, 0);
			closeConnection();
		}

	}

	private final class StreamHandler extends ChannelInboundHandlerAdapter {

		private final StringBuilder body = new StringBuilder();

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (message instanceof Http2DataFrame data) {
				this.body.append(data.content().toString(StandardCharsets.UTF_8));
				if (data.isEndStream()) {
					Call call = new Call((Http2StreamChannel) ctx.channel(), Http2Provider.this.calls.size(),
							this.body.toString());
					Http2Provider.this.calls.add(call);
					Http2Provider.this.script.play(call);
				}
			}
			ReferenceCountUtil.release(message);
		}

		@Override
		public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
			if (event instanceof Http2ResetFrame reset) {
				Http2Provider.this.resets.add(reset.errorCode());
			}
			ctx.fireUserEventTriggered(event);
		}

	}

	/** A connection's bytes. */
	private final class Line extends ChannelDuplexHandler {

		private volatile boolean cut;

		private volatile boolean open = true;

		private final Channel channel;

		Line(Channel channel) {
			this.channel = channel;
		}

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (this.cut) {
				ReferenceCountUtil.release(message);
			}
			else {
				ctx.fireChannelRead(message);
			}
		}

		@Override
		public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
			if (this.cut) {
				ReferenceCountUtil.release(message);
				promise.setSuccess();
			}
			else {
				Http2Provider.this.lastWrite = System.nanoTime();
				ChannelFuture unused = ctx.write(message, promise);
			}
		}

		@Override
		public void channelInactive(ChannelHandlerContext ctx) {
			this.open = false;
			ctx.fireChannelInactive();
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
			ChannelFuture unused = ctx.close();
		}

	}

}
