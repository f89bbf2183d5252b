package studio.ainative.aikit.log.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import org.awaitility.core.ConditionTimeoutException;

import org.springframework.util.FileSystemUtils;

import studio.ainative.aikit.Ports;

import static org.awaitility.Awaitility.await;

/**
 * Debian's {@code redis-server} as a process of the test's own, on a loopback port, that
 * can be killed and started again on the same port and with the same folder.
 */
public final class RedisServer implements AutoCloseable {

	private static final int PORTS_TO_TRY = 5;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Path folder;

	private final int port;

	private final List<String> options;

	private Process process;

	private Path output;

	private int starts;

	private RedisServer(int port, List<String> options) throws IOException {
		this.folder = Files.createTempDirectory("redis");
		this.port = port;
		this.options = options;
		launch();
	}

	/**
	 * Start a server that keeps nothing on disk, and wait until it answers.
	 * @param options what its command line says besides, such as {@code --appendonly yes}
	 */
	public static RedisServer start(String... options) throws IOException {
		for (int attempt = 1;; attempt++) {
			RedisServer server = new RedisServer(Ports.free(), List.of(options));
			if (server.isUpSoon()) {
				return server;
			}
			String output = server.output();
			server.close();
			if (attempt == PORTS_TO_TRY) {
				throw new IllegalStateException("redis-server does not start: " + output);
			}
		}
	}

	/** Start a server on a port that is known to be free. */
	public static RedisServer startOn(int port) throws IOException {
		RedisServer server = new RedisServer(port, List.of());
		if (!server.isUpSoon()) {
			String output = server.output();
			server.close();
			throw new IllegalStateException("redis-server does not start: " + output);
		}
		return server;
	}

	public int port() {
		return this.port;
	}

	public RedisURI uri() {
		return RedisURI.create("127.0.0.1", this.port);
	}

	/** As {@code kill -9} does. */
	public void kill() throws InterruptedException {
		this.process.destroyForcibly();
		this.process.waitFor();
	}

	/** On the same port, with what is on disk. */
	public void startAgain() throws IOException {
		launch();
		if (!isUpSoon()) {
			throw new IllegalStateException("redis-server does not start again: " + output());
		}
	}

	/** Run commands on a connection that is closed afterwards. */
	public <T> T run(Function<RedisCommands<String, String>, T> commands) {
		RedisClient client = RedisClient.create(uri());
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			return commands.apply(connection.sync());
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
		}
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

	private void launch() throws IOException {
		List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1", "--port",
				String.valueOf(this.port), "--save", "", "--dir", this.folder.toString()));
		command.addAll(this.options);
		this.starts++;
		this.output = this.folder.resolve("output-" + this.starts + ".log");
		this.process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(this.output.toFile())
			.start();
	}

	private boolean isUpSoon() {
		try {
			await().atMost(TIMEOUT)
				.pollInterval(Duration.ofMillis(20))
				.until(() -> output().contains("Ready to accept connections") || !this.process.isAlive());
			return this.process.isAlive();
		}
		catch (ConditionTimeoutException ex) {
			return false;
		}
	}

	private String output() throws IOException {
		return Files.readString(this.output, StandardCharsets.UTF_8);
	}

}
