package studio.ainative.aikit.sample;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

import org.springframework.util.FileSystemUtils;

/**
 * A {@code redis-server} of the test's own, on a loopback port, that keeps nothing on
 * disk.
 */
final class RedisProcess implements AutoCloseable {

	private static final int PORTS_TO_TRY = 5;

	private final int port;

	private final Path folder;

	private final Process process;

	private RedisProcess(int port) throws IOException {
		this.port = port;
		this.folder = Files.createTempDirectory("redis");
		this.process = new ProcessBuilder("redis-server", "--bind", "127.0.0.1", "--port", String.valueOf(port),
				"--save", "", "--dir", this.folder.toString())
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve("output.log").toFile())
			.start();
	}

	static RedisProcess start() throws IOException {
		for (int attempt = 1;; attempt++) {
			RedisProcess redis = new RedisProcess(freePort());
			Awaitility.await()
				.atMost(SampleServer.TIMEOUT)
				.until(() -> redis.output().contains("Ready to accept connections") || !redis.process.isAlive());
			if (redis.process.isAlive()) {
				return redis;
			}
			String output = redis.output();
			redis.close();
			if (attempt == PORTS_TO_TRY) {
				throw new IllegalStateException("redis-server does not start: " + output);
			}
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket free = new ServerSocket(0)) {
			return free.getLocalPort();
		}
	}

	int port() {
		return this.port;
	}

	private String output() throws IOException {
		return Files.readString(this.folder.resolve("output.log"));
	}

	@Override
	public void close() throws IOException {
		this.process.destroyForcibly();
		try {
			this.process.waitFor(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		FileSystemUtils.deleteRecursively(this.folder);
	}

}
