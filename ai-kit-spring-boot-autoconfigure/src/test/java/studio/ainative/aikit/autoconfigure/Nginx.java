package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.springframework.core.io.ClassPathResource;
import org.springframework.util.FileSystemUtils;

/**
 * Debian's nginx as a process of the test's own, with the location block of the README.
 */
final class Nginx implements AutoCloseable {

	private final Path folder;

	private final Process process;

	private final int port;

	private Nginx(Path folder, Process process, int port) {
		this.folder = folder;
		this.process = process;
		this.port = port;
	}

	/**
	 * Start a proxy.
	 * @param upstream the port it passes requests on to
	 * @param readTimeout the value of {@code proxy_read_timeout}
	 */
	static Nginx start(int upstream, Duration readTimeout) throws IOException {
		int port;
		try (ServerSocket free = new ServerSocket(0)) {
			port = free.getLocalPort();
		}
		Path folder = Files.createTempDirectory("nginx");
		Path config = folder.resolve("nginx.conf");
		Files.writeString(config, config(folder, port, upstream, readTimeout));
		Process process = new ProcessBuilder(executable(), "-c", config.toString(), "-p", folder.toString(), "-e",
				folder.resolve("error.log").toString())
			.redirectErrorStream(true)
			.redirectOutput(folder.resolve("output.log").toFile())
			.start();
		return new Nginx(folder, process, port);
	}

	int port() {
		return this.port;
	}

	/** Whether it takes connections. */
	boolean isUp() {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
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

	static String location() throws IOException {
		return new ClassPathResource("nginx-location.conf", Nginx.class).getContentAsString(StandardCharsets.UTF_8);
	}

	private static String config(Path folder, int port, int upstream, Duration readTimeout) throws IOException {
		String location = location().replace("location /api/", "location /")
			.replace("127.0.0.1:8080", "127.0.0.1:" + upstream)
			.replace("proxy_read_timeout 60s", "proxy_read_timeout " + readTimeout.toMillis() + "ms");
		String user = "root".equals(System.getProperty("user.name")) ? "user root;" : "";
		return """
				%s
				daemon off;
				worker_processes 1;
				pid %s/nginx.pid;
				events {
				}
				http {
					access_log off;
					client_body_temp_path %s/body;
					proxy_temp_path %s/proxy;
					fastcgi_temp_path %s/fastcgi;
					uwsgi_temp_path %s/uwsgi;
					scgi_temp_path %s/scgi;
					server {
						listen 127.0.0.1:%d;
						%s
					}
				}
				""".formatted(user, folder, folder, folder, folder, folder, folder, port, location);
	}

	/** Often only root has its folder on the path. */
	private static String executable() {
		return Files.isExecutable(Path.of("/usr/sbin/nginx")) ? "/usr/sbin/nginx" : "nginx";
	}

}
