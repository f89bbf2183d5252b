package studio.ainative.aikit.benchmarks.redis;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.ServerPeer;

/**
 * Spring Boot with its defaults, but for limits that a load from a few connections would
 * run into. {@code AIStream} reads a provider in the format of OpenAI; where Redis is,
 * and for how long answers are kept, system properties say.
 */
abstract class RelayServer implements ServerPeer {

	private final Class<?> application;

	private final WebApplicationType type;

	private final String[] properties;

	RelayServer(Class<?> application, WebApplicationType type, String... properties) {
		this.application = application;
		this.type = type;
		this.properties = properties;
	}

	@Override
	public int start(String sourceUrl) {
		return new SpringApplicationBuilder(this.application).web(this.type)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"logging.level.root=error", "server.tomcat.max-connections=20000",
					"server.tomcat.accept-count=16384", "server.tomcat.max-keep-alive-requests=-1",
					"spring.mvc.async.request-timeout=-1", "spring.data.redis.repositories.enabled=false",
					"ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + sourceUrl + Format.OPENAI.path(),
					"ai-kit.stream.api-key=none", "ai-kit.stream.model=gpt-4o-mini")
			.properties(this.properties)
			.run()
			.getEnvironment()
			.getRequiredProperty("local.server.port", Integer.class);
	}

}
