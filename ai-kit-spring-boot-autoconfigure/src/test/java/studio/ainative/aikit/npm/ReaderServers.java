package studio.ainative.aikit.npm;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.autoconfigure.EndpointServer;
import studio.ainative.aikit.autoconfigure.OneByteProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A front end's endpoint on both stacks, plain and compressed, with heartbeats in each
 * {@linkplain #PAUSE pause} of the provider's.
 */
final class ReaderServers implements AutoCloseable {

	/** Who reads where. */
	static final List<String> READERS = List.of("tomcat", "netty", "tomcat byte by byte", "netty byte by byte",
			"tomcat gzip byte by byte", "netty gzip byte by byte");

	/** Some heartbeats long. */
	static final Duration PAUSE = Duration.ofMillis(200);

	private final Map<String, EndpointServer> servers;

	ReaderServers(String endpoint) {
		this.servers = Map.of("tomcat", start(endpoint, WebApplicationType.SERVLET, false), "netty",
				start(endpoint, WebApplicationType.REACTIVE, false), "tomcat gzip",
				start(endpoint, WebApplicationType.SERVLET, true), "netty gzip",
				start(endpoint, WebApplicationType.REACTIVE, true));
	}

	private static EndpointServer start(String endpoint, WebApplicationType type, boolean compression) {
		return EndpointServer.start(type, "ai-kit.endpoints." + endpoint + ".enabled=true",
				"ai-kit.response.compression=" + compression, "ai-kit.response.heartbeat.interval=20ms");
	}

	EndpointServer server(String reader) {
		return Objects.requireNonNull(this.servers.get(reader.replace(" byte by byte", "")));
	}

	/**
	 * Let a reader read.
	 * @param reader one of {@link #READERS}
	 * @param reading is given the server's address without a path
	 * @throws Exception if it fails
	 */
	void read(String reader, Reading reading) throws Exception {
		if (!reader.endsWith("byte by byte")) {
			reading.from(server(reader).url());
			return;
		}
		try (OneByteProxy proxy = new OneByteProxy(server(reader).port())) {
			reading.from(proxy.url());
			assertSent(proxy.responses().stream().filter((response) -> response.contains("text/event-stream")).toList(),
					reader.contains("gzip"));
		}
	}

	private static void assertSent(List<String> streams, boolean compressed) {
		assertThat(streams).isNotEmpty().allSatisfy((stream) -> {
			String head = stream.substring(0, stream.indexOf("\r\n\r\n")).toLowerCase(Locale.ROOT);
			assertThat(head.contains("content-encoding: gzip")).as(head).isEqualTo(compressed);
		});
		long withHeartbeats = streams.stream().filter((stream) -> stream.contains(": heartbeat")).count();
		if (compressed) {
			assertThat(withHeartbeats).isZero();
		}
		else {
			// What stands on either side of a pause may arrive at once on a busy machine
			assertThat(withHeartbeats).as("%s", streams).isGreaterThan(streams.size() / 2);
		}
	}

	@Override
	public void close() throws IOException {
		this.servers.values().forEach(EndpointServer::close);
	}

	interface Reading {

		void from(String url) throws Exception;

	}

}
