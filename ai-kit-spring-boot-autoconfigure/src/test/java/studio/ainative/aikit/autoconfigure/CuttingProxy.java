package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * Passes connections on to a server on loopback, and cuts each after so many bytes of
 * what that sends.
 */
final class CuttingProxy implements AutoCloseable {

	private final ServerSocket server;

	private final IntSupplier limits;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	/** Where connections lead from now on. */
	final AtomicInteger target;

	final AtomicInteger cuts = new AtomicInteger();

	/**
	 * Start one.
	 * @param target the port of the server
	 * @param limits how many bytes the next connection brings; it ends by a reset if the
	 * number is odd, else properly
	 * @throws IOException if no port is free
	 */
	CuttingProxy(int target, IntSupplier limits) throws IOException {
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.target = new AtomicInteger(target);
		this.limits = limits;
		start(this::accept);
	}

	URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.server.getLocalPort() + path);
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.server.accept();
			Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.target.get());
			this.sockets.add(client);
			this.sockets.add(upstream);
			int limit = this.limits.getAsInt();
			start(() -> copy(client, client.getInputStream(), upstream, Integer.MAX_VALUE));
			start(() -> copy(upstream, upstream.getInputStream(), client, limit));
		}
	}

	private void copy(Socket from, InputStream in, Socket to, int limit) throws IOException {
		try (from; to) {
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[8 * 1024];
			int left = limit;
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				out.write(buffer, 0, Math.min(read, left));
				left -= Math.min(read, left);
				if (left == 0) {
					this.cuts.incrementAndGet();
					to.setSoLinger(limit % 2 == 1, 0);
					return;
				}
			}
		}
		finally {
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	private static void start(Work work) {
		Thread thread = new Thread(() -> {
			try {
				work.run();
			}
			catch (IOException ex) {
				// One of both has left
			}
		}, "cutting-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	@FunctionalInterface
	private interface Work {

		void run() throws IOException;

	}

}
