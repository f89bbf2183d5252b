package studio.ainative.aikit.benchmarks.jmh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;

import studio.ainative.aikit.benchmarks.harness.Format;
import studio.ainative.aikit.benchmarks.harness.Payloads;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.ProviderAdapter;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.sse.SseDecoder;
import studio.ainative.aikit.sse.SseFrame;

/**
 * An answer as it comes from the network, and the chunks in it.
 */
@State(Scope.Benchmark)
public class Answer {

	/** How many tokens it has. */
	public static final int TOKENS = 2000;

	/** As much as one read brings when much is there. */
	private static final int READ = 16 * 1024;

	private static final int MAX_EVENT_SIZE = 4 * 1024 * 1024;

	/** The format it is in. */
	@Param({ "OPENAI", "RESPONSES", "ANTHROPIC", "AIKIT" })
	@SuppressWarnings("NullAway.Init") // Set by JMH
	public Format format;

	private final List<byte[]> reads = new ArrayList<>();

	private final List<Chunk> chunks = new ArrayList<>();

	@SuppressWarnings("NullAway.Init") // Set in setUp
	private Provider provider;

	/** Make the answer, and see that it is read as it was meant. */
	@Setup
	public void setUp() {
		byte[] body = Payloads.body(this.format, TOKENS);
		for (int start = 0; start < body.length; start += READ) {
			this.reads.add(Arrays.copyOfRange(body, start, Math.min(body.length, start + READ)));
		}
		this.provider = switch (this.format) {
			case OPENAI -> new OpenAIProvider();
			case RESPONSES -> new OpenAIResponsesProvider();
			case ANTHROPIC -> new AnthropicProvider();
			case AIKIT -> new AiKitProvider();
		};
		decode((frame) -> this.chunks.add(new Chunk(frame.event(),
				Arrays.copyOfRange(frame.array(), frame.offset(), frame.offset() + frame.length()))));
		StringBuilder text = new StringBuilder();
		adapt((event) -> {
			if (event instanceof StreamEvent.Token token) {
				text.append(token.text());
			}
		});
		if (!text.toString().equals(Payloads.text(TOKENS))) {
			throw new IllegalStateException("Another text: " + text);
		}
	}

	void decode(Consumer<SseFrame> frames) {
		SseDecoder decoder = new SseDecoder(MAX_EVENT_SIZE);
		for (byte[] read : this.reads) {
			DataBuffer buffer = DefaultDataBufferFactory.sharedInstance.wrap(read);
			decoder.decode(buffer, frames);
		}
	}

	/** The answer's body, read by read. */
	Flux<DataBuffer> body() {
		return Flux.fromIterable(this.reads).map(DefaultDataBufferFactory.sharedInstance::wrap);
	}

	Provider provider() {
		return this.provider;
	}

	void adapt(Consumer<StreamEvent> events) {
		ProviderAdapter adapter = this.provider.adapter(events::accept);
		for (Chunk chunk : this.chunks) {
			adapter.processChunk(chunk.event, chunk.data, 0, chunk.data.length);
		}
	}

	void read(Consumer<StreamEvent> events) {
		ProviderAdapter adapter = this.provider.adapter(events::accept);
		decode((frame) -> adapter.processChunk(frame.event(), frame.array(), frame.offset(), frame.length()));
	}

	private static final class Chunk {

		private final String event;

		private final byte[] data;

		Chunk(String event, byte[] data) {
			this.event = event;
			this.data = data;
		}

	}

}
