package studio.ainative.aikit.benchmarks.spring;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;

/**
 * Starts an application that is no more than clients.
 */
final class BootClients {

	private BootClients() {
	}

	static ApplicationContext start(Class<?> application, String... properties) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "logging.level.root=error")
			.properties(properties)
			.run();
	}

}
