package studio.ainative.aikit.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes connections on to a server on loopback, and what that sends byte by byte, each
 * in a packet of its own.
 */
public final class OneByteProxy implements AutoCloseable {

	private final ServerSocket server;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

	/**
	 * Start one.
	 * @param target the port of the server
	 * @throws IOException if no port is free
	 */
	public OneByteProxy(int target) throws IOException {
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.target = target;
		start(this::accept);
	}

	/**
	 * Where it listens.
	 * @return the address without a path
	 */
	public String url() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	/**
	 * What the server has sent up to now, a character each byte.
	 * @return the responses, in order if they were asked for one after the other
	 */
	public List<String> responses() {
		return List.of(this.sent.toString(StandardCharsets.ISO_8859_1).split("(?=HTTP/1\\.1 \\d{3})", -1));
	}

	private void accept() throws IOException {
		while (true) {
			Socket client = this.server.accept();
			Socket upstream = new Socket("localhost", this.target);
			this.sockets.add(client);
			this.sockets.add(upstream);
			client.setTcpNoDelay(true);
			start(() -> copy(client, upstream, 8 * 1024, OutputStream.nullOutputStream()));
			start(() -> copy(upstream, client, 1, this.sent));
		}
	}

	private void copy(Socket from, Socket to, int size, OutputStream seen) throws IOException {
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[size];
			for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
				seen.write(buffer, 0, read);
				out.write(buffer, 0, read);
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
		}, "one-byte-proxy");
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

	private interface Work {

		void run() throws IOException;

	}

}
