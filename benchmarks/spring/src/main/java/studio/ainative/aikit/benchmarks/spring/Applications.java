package studio.ainative.aikit.benchmarks.spring;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * Starts the applications of servers and relays: Spring Boot with its defaults, but for
 * limits that a load from a few connections would run into.
 */
final class Applications {

	private Applications() {
	}

	static int start(Class<?> application, WebApplicationType type, String... properties) {
		return new SpringApplicationBuilder(application).web(type)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"logging.level.root=error", "server.tomcat.max-connections=20000",
					"server.tomcat.accept-count=16384", "server.tomcat.max-keep-alive-requests=-1",
					"spring.mvc.async.request-timeout=-1")
			.properties(properties)
			.run()
			.getEnvironment()
			.getRequiredProperty("local.server.port", Integer.class);
	}

}
