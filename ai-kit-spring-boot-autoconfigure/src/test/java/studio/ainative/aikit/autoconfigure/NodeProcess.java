package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

import static org.awaitility.Awaitility.await;

/**
 * A node of an application, on Tomcat or on Netty, in a process of its own that can be
 * killed.
 */
final class NodeProcess implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofMinutes(3);

	private static final String PORT = "port ";

	private final WebApplicationType type;

	private final Process process;

	private final Path output;

	private int port;

	private NodeProcess(WebApplicationType type, Process process, Path output) {
		this.type = type;
		this.process = process;
		this.output = output;
	}

	/** Launch a node, which is not up yet. */
	static NodeProcess launch(WebApplicationType type, String... properties) throws IOException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath, "-Xmx256m",
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", NodeProcess.class.getName(), type.name()));
		command.addAll(Arrays.asList(properties));
		Path output = Files.createTempFile("node", ".log");
		return new NodeProcess(type,
				new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start(), output);
	}

	/** In a process of its own, until a signal comes. */
	public static void main(String[] arguments) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.valueOf(arguments[0]))
			.properties(Stream.concat(
					Stream.of("server.port=0", "spring.main.banner-mode=off", "ai-kit.stream.provider=openai",
							"ai-kit.stream.api-key=key", "ai-kit.response.resume.enabled=true",
							"ai-kit.response.resume.store=redis", "spring.data.redis.repositories.enabled=false"),
					Arrays.stream(arguments).skip(1))
				.toArray(String[]::new))
			.run();
		endWithTheTest();
		System.out.println(PORT + context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	/** However that ends: its end of the pipe is closed then. */
	private static void endWithTheTest() {
		Thread watch = new Thread(() -> {
			try {
				System.in.transferTo(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				// As below
			}
			Runtime.getRuntime().halt(1);
		}, "watch");
		watch.setDaemon(true);
		watch.start();
	}

	NodeProcess awaitUp() throws IOException {
		await().atMost(TIMEOUT)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> output().contains("\n" + PORT) || !this.process.isAlive());
		if (!this.process.isAlive()) {
			throw new IllegalStateException("The node does not start:\n" + output());
		}
		this.port = output().lines()
			.filter((line) -> line.startsWith(PORT))
			.map((line) -> Integer.parseInt(line.substring(PORT.length())))
			.findFirst()
			.orElseThrow();
		return this;
	}

	WebApplicationType type() {
		return this.type;
	}

	int port() {
		return this.port;
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	/** As {@code kill -9} does. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		this.process.waitFor();
	}

	/** As {@code kill} does, which leaves the node its time to end. */
	void terminate() {
		// Process.destroy() would close the pipe, at which the node ends at once
		this.process.toHandle().destroy();
	}

	void awaitExit() throws InterruptedException {
		if (!this.process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
			throw new IllegalStateException("The node does not end");
		}
	}

	/** What it has said. */
	String output() throws IOException {
		return Files.readString(this.output, StandardCharsets.UTF_8);
	}

	@Override
	public void close() throws IOException {
		this.process.destroyForcibly();
		Files.deleteIfExists(this.output);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ChatController chatController(AIStream aiStream, StreamingResponses responses) {
			return new ChatController(aiStream, responses);
		}

	}

	/**
	 * The same on both stacks.
	 */
	@RestController
	static final class ChatController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		ChatController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@PostMapping("/chat")
		StreamingResponse chat(@RequestBody String question) {
			return this.responses.from(this.aiStream.stream(question));
		}

	}

}
