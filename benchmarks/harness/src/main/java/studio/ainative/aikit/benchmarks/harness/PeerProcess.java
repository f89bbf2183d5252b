package studio.ainative.aikit.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that obeys {@link Commands}. It is killed when it does not answer in time.
 */
final class PeerProcess implements AutoCloseable {

	private static final Duration TO_START = Duration.ofSeconds(60);

	private static final Duration TO_OBEY = Duration.ofSeconds(60);

	private final String name;

	private final Process process;

	private final Writer input;

	private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

	private final Facts facts;

	/**
	 * Start a process and wait until it is ready.
	 * @param name how it is called in what is printed
	 * @param command how it is started
	 * @param logs the folder that takes its standard error
	 * @throws PeerException if it does not start in time
	 */
	PeerProcess(String name, List<String> command, Path logs) throws PeerException {
		this.name = name;
		try {
			Files.createDirectories(logs);
			this.process = new ProcessBuilder(command).redirectError(logs.resolve(name + ".log").toFile()).start();
		}
		catch (IOException ex) {
			throw new PeerException(name + " can't be started", ex);
		}
		this.input = new OutputStreamWriter(this.process.getOutputStream(), StandardCharsets.UTF_8);
		Thread reader = new Thread(this::read, name);
		reader.setDaemon(true);
		reader.start();
		this.facts = answer("start", "ready", TO_START);
	}

	String name() {
		return this.name;
	}

	/** What the process said of itself. */
	Facts facts() {
		return this.facts;
	}

	int port() {
		return (int) this.facts.number("port");
	}

	Facts ask(String line) throws PeerException {
		return ask(line, Duration.ZERO);
	}

	/**
	 * Tell the process what to do and wait for its answer.
	 * @param line what to do
	 * @param work how long that takes by itself
	 * @return the answer
	 * @throws PeerException if it fails or takes much longer
	 */
	Facts ask(String line, Duration work) throws PeerException {
		try {
			this.input.write(line + "\n");
			this.input.flush();
		}
		catch (IOException ex) {
			throw new PeerException(this.name + " has died; see its log", ex);
		}
		return answer(line, "ok", work.plus(TO_OBEY));
	}

	private Facts answer(String line, String expected, Duration limit) throws PeerException {
		Optional<String> answer;
		try {
			answer = this.answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PeerException(this.name + ": interrupted", ex);
		}
		if (answer == null || answer.isEmpty() || !answer.get().startsWith(expected)) {
			String what = (answer == null) ? "no answer in " + limit.toSeconds() + " s" : answer.orElse("it has died");
			this.process.destroyForcibly();
			throw new PeerException(this.name + ": " + line + ": " + what);
		}
		return Facts.of(answer.get());
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				// The JVM itself may print, for example that it records
				if (line.startsWith("ready") || line.startsWith("ok") || line.startsWith("failed")) {
					this.answers.add(Optional.of(line));
				}
			}
		}
		catch (IOException ex) {
			// The process was killed
		}
		this.answers.add(Optional.empty());
	}

	/** End the process: that its input ends is enough. */
	@Override
	public void close() {
		try {
			this.input.close();
			if (this.process.waitFor(5, TimeUnit.SECONDS)) {
				return;
			}
		}
		catch (IOException ex) {
			// It is dead already
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.process.destroyForcibly();
	}

	/**
	 * What a process answers: {@code name=value}, separated by spaces.
	 *
	 * @param values the values by name
	 */
	record Facts(Map<String, String> values) {

		static Facts of(String line) {
			Map<String, String> values = new HashMap<>();
			for (String word : line.split(" ", -1)) {
				int equals = word.indexOf('=');
				if (equals > 0) {
					values.put(word.substring(0, equals), word.substring(equals + 1));
				}
			}
			return new Facts(values);
		}

		String text(String name) {
			String value = this.values.get(name);
			if (value == null) {
				throw new IllegalStateException("No " + name + " in " + this.values);
			}
			return value;
		}

		double number(String name) {
			return Double.parseDouble(text(name));
		}

	}

}
