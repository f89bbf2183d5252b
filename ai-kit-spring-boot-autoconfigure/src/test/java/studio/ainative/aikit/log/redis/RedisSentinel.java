package studio.ainative.aikit.log.redis;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;

import org.springframework.util.FileSystemUtils;

import studio.ainative.aikit.Ports;

import static org.awaitility.Awaitility.await;

/**
 * A master, a replica of it, and a sentinel that puts the one in the other's place.
 */
public final class RedisSentinel implements AutoCloseable {

	public static final String NAME = "main";

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final RedisServer master;

	private final RedisServer replica;

	private final Path folder;

	private final Process process;

	private final int port;

	private RedisSentinel() throws IOException {
		this.master = RedisServer.start("--repl-diskless-sync-delay", "0");
		this.replica = RedisServer.start("--replicaof", "127.0.0.1", String.valueOf(this.master.port()));
		await().atMost(TIMEOUT)
			.until(() -> this.replica.run((redis) -> redis.info("replication").contains("master_link_status:up")));
		this.folder = Files.createTempDirectory("sentinel");
		this.port = Ports.free();
		Path configuration = this.folder.resolve("sentinel.conf");
		Files.writeString(configuration, """
				bind 127.0.0.1
				port %1$d
				dir %2$s
				sentinel monitor %3$s 127.0.0.1 %4$d 1
				sentinel down-after-milliseconds %3$s 1000
				sentinel failover-timeout %3$s 5000
				""".formatted(this.port, this.folder, NAME, this.master.port()));
		Path output = this.folder.resolve("output.log");
		this.process = new ProcessBuilder("redis-server", configuration.toString(), "--sentinel")
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		await().atMost(TIMEOUT).until(() -> Files.readString(output, StandardCharsets.UTF_8).contains("+slave slave"));
	}

	public static RedisSentinel start() throws IOException {
		return new RedisSentinel();
	}

	RedisURI uri() {
		return RedisURI.Builder.sentinel("127.0.0.1", this.port, NAME).build();
	}

	public int port() {
		return this.port;
	}

	public void killMaster() throws InterruptedException {
		this.master.kill();
	}

	/**
	 * Wait until the replica is the master and the sentinel tells so to those who ask: it
	 * looks once a second whether its own order was followed.
	 */
	public void awaitTakeOver() {
		RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", this.port));
		try (StatefulRedisSentinelConnection<String, String> sentinel = client.connectSentinel()) {
			await().atMost(TIMEOUT)
				.pollInterval(Duration.ofMillis(5))
				.until(() -> sentinel.sync().getMasterAddrByName(NAME) instanceof InetSocketAddress master
						&& master.getPort() == this.replica.port());
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ZERO);
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
		this.replica.close();
		this.master.close();
	}

}
