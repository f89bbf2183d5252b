package studio.ainative.aikit.autoconfigure;

import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is left to load when the first reader asks, in a process of its own: of an
 * application that a readiness probe has asked before, as one in front of readers is.
 */
class FirstRequestTests {

	private static final String LOADED = "classes ";

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	@Timeout(180)
	void aWarmApplicationHasLoadedMostClasses(WebApplicationType type) throws Exception {
		try (FakeProvider provider = FakeProvider.answering(FakeProvider.HELLO)) {
			int cold = classesOfFirstRequest(type, provider, false);
			int warm = classesOfFirstRequest(type, provider, true);
			assertThat(warm).isLessThan(cold / 3);
			assertThat(provider.calls()).hasSize(2);
		}
	}

	private static int classesOfFirstRequest(WebApplicationType type, FakeProvider provider, boolean warm)
			throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), "-Xmx256m",
				"-XX:TieredStopAtLevel=1", FirstRequestTests.class.getName(), type.name(), provider.endpoint(),
				String.valueOf(warm))
			.redirectErrorStream(true)
			.start();
		try {
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
			return output.lines()
				.filter((line) -> line.startsWith(LOADED))
				.map((line) -> Integer.parseInt(line.substring(LOADED.length())))
				.findFirst()
				.orElseThrow(() -> new AssertionError(output));
		}
		finally {
			process.destroyForcibly();
		}
	}

	/** In a process of its own. */
	public static void main(String[] arguments) throws Exception {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.valueOf(arguments[0]))
			.properties("server.port=0", "spring.main.banner-mode=off", "ai-kit.stream.provider=openai",
					"ai-kit.stream.api-key=key", "ai-kit.stream.endpoint=" + arguments[1],
					"ai-kit.stream.warm=" + arguments[2], "spring.data.redis.repositories.enabled=false")
			.run()) {
			String server = "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
			assertThat(read(server + "/ready")).isEqualTo("yes");
			long before = ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount();
			assertThat(read(server + "/chat")).contains("Hel", "lo", "complete");
			System.out
				.println(LOADED + (ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount() - before));
		}
	}

	private static String read(String address) throws Exception {
		HttpURLConnection connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
		try (InputStream body = connection.getInputStream()) {
			return new String(body.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ChatController chatController(AIStream aiStream, StreamingResponses responses) {
			return new ChatController(aiStream, responses);
		}

	}

	@RestController
	static final class ChatController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		ChatController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@GetMapping("/ready")
		String ready() {
			return "yes";
		}

		@GetMapping("/chat")
		StreamingResponse chat() {
			return this.responses.from(this.aiStream.stream("Hi"));
		}

	}

}
