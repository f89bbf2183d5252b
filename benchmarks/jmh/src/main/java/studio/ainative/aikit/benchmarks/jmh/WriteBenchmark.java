package studio.ainative.aikit.benchmarks.jmh;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.benchmarks.harness.Payloads;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.agui.AgUiWireFormat;
import studio.ainative.aikit.format.aikit.AiKitWireFormat;
import studio.ainative.aikit.format.openai.OpenAiWireFormat;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * From events to the reader's bytes: nanoseconds a token.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Answer.TOKENS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WriteBenchmark {

	/** So many bytes are collected before they are written. */
	private static final int ENOUGH = 8 * 1024;

	private static final Opening OPENING = new Opening("7a2f", Instant.EPOCH);

	private final WireFormat format = new AiKitWireFormat(new JsonMapper());

	private final WireFormat openAi = new OpenAiWireFormat("fast", true);

	private final WireFormat agUi = new AgUiWireFormat("thread", "run");

	private final WireFormat uiMessages = new UiMessageFormat(new JsonMapper());

	private final OutputStream nowhere = OutputStream.nullOutputStream();

	private final StreamEvent[] events = new StreamEvent[Answer.TOKENS];

	private final String[] data = new String[Answer.TOKENS];

	/** Make the events. */
	public WriteBenchmark() {
		String[] tokens = Payloads.tokens(Answer.TOKENS);
		for (int i = 0; i < Answer.TOKENS; i++) {
			this.events[i] = new StreamEvent.Token(tokens[i], i);
			this.data[i] = "{\"token\":\"" + i + "\"}";
		}
	}

	/**
	 * Events to bytes, in AI Kit's format.
	 * @throws IOException never
	 */
	@Benchmark
	public void encodeEvents() throws IOException {
		encode(this.format);
	}

	/**
	 * Events to bytes, as OpenAI's chunks.
	 * @throws IOException never
	 */
	@Benchmark
	public void encodeOpenAi() throws IOException {
		encode(this.openAi);
	}

	/**
	 * Events to bytes, as AG-UI's events.
	 * @throws IOException never
	 */
	@Benchmark
	public void encodeAgUi() throws IOException {
		encode(this.agUi);
	}

	/**
	 * Events to bytes, in the UI message stream.
	 * @throws IOException never
	 */
	@Benchmark
	public void encodeUiMessages() throws IOException {
		encode(this.uiMessages);
	}

	/**
	 * Data that is JSON already to bytes.
	 * @throws IOException never
	 */
	@Benchmark
	public void encodeFrames() throws IOException {
		SseEncoder encoder = new SseEncoder();
		for (String json : this.data) {
			encoder.append("token", "1", json);
			drain(encoder, ENOUGH);
		}
		drain(encoder, 1);
	}

	private void encode(WireFormat wireFormat) throws IOException {
		WireFormat.Encoder format = wireFormat.encoder();
		SseEncoder encoder = new SseEncoder();
		format.start(OPENING, (frame) -> frame.appendTo(encoder));
		long number = 0;
		for (StreamEvent event : this.events) {
			format.event(event, ++number, encoder);
			drain(encoder, ENOUGH);
		}
		drain(encoder, 1);
	}

	private void drain(SseEncoder encoder, int enough) throws IOException {
		if (encoder.size() >= enough) {
			encoder.drainTo(this.nowhere);
		}
	}

}
