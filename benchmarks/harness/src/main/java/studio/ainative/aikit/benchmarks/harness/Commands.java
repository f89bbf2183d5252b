package studio.ainative.aikit.benchmarks.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * How a process of the benchmarks is told what to do: a line on its standard input, one
 * answered after another with a line on its standard output. The process ends at once
 * when its input does, so it can't outlive the one that started it.
 */
final class Commands {

	private final Map<String, Command> commands = new HashMap<>();

	private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

	private final PrintStream output;

	Commands() {
		this.output = System.out;
		// What a library prints must not be taken for an answer
		System.setOut(System.err);
		Thread reader = new Thread(this::read, "commands");
		reader.setDaemon(true);
		reader.start();
	}

	Commands on(String name, Command command) {
		this.commands.put(name, command);
		return this;
	}

	/**
	 * Say that the process is ready and obey until the input ends.
	 * @param facts what to say of this process
	 * @throws InterruptedException if interrupted
	 */
	void serve(String facts) throws InterruptedException {
		say("ready " + facts);
		while (true) {
			String[] words = this.lines.take().split(" ");
			try {
				Command command = this.commands.get(words[0]);
				if (command == null) {
					throw new IllegalArgumentException("unknown command " + words[0]);
				}
				say("ok " + command.run(words));
			}
			catch (Exception | LinkageError ex) {
				ex.printStackTrace();
				say("failed " + ex.toString().replaceAll("\\s+", " "));
			}
		}
	}

	private void say(String line) {
		this.output.println(line);
		this.output.flush();
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				this.lines.add(line);
			}
		}
		catch (IOException ex) {
			// The same as its end
		}
		Runtime.getRuntime().halt(0);
	}

	/**
	 * Obeys one kind of line.
	 */
	interface Command {

		/**
		 * Obey.
		 * @param words the line
		 * @return the answer, facts as {@code name=value}
		 * @throws Exception if it fails; the process goes on
		 */
		String run(String[] words) throws Exception;

	}

}
