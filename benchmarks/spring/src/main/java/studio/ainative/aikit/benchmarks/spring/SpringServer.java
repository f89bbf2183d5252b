package studio.ainative.aikit.benchmarks.spring;

import java.util.stream.Stream;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;

import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.ServerPeer;

/**
 * Spring Boot with its defaults, but for limits that a load from a few connections would
 * run into. Peers of one application differ in the path that is asked.
 */
abstract class SpringServer implements ServerPeer {

	/** As many answers as may be read from the provider at once. */
	static final int MAX_CONNECTIONS = 10_000;

	private static final String[] AI_STREAM = { "ai-kit.stream.provider=openai",
			"ai-kit.stream.endpoint=${source.url}" + Format.OPENAI.path(), "ai-kit.stream.api-key=none",
			"ai-kit.stream.model=gpt-4o-mini", "ai-kit.max-connections=" + MAX_CONNECTIONS };

	private final Class<?> application;

	private final WebApplicationType type;

	private final String path;

	private final String[] properties;

	SpringServer(Class<?> application, WebApplicationType type, String path, String... properties) {
		this.application = application;
		this.type = type;
		this.path = path;
		this.properties = properties;
	}

	/** Properties of a relay, and more of them. */
	static String[] withAiStream(String... more) {
		return Stream.concat(Stream.of(AI_STREAM), Stream.of(more)).toArray(String[]::new);
	}

	@Override
	public int start(String sourceUrl) {
		return new SpringApplicationBuilder(this.application).web(this.type)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"logging.level.root=error", "server.tomcat.max-connections=20000",
					"server.tomcat.accept-count=16384", "server.tomcat.max-keep-alive-requests=-1",
					"spring.mvc.async.request-timeout=-1", "source.url=" + sourceUrl)
			.properties(this.properties)
			.run()
			.getEnvironment()
			.getRequiredProperty("local.server.port", Integer.class);
	}

	@Override
	public String streamPath(int tokens, int rate) {
		return this.path + ServerPeer.super.streamPath(tokens, rate);
	}

	@Override
	public String idlePath() {
		return this.path + ServerPeer.super.idlePath();
	}

}
