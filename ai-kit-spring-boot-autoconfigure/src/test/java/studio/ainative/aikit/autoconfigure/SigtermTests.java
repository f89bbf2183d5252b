package studio.ainative.aikit.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A process that is told to stop while a hundred answers run.
 */
class SigtermTests {

	/** Long enough for a machine that has much else to do. */
	private static final Duration DRAIN = Duration.ofSeconds(5);

	/** Stock Spring Boot waits for 30 seconds. */
	private static final Duration SOON = DRAIN.plusSeconds(15);

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static final int SILENT = 49;

	private static final int BRIEF = 50;

	@ParameterizedTest
	@CsvSource({ "SERVLET, graceful", "SERVLET, immediate", "REACTIVE, graceful", "REACTIVE, immediate" })
	void isOverSoonAfterTheDrain(WebApplicationType type, String shutdown) throws Exception {
		Process process = start(type, shutdown);
		List<SseReader> readers = new ArrayList<>();
		try {
			int port = port(process);
			if (type == WebApplicationType.REACTIVE || shutdown.equals("immediate")) {
				// Else Tomcat waits, until its own timeout, for whoever doesn't read
				readers.add(SseReader.getNarrowly(port, "/flood"));
			}
			List<SseReader> silent = open(port, "/silent", SILENT, readers);
			List<SseReader> brief = open(port, "/brief", BRIEF, readers);
			long begun = System.nanoTime();
			process.destroy();
			await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(20)).until(() -> isRefused(port));
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(DRAIN);
			for (SseReader reader : brief) {
				assertThat(reader.readAll()).contains("\"index\":14}").endsWith("\"outcome\":\"complete\"}\n\n");
			}
			for (SseReader reader : silent) {
				// The last event; a server that stops at once may cut off what HTTP adds
				// to it
				assertThat(reader.readUntil("\"outcome\":\"error\"}\n\n")).contains("\"code\":\"SERVER_SHUTDOWN\"");
			}
			assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(DRAIN, SOON);
		}
		finally {
			process.destroyForcibly();
			for (SseReader reader : readers) {
				reader.close();
			}
		}
	}

	private static List<SseReader> open(int port, String path, int count, List<SseReader> all) throws IOException {
		List<SseReader> readers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			SseReader reader = SseReader.get(port, path);
			readers.add(reader);
			all.add(reader);
		}
		for (SseReader reader : readers) {
			reader.readUntil("\n\n");
		}
		return readers;
	}

	/** An answer that came through anyway has no such code. */
	private static boolean isRefused(int port) throws IOException {
		try (SseReader reader = SseReader.get(port, "/instant")) {
			return reader.readAll().contains("SERVER_SHUTDOWN");
		}
		catch (ConnectException ex) {
			return true;
		}
	}

	private static Process start(WebApplicationType type, String shutdown) throws IOException {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classPath, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", ChatServer.class.getName(), type.name(),
				"server.shutdown=" + shutdown, "ai-kit.response.drain-timeout=" + DRAIN.toSeconds() + "s")
			.redirectErrorStream(true)
			.start();
		return process;
	}

	/** Read what the process says, until it says where it listens. */
	private static int port(Process process) throws IOException {
		BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		StringBuilder said = new StringBuilder();
		String line = output.readLine();
		while (line != null) {
			if (line.startsWith("port ")) {
				return Integer.parseInt(line.substring("port ".length()));
			}
			said.append(line).append('\n');
			line = output.readLine();
		}
		throw new IOException("The process did not start:\n" + said);
	}

}
