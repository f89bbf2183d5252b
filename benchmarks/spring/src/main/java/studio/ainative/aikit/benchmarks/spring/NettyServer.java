package studio.ainative.aikit.benchmarks.spring;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.QueryStringDecoder;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.Payloads;
import studio.ainative.aikit.benchmarks.harness.ServerPeer;

/**
 * Reactor Netty without Spring: writes bytes that were encoded once, so nothing on it can
 * be faster.
 */
public abstract class NettyServer implements ServerPeer {

	private static final int SLICE = 16 * 1024;

	private static final ByteBuf HEARTBEAT = kept(": heartbeat\n\n".getBytes(StandardCharsets.US_ASCII));

	private final Map<Integer, ByteBuf[]> frames = new ConcurrentHashMap<>();

	private final Map<Integer, ByteBuf[]> slices = new ConcurrentHashMap<>();

	private NettyServer() {
	}

	abstract Publisher<Void> sendAll(HttpServerResponse response, int tokens);

	@Override
	public int start(String sourceUrl) {
		return HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.route((routes) -> routes.get("/stream", this::stream).get("/idle", this::idle))
			.bindNow()
			.port();
	}

	private Publisher<Void> stream(HttpServerRequest request, HttpServerResponse response) {
		int tokens = parameter(request, "tokens");
		int rate = parameter(request, "rate");
		if (rate == 0) {
			return sendAll(response, tokens);
		}
		ByteBuf[] frames = frames(tokens);
		return response.sse().send(Model.ticks(frames.length, rate).map((tick) -> frames[tick.intValue()].duplicate()));
	}

	private Publisher<Void> idle(HttpServerRequest request, HttpServerResponse response) {
		return response.sse()
			.send(Flux.interval(Duration.ofSeconds(1)).onBackpressureDrop().map((tick) -> HEARTBEAT.duplicate()),
					(buffer) -> true);
	}

	final ByteBuf[] frames(int tokens) {
		return this.frames.computeIfAbsent(tokens,
				(count) -> Arrays.stream(Payloads.frames(Format.AIKIT, count))
					.map(NettyServer::kept)
					.toArray(ByteBuf[]::new));
	}

	final ByteBuf[] slices(int tokens) {
		return this.slices.computeIfAbsent(tokens, (count) -> {
			byte[] all = Payloads.body(Format.AIKIT, count);
			List<ByteBuf> slices = new ArrayList<>();
			for (int start = 0; start < all.length; start += SLICE) {
				slices.add(kept(Arrays.copyOfRange(all, start, Math.min(all.length, start + SLICE))));
			}
			return slices.toArray(ByteBuf[]::new);
		});
	}

	private static ByteBuf kept(byte[] bytes) {
		return Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
	}

	private static int parameter(HttpServerRequest request, String name) {
		return Integer
			.parseInt(Objects.requireNonNull(new QueryStringDecoder(request.uri()).parameters().get(name)).get(0));
	}

	/**
	 * What is there goes out in buffers of 16 KiB: the floor.
	 */
	public static final class Batched extends NettyServer {

		@Override
		Publisher<Void> sendAll(HttpServerResponse response, int tokens) {
			return response.header("content-type", "text/event-stream")
				.send(Flux.fromArray(slices(tokens)).map(ByteBuf::duplicate));
		}

	}

	/**
	 * Each event is a write and a flush of its own.
	 */
	public static final class FlushEach extends NettyServer {

		@Override
		Publisher<Void> sendAll(HttpServerResponse response, int tokens) {
			return response.sse().send(Flux.fromArray(frames(tokens)).map(ByteBuf::duplicate), (buffer) -> true);
		}

	}

}
