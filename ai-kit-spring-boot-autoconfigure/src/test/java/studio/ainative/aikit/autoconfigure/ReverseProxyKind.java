package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.springframework.core.io.ClassPathResource;

/**
 * How each proxy is told what the README tells it. Addresses and the limit of silence are
 * put in place of the README's; the rest is as it stands there.
 */
enum ReverseProxyKind {

	NGINX("nginx.conf") {

		@Override
		List<String> command(Path folder, Path configuration) {
			return List.of(executable("nginx"), "-c", configuration.toString(), "-p", folder.toString(), "-e",
					folder.resolve("error.log").toString());
		}

		@Override
		String configuration(Path folder, String name, int port, int upstream, Duration silence) throws IOException {
			String location = readme().replace("127.0.0.1:8080", "127.0.0.1:" + upstream)
				.replace("proxy_read_timeout 60s", "proxy_read_timeout " + silence.toMillis() + "ms");
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
							location = %s {
								return 200 %s;
							}
							%s
						}
					}
					""".formatted(user, folder, folder, folder, folder, folder, folder, port, ReverseProxy.WHO, name,
					location);
		}

	},

	HAPROXY("haproxy.cfg") {

		@Override
		List<String> command(Path folder, Path configuration) {
			return List.of(executable("haproxy"), "-db", "-f", configuration.toString());
		}

		@Override
		String configuration(Path folder, String name, int port, int upstream, Duration silence) throws IOException {
			return readme().replace("127.0.0.1:8080", "127.0.0.1:" + upstream)
				.replace("timeout server 60s", "timeout server " + silence.toMillis() + "ms")
				.replace("bind :80\n", """
						bind 127.0.0.1:%d
						http-request return content-type text/plain string %s if { path %s }
						""".formatted(port, name, ReverseProxy.WHO));
		}

	},

	CADDY("Caddyfile") {

		@Override
		List<String> command(Path folder, Path configuration) {
			return List.of(executable("caddy"), "run", "--adapter", "caddyfile", "--config", configuration.toString());
		}

		@Override
		String configuration(Path folder, String name, int port, int upstream, Duration silence) throws IOException {
			return "{\n\tadmin off\n}\n"
					+ readme().replace("127.0.0.1:8080", "127.0.0.1:" + upstream).replace("example.com {", """
							http://:%d {
								bind 127.0.0.1
								respond %s %s
							""".formatted(port, ReverseProxy.WHO, name));
		}

	},

	/** With the compression that the README keeps away from answers. */
	CADDY_COMPRESSING("Caddyfile") {

		@Override
		List<String> command(Path folder, Path configuration) {
			return CADDY.command(folder, configuration);
		}

		@Override
		String configuration(Path folder, String name, int port, int upstream, Duration silence) throws IOException {
			return CADDY.configuration(folder, name, port, upstream, silence).replace("encode @pages", "encode");
		}

	};

	private final String resource;

	ReverseProxyKind(String resource) {
		this.resource = resource;
	}

	abstract List<String> command(Path folder, Path configuration);

	abstract String configuration(Path folder, String name, int port, int upstream, Duration silence)
			throws IOException;

	/** Whether it has a limit of silence. */
	boolean cutsSilence() {
		return this == NGINX || this == HAPROXY;
	}

	String readme() throws IOException {
		return new ClassPathResource(this.resource, ReverseProxyKind.class).getContentAsString(StandardCharsets.UTF_8);
	}

	/** Often only root has this folder on the path. */
	private static String executable(String name) {
		Path administrators = Path.of("/usr/sbin", name);
		return Files.isExecutable(administrators) ? administrators.toString() : name;
	}

}
