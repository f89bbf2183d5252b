package studio.ainative.aikit.server.webflux;

import java.util.NoSuchElementException;
import java.util.concurrent.Executor;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A connection of Reactor Netty's. Everything for it is made on its own event loop: what
 * comes while that is busy is written at once, and nothing is handed to another thread on
 * the way to the socket.
 * <p>
 * Reactor Netty itself takes as many as 128 buffers without a look at the socket, which
 * for a reader who stalls would be megabytes.
 */
final class NettyConnection extends ReaderConnection {

	private final Channel channel;

	/** {@code null} until the reader lags behind: most never do. */
	private volatile @Nullable Writability writability;

	private NettyConnection(Channel channel) {
		this.channel = channel;
	}

	static ReaderConnection to(Object response) {
		if (!(response instanceof HttpServerResponse http)) {
			return new ReaderConnection();
		}
		Channel[] channel = new Channel[1];
		http.withConnection((connection) -> channel[0] = connection.channel());
		return new NettyConnection(channel[0]);
	}

	@Override
	Executor executor() {
		return this.channel.eventLoop();
	}

	@Override
	Executor ownThread() {
		EventLoop loop = this.channel.eventLoop();
		return (task) -> {
			if (loop.inEventLoop()) {
				task.run();
			}
			else {
				loop.execute(task);
			}
		};
	}

	@Override
	boolean isWritable() {
		return this.channel.isWritable();
	}

	@Override
	void onWritable(Runnable again) {
		if (this.writability == null && this.channel.pipeline().get(NettyPipeline.ReactiveBridge) != null) {
			Writability writability = new Writability(again);
			this.writability = writability;
			this.channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, null, writability);
		}
	}

	@Override
	void release() {
		Writability writability = this.writability;
		if (writability != null && this.channel.pipeline().context(writability) != null) {
			try {
				this.channel.pipeline().remove(writability);
			}
			catch (NoSuchElementException ex) {
				// The channel was closed at this moment
			}
		}
	}

	// Nobody waits for the connection to be closed
	@SuppressWarnings("FutureReturnValueIgnored")
	@Override
	void close() {
		this.channel.close();
	}

	private static final class Writability extends ChannelInboundHandlerAdapter {

		private final Runnable again;

		Writability(Runnable again) {
			this.again = again;
		}

		/** It may have become writable before there was anybody to be told. */
		@Override
		public void handlerAdded(ChannelHandlerContext context) {
			tryAgain(context);
		}

		@Override
		public void channelWritabilityChanged(ChannelHandlerContext context) {
			tryAgain(context);
			context.fireChannelWritabilityChanged();
		}

		private void tryAgain(ChannelHandlerContext context) {
			if (context.channel().isWritable()) {
				this.again.run();
			}
		}

	}

}
