package studio.ainative.aikit.benchmarks.harness;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * A proxy that stands for the way to a far provider. Bytes take half a round trip each
 * way, the end of a connection too, and a new connection has one round trip more before
 * it takes its first bytes, as TCP's handshake would need. Nothing else of a long way is
 * modelled: no loss, no slow start, no limit of bandwidth.
 * <p>
 * It can forget connections without a sign, as a balancer or a NAT does: what either side
 * sends on them is swallowed from then on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes its channel
final class Distance {

	/** Shorter than any request or answer, longer than a frame that is neither. */
	private static final int SHORT = 100;

	private final Sockets sockets = new Sockets();

	private final int target;

	/** Used on the event loop only, as all that follows. */
	private final Set<Line> lines = new HashSet<>();

	private long roundTripNanos;

	private long opened;

	/** When a request was seen first since the last look, 0 if none was. */
	private long request;

	/** When the first bytes of its answer were. */
	private long answer;

	Distance(int target) {
		this.target = target;
	}

	int listen() {
		return this.sockets.listen(Line::new);
	}

	void roundTrip(long millis) throws InterruptedException {
		this.sockets.execute(() -> this.roundTripNanos = TimeUnit.MILLISECONDS.toNanos(millis)).sync();
	}

	/** Forget all connections that are open now. */
	void swallow() throws InterruptedException {
		this.sockets.execute(() -> this.lines.forEach((line) -> line.dead = true)).sync();
	}

	/** End all connections that are open now as the provider would end them. */
	void close() throws InterruptedException {
		this.sockets.execute(() -> Set.copyOf(this.lines).forEach((line) -> line.provider.close())).sync();
	}

	/** How many connections were opened so far, and how many are open. */
	String connections() throws InterruptedException {
		String[] line = new String[1];
		this.sockets.execute(() -> line[0] = "opened=" + this.opened + " open=" + this.lines.size()).sync();
		return line[0];
	}

	/**
	 * How long the far side took for the first answer since this was asked last, in
	 * nanoseconds, without the way. Short reads are no request and no answer: those of
	 * HTTP/2's own frames, such as PING.
	 */
	String taken() throws InterruptedException {
		long[] nanos = new long[1];
		this.sockets.execute(() -> {
			nanos[0] = (this.answer != 0) ? this.answer - this.request - this.roundTripNanos / 2 : 0;
			this.request = 0;
			this.answer = 0;
		}).sync();
		return "taken=" + nanos[0];
	}

	private void look(boolean fromClient, int bytes) {
		if (bytes < SHORT) {
			return;
		}
		if (fromClient && this.request == 0) {
			this.request = System.nanoTime();
		}
		else if (!fromClient && this.request != 0 && this.answer == 0) {
			this.answer = System.nanoTime();
		}
	}

	/**
	 * A client's connection, and the one to the provider that was opened for it.
	 */
	private final class Line {

		private final Channel client;

		private final Channel provider;

		private final long begun = System.nanoTime();

		private boolean dead;

		Line(Channel client) {
			this.client = client;
			Distance.this.lines.add(this);
			Distance.this.opened++;
			client.config().setAutoRead(false);
			this.provider = Distance.this.sockets
				.connect(Distance.this.target, new End(this, new Direction(this, client)))
				.addListener((ChannelFutureListener) (connected) -> {
					client.config().setAutoRead(connected.isSuccess());
					if (!connected.isSuccess()) {
						client.close();
					}
				})
				.channel();
			client.pipeline().addLast(new End(this, new Direction(this, this.provider)));
		}

		/** When bytes reach the other side that are sent now. */
		long arrival(boolean toClient) {
			long roundTrip = Distance.this.roundTripNanos;
			long sent = System.nanoTime();
			if (!toClient) {
				sent = Math.max(sent, this.begun + roundTrip);
			}
			return sent + roundTrip / 2;
		}

	}

	/**
	 * What is on its way to one side, in the order of sending.
	 */
	private static final class Direction {

		private final Line line;

		private final Channel to;

		private final Queue<Runnable> underway = new ArrayDeque<>();

		private long last = System.nanoTime();

		Direction(Line line, Channel to) {
			this.line = line;
			this.to = to;
		}

		void send(Runnable delivery) {
			this.last = Math.max(this.last, this.line.arrival(this.to == this.line.client));
			long wait = this.last - System.nanoTime();
			if (wait <= 0 && this.underway.isEmpty()) {
				delivery.run();
				return;
			}
			this.underway.add(delivery);
			// Whichever timer fires first delivers what was sent first
			this.to.eventLoop().schedule(() -> this.underway.remove().run(), Math.max(0, wait), TimeUnit.NANOSECONDS);
		}

	}

	/**
	 * Hands on what one side sends.
	 */
	private final class End extends ChannelInboundHandlerAdapter {

		private final Line line;

		private final Direction direction;

		End(Line line, Direction direction) {
			this.line = line;
			this.direction = direction;
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			ByteBuf bytes = (ByteBuf) message;
			look(context.channel() == this.line.client, bytes.readableBytes());
			this.direction.send(() -> {
				if (this.line.dead) {
					bytes.release();
				}
				else {
					this.direction.to.writeAndFlush(bytes, this.direction.to.voidPromise());
				}
			});
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			boolean byClient = context.channel() == this.line.client;
			if (byClient) {
				Distance.this.lines.remove(this.line);
			}
			this.direction.send(() -> {
				// The provider may end what was forgotten, and the client hears nothing
				if (byClient || !this.line.dead) {
					this.direction.to.close();
				}
			});
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

	}

}
