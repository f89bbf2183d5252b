package studio.ainative.aikit.benchmarks.harness;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where results go: tables to the output, each sample to {@code target/samples.csv}.
 */
final class Report {

	private final PrintStream output;

	private final Path samples;

	private boolean failed;

	Report(PrintStream output, Path samples) throws IOException {
		this.output = output;
		this.samples = samples;
		Files.createDirectories(samples.toAbsolutePath().getParent());
		Files.deleteIfExists(samples);
	}

	void print(Table table) {
		print(table.toMarkdown());
		try {
			Files.writeString(this.samples, table.toCsv(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void print(String text) {
		this.output.println(text);
		this.output.flush();
	}

	void failed(PeerException ex) {
		this.failed = true;
		print("FAILED " + ex.getMessage());
	}

	/** Whether any peer failed. */
	boolean hasFailures() {
		return this.failed;
	}

}
