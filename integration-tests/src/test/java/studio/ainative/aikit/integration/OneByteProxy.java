package studio.ainative.aikit.integration;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

/**
 * Passes on what a server on loopback sends byte by byte, each in a packet of its own.
 */
final class OneByteProxy implements AutoCloseable {

	private final DisposableServer server;

	private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

	OneByteProxy(int target) {
		this.server = TcpServer.create()
			.host("localhost")
			.port(0)
			.handle((in, out) -> TcpClient.newConnection()
				.host("localhost")
				.port(target)
				.connect()
				.flatMap((upstream) -> Mono
					.firstWithSignal(upstream.outbound().send(in.receive().retain()).then(),
							out.send(bytes(upstream), (buffer) -> true).then())
					.doFinally((signal) -> upstream.dispose())))
			.bindNow();
	}

	private Flux<ByteBuf> bytes(Connection upstream) {
		return upstream.inbound()
			.receive()
			.asByteArray()
			.doOnNext((array) -> this.sent.writeBytes(array))
			.concatMap((array) -> Flux.range(0, array.length)
				.map((index) -> Unpooled.wrappedBuffer(new byte[] { array[index] })));
	}

	String url() {
		return "http://localhost:" + this.server.port();
	}

	/**
	 * What the server has sent up to now, a character each byte.
	 * @return the responses, in order if they were asked for one after the other
	 */
	List<String> responses() {
		return List.of(this.sent.toString(StandardCharsets.ISO_8859_1).split("(?=HTTP/1\\.1 \\d{3})", -1));
	}

	@Override
	public void close() {
		this.server.disposeNow(Duration.ofSeconds(10));
	}

}
