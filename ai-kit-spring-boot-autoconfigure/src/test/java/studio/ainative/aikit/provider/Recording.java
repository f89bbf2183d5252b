package studio.ainative.aikit.provider;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;

/**
 * A provider's answer as it stands in a file: {@code name.sse} holds the bytes,
 * {@code name.txt} what they mean.
 */
public record Recording(String body, List<Frame> frames, String meaning) {

	public static Recording of(Class<?> neighbour, String name) {
		String body = read(neighbour, name + ".sse");
		return new Recording(body, frames(body), read(neighbour, name + ".txt"));
	}

	/**
	 * The names of all answers of a provider. Two formats share a package, so one of them
	 * has a folder of its own in it.
	 */
	public static List<String> names(Provider provider) {
		String folder = provider.name().equals("openai-responses") ? "responses/" : "";
		URL one = Objects.requireNonNull(provider.getClass().getResource(folder + "cut.sse"));
		return Arrays.stream(Objects.requireNonNull(new File(URI.create(one.toString()).resolve(".")).list()))
			.filter((name) -> name.endsWith(".sse"))
			.map((name) -> folder + name.substring(0, name.length() - ".sse".length()))
			.sorted()
			.toList();
	}

	/**
	 * Feed a new adapter and tell what came out of it.
	 */
	public String replay(Function<StreamEventSink, ? extends ProviderAdapter> adapters) {
		List<StreamEvent> events = new ArrayList<>();
		ProviderAdapter adapter = adapters.apply(events::add);
		this.frames.forEach((frame) -> frame.feed(adapter));
		boolean complete = adapter.isComplete();
		adapter.finish();
		adapter.finish();
		return EventText.of(events) + (complete ? "whole" : "not whole") + (adapter.isTerminated() ? ", ended" : "")
				+ ((adapter.error() != null) ? ", error " + adapter.error().word() : "") + "\n";
	}

	/**
	 * What came out of it besides the last line, which tells the adapter's state.
	 */
	public String events() {
		return this.meaning.substring(0, this.meaning.lastIndexOf('\n', this.meaning.length() - 2) + 1);
	}

	public List<String> payloads() {
		return this.frames.stream().map(Frame::data).toList();
	}

	private static List<Frame> frames(String body) {
		List<Frame> frames = new ArrayList<>();
		for (String block : body.split("\n\n", -1)) {
			String event = "message";
			String data = null;
			for (String line : block.lines().toList()) {
				if (line.startsWith("event: ")) {
					event = line.substring("event: ".length());
				}
				if (line.startsWith("data: ")) {
					data = line.substring("data: ".length());
				}
			}
			if (data != null) {
				frames.add(new Frame(event, data));
			}
		}
		return frames;
	}

	private static String read(Class<?> neighbour, String file) {
		try (InputStream stream = Objects.requireNonNull(neighbour.getResourceAsStream(file), file)) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * One server-sent event.
	 */
	public record Frame(String event, String data) {

		public void feed(ProviderAdapter adapter) {
			byte[] bytes = this.data.getBytes(StandardCharsets.UTF_8);
			// In the middle of other bytes, as in a decoder's buffer.
			byte[] array = new byte[bytes.length + 6];
			Arrays.fill(array, (byte) '"');
			System.arraycopy(bytes, 0, array, 3, bytes.length);
			adapter.processChunk(this.event, array, 3, bytes.length);
		}

	}

}
