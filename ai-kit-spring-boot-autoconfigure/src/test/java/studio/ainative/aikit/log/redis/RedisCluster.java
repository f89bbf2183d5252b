package studio.ainative.aikit.log.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;

import studio.ainative.aikit.Ports;

import static org.awaitility.Awaitility.await;

/**
 * Three servers that share the hash slots of a cluster.
 */
public final class RedisCluster implements AutoCloseable {

	private static final int SLOTS = 16384;

	private static final int SIZE = 3;

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private final List<RedisServer> servers = new ArrayList<>();

	private RedisCluster() {
	}

	public static RedisCluster start() throws IOException {
		RedisCluster cluster = new RedisCluster();
		try {
			cluster.form();
			return cluster;
		}
		catch (IOException | RuntimeException ex) {
			cluster.close();
			throw ex;
		}
	}

	public RedisURI uri() {
		return this.servers.get(0).uri();
	}

	private void form() throws IOException {
		List<Integer> buses = new ArrayList<>();
		for (int i = 0; i < SIZE; i++) {
			int bus = Ports.free();
			buses.add(bus);
			this.servers.add(RedisServer.start("--cluster-enabled", "yes", "--cluster-port", String.valueOf(bus)));
		}
		for (int i = 0; i < SIZE; i++) {
			int from = SLOTS * i / SIZE;
			int to = SLOTS * (i + 1) / SIZE - 1;
			cluster(i, "ADDSLOTSRANGE", String.valueOf(from), String.valueOf(to));
			if (i > 0) {
				cluster(0, "MEET", "127.0.0.1", String.valueOf(this.servers.get(i).port()),
						String.valueOf(buses.get(i)));
			}
		}
		for (RedisServer server : this.servers) {
			await().atMost(TIMEOUT)
				.until(() -> server.run((redis) -> redis.clusterInfo().contains("cluster_state:ok")
						&& redis.clusterInfo().contains("cluster_known_nodes:" + SIZE)));
		}
	}

	private void cluster(int server, String... words) {
		CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
		for (String word : words) {
			arguments.add(word);
		}
		this.servers.get(server)
			.run((redis) -> redis.dispatch(CommandType.CLUSTER, new StatusOutput<>(StringCodec.UTF8), arguments));
	}

	@Override
	public void close() throws IOException {
		for (RedisServer server : this.servers) {
			server.close();
		}
	}

}
