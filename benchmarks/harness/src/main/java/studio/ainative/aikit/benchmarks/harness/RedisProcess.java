package studio.ainative.aikit.benchmarks.harness;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.benchmarks.harness.PeerProcess.Facts;

/**
 * A {@code redis-server} of one run: on a free port of the loopback interface, in memory
 * alone, and ended with the run.
 */
final class RedisProcess implements AutoCloseable {

	/** Another process may take a free port first. */
	private static final int PORTS_TO_TRY = 5;

	private static final int MILLIS_TO_START = 10_000;

	private static final int MILLIS_TO_ANSWER = 10_000;

	private final Process process;

	private final int port;

	private final Thread atExit;

	private final Socket socket;

	private final DataInputStream input;

	private RedisProcess(Process process, int port, Socket socket) throws IOException {
		this.process = process;
		this.port = port;
		this.socket = socket;
		this.input = new DataInputStream(socket.getInputStream());
		this.atExit = new Thread(process::destroyForcibly);
		Runtime.getRuntime().addShutdownHook(this.atExit);
	}

	/**
	 * Start a server and wait until it listens.
	 * @param name how it is called in the logs
	 * @param logs the folder that takes what it says
	 * @return the server
	 * @throws PeerException if it does not start
	 */
	static RedisProcess start(String name, Path logs) throws PeerException {
		try {
			Files.createDirectories(logs);
			for (int i = 0; i < PORTS_TO_TRY; i++) {
				int port = freePort();
				Process process = new ProcessBuilder(List.of("redis-server", "--bind", "127.0.0.1", "--port",
						String.valueOf(port), "--save", "", "--dir", logs.toAbsolutePath().toString()))
					.redirectErrorStream(true)
					.redirectOutput(logs.resolve(name + "-redis.log").toFile())
					.start();
				Socket socket = connect(process, port);
				if (socket != null) {
					return new RedisProcess(process, port, socket);
				}
				process.destroyForcibly();
			}
			throw new PeerException("redis-server of " + name + " does not start; see its log");
		}
		catch (IOException ex) {
			throw new PeerException("redis-server can't be started: is it installed?", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PeerException("redis-server: interrupted", ex);
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return free.getLocalPort();
		}
	}

	private static @Nullable Socket connect(Process process, int port) throws InterruptedException {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS_TO_START);
		while (process.isAlive() && System.nanoTime() - deadline < 0) {
			try {
				Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
				socket.setSoTimeout(MILLIS_TO_ANSWER);
				return socket;
			}
			catch (IOException ex) {
				// It does not listen yet
				TimeUnit.MILLISECONDS.sleep(10);
			}
		}
		return null;
	}

	/** What makes a JVM's Spring Boot find this server. */
	List<String> jvmOptions() {
		return List.of("-Dspring.data.redis.host=127.0.0.1", "-Dspring.data.redis.port=" + this.port);
	}

	/**
	 * What the server says of itself at this moment.
	 * @return what it is and has
	 * @throws PeerException if it does not answer
	 */
	RedisState state() throws PeerException {
		try {
			this.socket.getOutputStream().write("INFO everything\r\n".getBytes(StandardCharsets.US_ASCII));
			byte[] answer = new byte[Integer.parseInt(line().substring(1))];
			this.input.readFully(answer);
			line();
			return RedisState.of(new String(answer, StandardCharsets.UTF_8));
		}
		catch (IOException | NumberFormatException ex) {
			throw new PeerException("redis-server does not answer", ex);
		}
	}

	@SuppressWarnings("deprecation") // Bytes are what a line of Redis has
	private String line() throws IOException {
		String line = this.input.readLine();
		if (line == null) {
			throw new IOException("redis-server has closed the connection");
		}
		return line;
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
		Runtime.getRuntime().removeShutdownHook(this.atExit);
		try {
			this.socket.close();
			this.process.waitFor(5, TimeUnit.SECONDS);
		}
		catch (IOException ex) {
			// The server has ended first
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Counters of a server.
	 *
	 * @param cpuMicros CPU time it has used, user and system, in microseconds
	 * @param memory bytes it has allocated
	 * @param connections connections that are open, the one that asks not counted
	 */
	record RedisState(double cpuMicros, double memory, double connections) {

		static RedisState of(String info) {
			Map<String, String> values = new HashMap<>();
			info.lines().forEach((line) -> {
				int colon = line.indexOf(':');
				if (colon > 0) {
					values.put(line.substring(0, colon), line.substring(colon + 1));
				}
			});
			Facts facts = new Facts(values);
			return new RedisState(1e6 * (facts.number("used_cpu_user") + facts.number("used_cpu_sys")),
					facts.number("used_memory"), facts.number("connected_clients") - 1);
		}

	}

}
