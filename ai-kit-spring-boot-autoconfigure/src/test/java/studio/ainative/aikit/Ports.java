package studio.ainative.aikit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of the loopback address that a test must know before anything listens there. */
public final class Ports {

	/**
	 * Below the ports that Linux gives to sockets which ask for any (32,768 and up), so
	 * that no other socket of the tests comes upon one in between.
	 */
	private static final int FIRST = 20_000;

	private static final int LAST = 32_000;

	private Ports() {
	}

	/** A port that a server can be started on. */
	public static int free() throws IOException {
		while (true) {
			int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				return socket.getLocalPort();
			}
			catch (BindException ex) {
				// Somebody is there; look at another.
			}
		}
	}

	/**
	 * A port that refuses every connection, and that nobody can take, until the socket is
	 * closed.
	 */
	public static Socket refusing() throws IOException {
		Socket socket = new Socket();
		socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
		return socket;
	}

}
