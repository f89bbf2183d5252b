package studio.ainative.aikit.benchmarks.harness;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;

/**
 * Connections of the source and the drain: bare Netty on one thread.
 */
final class Sockets {

	/** One address has no more than some 28,000 ports to call from. */
	private static final int CONNECTIONS_OF_AN_ADDRESS = 20_000;

	private final boolean epoll = Epoll.isAvailable();

	private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1,
			this.epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

	private int connections;

	Future<?> execute(Runnable task) {
		return this.group.submit(task);
	}

	int listen(Consumer<Channel> initializer) {
		Channel channel = new ServerBootstrap().group(this.group)
			.channel(this.epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, 16 * 1024)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(128 * 1024, 256 * 1024))
			.childHandler(new ChannelInitializer<Channel>() {
				@Override
				protected void initChannel(Channel child) {
					initializer.accept(child);
				}
			})
			.bind(loopback(1, 0))
			.syncUninterruptibly()
			.channel();
		return ((InetSocketAddress) channel.localAddress()).getPort();
	}

	ChannelFuture connect(int port, ChannelHandler handler) {
		int address = 1 + this.connections++ / CONNECTIONS_OF_AN_ADDRESS;
		return new Bootstrap().group(this.group)
			.channel(this.epoll ? EpollSocketChannel.class : NioSocketChannel.class)
			.option(ChannelOption.TCP_NODELAY, true)
			.handler(handler)
			.connect(loopback(1, port), loopback(address, 0));
	}

	/**
	 * Open one connection of the drain.
	 * @param port where to
	 * @param connection ended if it can't be opened
	 * @return done when it is open
	 */
	ChannelFuture open(int port, Connection connection) {
		return connect(port, connection).addListener((ChannelFuture future) -> {
			if (!future.isSuccess()) {
				connection.end(future.cause().toString());
			}
		});
	}

	private static InetSocketAddress loopback(int address, int port) {
		try {
			return new InetSocketAddress(InetAddress.getByAddress(new byte[] { 127, 0, 0, (byte) address }), port);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
