package studio.ainative.aikit.benchmarks.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * A provider that speaks TLS and is some way off: it offers protocols by ALPN and is
 * reached through a {@link Distance}.
 * <p>
 * {@code play TOKENS RATE} sets what all answers are from now on, as for the
 * {@link Source}; {@code rtt MILLIS} sets the round trip, {@code swallow} forgets the
 * connections of this moment, {@code close} ends them, {@code connections} counts them,
 * {@code taken} says how long the first answer took on this side since it was asked last.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel
final class FarProvider {

	private final Sockets sockets = new Sockets();

	private final SslContext tls;

	private final int streams;

	private Map<Format, Script> scripts = Map.of();

	private FarProvider(Path keys, List<String> protocols, int streams) throws GeneralSecurityException, IOException {
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(Certificate.load(keys), Certificate.PASSWORD.toCharArray());
		this.tls = SslContextBuilder.forServer(factory)
			.ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
			.applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
					ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
					ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT, protocols))
			.build();
		this.streams = streams;
	}

	static void serve(Commands commands, Path keys, List<String> protocols, int streams) throws Exception {
		FarProvider provider = new FarProvider(keys, protocols, streams);
		Distance distance = new Distance(provider.sockets.listen(provider::accept));
		int port = distance.listen();
		commands.on("play", (words) -> {
			provider.play(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
			return "";
		}).on("rtt", (words) -> {
			distance.roundTrip(Long.parseLong(words[1]));
			return "";
		}).on("swallow", (words) -> {
			distance.swallow();
			return "";
		}).on("close", (words) -> {
			distance.close();
			return "";
		})
			.on("connections", (words) -> distance.connections())
			.on("taken", (words) -> distance.taken())
			.serve("port=" + port);
	}

	private void play(int tokens, int rate) throws InterruptedException {
		Map<Format, Script> scripts = new EnumMap<>(Format.class);
		for (Format format : Format.values()) {
			scripts.put(format, Script.of(format, tokens, rate));
		}
		this.sockets.execute(() -> this.scripts = scripts).sync();
	}

	private void accept(Channel channel) {
		channel.pipeline()
			.addLast(this.tls.newHandler(channel.alloc()),
					new ApplicationProtocolNegotiationHandler(ApplicationProtocolNames.HTTP_1_1) {
						@Override
						protected void configurePipeline(ChannelHandlerContext context, String protocol) {
							if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
								http2(context);
							}
							else {
								context.pipeline().addLast(new HttpServerCodec(), new Player());
							}
						}
					});
	}

	private void http2(ChannelHandlerContext context) {
		Http2Settings settings = Http2Settings.defaultSettings().maxConcurrentStreams(this.streams);
		context.pipeline()
			.addLast(Http2FrameCodecBuilder.forServer().initialSettings(settings).build(),
					new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
						@Override
						protected void initChannel(Channel stream) {
							stream.pipeline().addLast(new Http2StreamFrameToHttpObjectCodec(true), new Player());
						}
					}));
	}

	/**
	 * An answer in one format.
	 *
	 * @param rate how many tokens a second, 0 for all at once
	 * @param parts what is sent before each pause: the first token at once
	 */
	private record Script(int rate, List<byte[]> parts) {

		static Script of(Format format, int tokens, int rate) {
			String[] texts = Payloads.tokens(tokens);
			List<byte[]> parts = new ArrayList<>();
			for (int i = 0; i < tokens; i++) {
				List<String> events = new ArrayList<>((i > 0) ? List.of() : Payloads.before(format));
				events.add(Payloads.token(format, texts[i], i));
				parts.add(String.join("", events).getBytes(StandardCharsets.UTF_8));
			}
			parts.add(String.join("", Payloads.after(format, tokens)).getBytes(StandardCharsets.UTF_8));
			return new Script(rate, parts);
		}

	}

	/**
	 * Answers the requests of a connection, or of a stream of HTTP/2.
	 */
	private final class Player extends ChannelInboundHandlerAdapter {

		private @Nullable Script script;

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			try {
				if (message instanceof HttpRequest request) {
					this.script = FarProvider.this.scripts.get(Format.ofPath(request.uri()));
				}
				if (message instanceof LastHttpContent && this.script != null) {
					answer(context, this.script);
				}
			}
			finally {
				ReferenceCountUtil.release(message);
			}
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

		private void answer(ChannelHandlerContext context, Script script) {
			HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
			response.headers()
				.set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
				.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
			// The codec of HTTP/2 leaves this out
			HttpUtil.setTransferEncodingChunked(response, true);
			context.write(response);
			if (script.rate() == 0) {
				script.parts().forEach((part) -> context.write(content(part)));
				context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
				return;
			}
			context.writeAndFlush(content(script.parts().get(0)));
			long gap = TimeUnit.SECONDS.toNanos(1) / script.rate();
			int[] next = { 1 };
			ScheduledFuture<?>[] timer = new ScheduledFuture<?>[1];
			timer[0] = context.executor().scheduleAtFixedRate(() -> {
				if (!context.channel().isActive()) {
					timer[0].cancel(false);
					return;
				}
				context.writeAndFlush(content(script.parts().get(next[0]++)));
				if (next[0] == script.parts().size()) {
					timer[0].cancel(false);
					context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
				}
			}, gap, gap, TimeUnit.NANOSECONDS);
		}

		private static DefaultHttpContent content(byte[] bytes) {
			return new DefaultHttpContent(Unpooled.wrappedBuffer(bytes));
		}

	}

}
