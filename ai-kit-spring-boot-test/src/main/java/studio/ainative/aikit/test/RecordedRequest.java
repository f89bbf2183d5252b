package studio.ainative.aikit.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * A request as it arrived, and what became of its connection, over HTTP/2 of its stream.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class RecordedRequest {

	private final String method;

	private final String path;

	private final Map<String, String> headers = new LinkedHashMap<>();

	private final byte[] body;

	private final long arrived = System.nanoTime();

	/** The connection's, or that of a stream of HTTP/2. */
	private final Channel channel;

	private final Channel connection;

	private final boolean http2;

	private volatile boolean cut;

	/** Over HTTP/2: by the caller. */
	private volatile boolean reset;

	private volatile @Nullable Long closed;

	RecordedRequest(HttpServerRequest request, byte[] body, Channel channel) {
		this.method = request.method().name();
		this.path = request.uri();
		request.requestHeaders()
			.forEach((header) -> this.headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
		this.body = body;
		this.channel = channel;
		this.http2 = channel instanceof Http2StreamChannel;
		this.connection = this.http2 ? channel.parent() : channel;
		channel.closeFuture().addListener((future) -> this.closed = System.nanoTime());
	}

	/**
	 * The method.
	 * @return for example {@code POST}
	 */
	public String method() {
		return this.method;
	}

	/**
	 * The path with its query.
	 * @return begins with a slash
	 */
	public String path() {
		return this.path;
	}

	/**
	 * A header.
	 * @param name its name, in any case
	 * @return its value, {@code null} if it is missing
	 */
	public @Nullable String header(String name) {
		return this.headers.get(name.toLowerCase(Locale.ROOT));
	}

	/**
	 * The body.
	 * @return the text
	 */
	public String body() {
		return new String(this.body, StandardCharsets.UTF_8);
	}

	/**
	 * When the request arrived.
	 * @return nanoseconds of {@link System#nanoTime()}
	 */
	public long arrived() {
		return this.arrived;
	}

	/**
	 * How long after another request this one arrived.
	 * @param earlier the other request
	 * @return the gap between the two
	 */
	public Duration since(RecordedRequest earlier) {
		return Duration.ofNanos(this.arrived - earlier.arrived);
	}

	/**
	 * Which connection it came over.
	 * @return the same for requests over the same connection
	 */
	public String connection() {
		return this.connection.id().asLongText();
	}

	/**
	 * Whether it came over HTTP/2.
	 * @return {@code true} if it did
	 */
	public boolean isHttp2() {
		return this.http2;
	}

	/**
	 * Whether the caller has closed the connection, or reset the stream.
	 * @return {@code true} once it has
	 */
	public boolean isClosedByClient() {
		return this.reset || (!this.connection.isOpen() && !this.cut);
	}

	/**
	 * When the connection was closed, by either side; over HTTP/2 when the stream was,
	 * which it also is once the response has ended.
	 * @return nanoseconds of {@link System#nanoTime()}, {@code null} while it is open
	 */
	public @Nullable Long closed() {
		return this.closed;
	}

	/**
	 * Whether the connection, or the stream, still stands.
	 * @return {@code true} until either side closes it
	 */
	public boolean isOpen() {
		return this.channel.isOpen();
	}

	/** Without a pending read, nobody would notice that the caller leaves in a stall. */
	void watch() {
		this.channel.config().setAutoRead(true);
		if (this.http2) {
			this.channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {

				@Override
				public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
					RecordedRequest.this.reset |= event instanceof Http2ResetFrame;
					ctx.fireUserEventTriggered(event);
				}

			});
		}
	}

	void close(Duration timeout) {
		if (this.connection.isOpen()) {
			this.cut = true;
			closeConnection().awaitUninterruptibly(timeout.toMillis());
		}
		// A stream ends after its connection, whoever closed that
		this.channel.closeFuture().awaitUninterruptibly(timeout.toMillis());
	}

	/** HTTP/2 would let the streams end first, and TLS would say goodbye. */
	private ChannelFuture closeConnection() {
		return this.http2 ? this.connection.pipeline().firstContext().close() : this.connection.close();
	}

	Mono<byte[]> cut(boolean reset) {
		return Mono.defer(() -> {
			this.cut = true;
			if (reset && this.http2) {
				ChannelHandlerContext stream = this.channel.pipeline().firstContext();
				return FutureMono.from(stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR)))
					.then(Mono.never());
			}
			if (reset) {
				this.channel.config().setOption(ChannelOption.SO_LINGER, 0);
			}
			return FutureMono.from(closeConnection()).then(Mono.never());
		});
	}

}
