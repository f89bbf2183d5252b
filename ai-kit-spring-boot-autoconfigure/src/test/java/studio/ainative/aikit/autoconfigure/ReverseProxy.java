package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.awaitility.core.ConditionTimeoutException;

import org.springframework.util.FileSystemUtils;

import studio.ainative.aikit.Ports;

import static org.awaitility.Awaitility.await;

/**
 * Debian's package of a proxy as a process of the test's own, with the configuration that
 * stands in the README.
 */
final class ReverseProxy implements AutoCloseable {

	/** Where it answers itself: the port may be somebody else's by now. */
	static final String WHO = "/who";

	private static final String OUTPUT = "output.log";

	private static final int PORTS_TO_TRY = 5;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final Path folder;

	private final String name = UUID.randomUUID().toString();

	private final int port;

	private final Process process;

	private ReverseProxy(ReverseProxyKind kind, int port, int upstream, Duration silence) throws IOException {
		this.folder = Files.createTempDirectory("proxy");
		this.port = port;
		Path configuration = this.folder.resolve("configuration");
		Files.writeString(configuration, kind.configuration(this.folder, this.name, port, upstream, silence));
		ProcessBuilder builder = new ProcessBuilder(kind.command(this.folder, configuration));
		builder.environment().put("HOME", this.folder.toString());
		builder.environment().put("XDG_CONFIG_HOME", this.folder.toString());
		builder.environment().put("XDG_DATA_HOME", this.folder.toString());
		this.process = builder.redirectErrorStream(true).redirectOutput(this.folder.resolve(OUTPUT).toFile()).start();
	}

	/**
	 * Start a proxy and wait until it answers.
	 * @param kind which one
	 * @param upstream the port it passes requests on to
	 * @param silence how long that may be silent, if the proxy has a limit
	 */
	static ReverseProxy start(ReverseProxyKind kind, int upstream, Duration silence) throws IOException {
		for (int attempt = 1;; attempt++) {
			ReverseProxy proxy = new ReverseProxy(kind, Ports.free(), upstream, silence);
			if (proxy.isUpSoon()) {
				return proxy;
			}
			String output = Files.readString(proxy.folder.resolve(OUTPUT), StandardCharsets.UTF_8);
			proxy.close();
			if (attempt == PORTS_TO_TRY) {
				throw new IllegalStateException(kind + " does not start: " + output);
			}
		}
	}

	int port() {
		return this.port;
	}

	/** The process, in the foreground, ends with its workers. */
	@Override
	public void close() throws IOException {
		this.process.destroy();
		try {
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		FileSystemUtils.deleteRecursively(this.folder);
	}

	private boolean isUpSoon() {
		try {
			await().atMost(TIMEOUT).until(() -> isUp() || !this.process.isAlive());
			return this.process.isAlive();
		}
		catch (ConditionTimeoutException ex) {
			return false;
		}
	}

	private boolean isUp() {
		try {
			URLConnection connection = URI.create("http://127.0.0.1:" + this.port + WHO).toURL().openConnection();
			connection.setConnectTimeout(1000);
			connection.setReadTimeout(1000);
			try (InputStream body = connection.getInputStream()) {
				return this.name.equals(new String(body.readAllBytes(), StandardCharsets.UTF_8));
			}
		}
		catch (IOException ex) {
			return false;
		}
	}

}
