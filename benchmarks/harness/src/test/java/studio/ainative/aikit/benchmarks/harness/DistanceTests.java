package studio.ainative.aikit.benchmarks.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Distance}.
 */
@Timeout(60)
class DistanceTests {

	private static final int ROUND_TRIP_MILLIS = 200;

	private final Distance distance = new Distance(
			new Sockets().listen((channel) -> channel.pipeline().addLast(new Echo())));

	private final int port = this.distance.listen();

	@BeforeEach
	void setRoundTrip() throws Exception {
		this.distance.roundTrip(ROUND_TRIP_MILLIS);
	}

	@Test
	void aNewConnectionTakesOneRoundTripMore() throws Exception {
		try (Socket socket = connect()) {
			long begun = System.nanoTime();
			echo(socket);
			assertThat(since(begun)).isGreaterThanOrEqualTo(Duration.ofMillis(2 * ROUND_TRIP_MILLIS - 20));
		}
	}

	@Test
	void bytesTakeHalfARoundTripEachWay() throws Exception {
		try (Socket socket = connect()) {
			echo(socket);
			long begun = System.nanoTime();
			echo(socket);
			assertThat(since(begun)).isGreaterThanOrEqualTo(Duration.ofMillis(ROUND_TRIP_MILLIS));
		}
	}

	@Test
	void bytesKeepTheirOrderWhenTheDistanceShrinks() throws Exception {
		try (Socket socket = connect()) {
			socket.getOutputStream().write('1');
			this.distance.roundTrip(0);
			socket.getOutputStream().write('2');
			assertThat(socket.getInputStream().readNBytes(2)).isEqualTo(new byte[] { '1', '2' });
		}
	}

	@Test
	void oldConnectionsAreForgottenWithoutASign() throws Exception {
		try (Socket old = connect()) {
			echo(old);
			this.distance.swallow();
			old.getOutputStream().write('1');
			old.setSoTimeout(2 * ROUND_TRIP_MILLIS);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> old.getInputStream().read());
			try (Socket fresh = connect()) {
				echo(fresh);
			}
		}
	}

	@Test
	void connectionsEnd() throws Exception {
		try (Socket socket = connect()) {
			echo(socket);
			assertThat(this.distance.connections()).isEqualTo("opened=1 open=1");
			this.distance.close();
			assertThat(socket.getInputStream().read()).isEqualTo(-1);
			await().atMost(Duration.ofSeconds(30)).until(this.distance::connections, "opened=1 open=0"::equals);
		}
	}

	@Test
	void theFarSidesTimeIsWithoutTheWay() throws Exception {
		int roundTripMillis = 1000;
		// Before the connection, whose first bytes wait for a handshake
		this.distance.roundTrip(roundTripMillis);
		try (Socket socket = connect()) {
			echo(socket);
			assertThat(this.distance.taken()).as("short reads are no request").isEqualTo("taken=0");
			byte[] request = new byte[1000];
			socket.getOutputStream().write(request);
			assertThat(socket.getInputStream().readNBytes(request.length)).isEqualTo(request);
			long taken = Long.parseLong(this.distance.taken().substring("taken=".length()));
			assertThat(Duration.ofNanos(taken)).isPositive().isLessThan(Duration.ofMillis(roundTripMillis / 2));
			assertThat(this.distance.taken()).isEqualTo("taken=0");
		}
	}

	private Socket connect() throws IOException {
		return new Socket(InetAddress.getLoopbackAddress(), this.port);
	}

	private static void echo(Socket socket) throws IOException {
		socket.getOutputStream().write('x');
		assertThat(socket.getInputStream().read()).isEqualTo('x');
	}

	private static Duration since(long begun) {
		return Duration.ofNanos(System.nanoTime() - begun);
	}

	@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel
	private static final class Echo extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			context.writeAndFlush(message, context.voidPromise());
		}

	}

}
