package studio.ainative.aikit.benchmarks.jmh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

import studio.ainative.aikit.benchmarks.harness.Payloads;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.server.FrameSource;
import studio.ainative.aikit.server.ReaderRequest;
import studio.ainative.aikit.server.ResumeOptions;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * From a source to its reader's bytes: nanoseconds a token of an answer that is not kept,
 * and of one that is kept in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Answer.TOKENS)
@Fork(value = 2, jvmArgsAppend = { "-Xms512m", "-Xmx512m", "-XX:+UseG1GC" })
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KeepBenchmark {

	/** As many answers are there at once as relays of 64 streams keep in a second. */
	private static final int ANSWERS = 300;

	/** As much as is written at once. */
	private static final int ENOUGH = 16 * 1024;

	/** As many events come at once, as from one read. */
	private static final int READ = 64;

	private final OutputStream nowhere = OutputStream.nullOutputStream();

	private final byte[][] tokens = Arrays.stream(Payloads.tokens(Answer.TOKENS))
		.map((token) -> token.getBytes(StandardCharsets.UTF_8))
		.toArray(byte[][]::new);

	/** Whether answers are kept. */
	@Param({ "NOTHING", "MEMORY" })
	@SuppressWarnings("NullAway.Init") // Set by JMH
	public Kept kept;

	@SuppressWarnings("NullAway.Init") // Set in setUp
	private StreamingResponses responses;

	/** Build the factory. */
	@Setup
	public void setUp() {
		StreamingResponses.Builder builder = StreamingResponses.builder(StreamingOptions.defaults());
		if (this.kept == Kept.MEMORY) {
			builder.resume(new InMemoryAnswerLog(new InMemoryAnswerLog.MemoryBounds(ANSWERS, 8L << 20, 256L << 20)),
					ResumeOptions.defaults());
		}
		this.responses = builder.build();
	}

	/** Stop the factory's timer. */
	@TearDown
	public void tearDown() {
		this.responses.close();
	}

	/**
	 * Write an answer.
	 * @throws IOException never
	 */
	@Benchmark
	public void answer() throws IOException {
		TokenSource source = new TokenSource();
		SseEncoder encoder = new SseEncoder();
		FrameSource frames = this.responses.from(source).frames();
		if (!frames.isPrepared()) {
			frames.prepare(Nobody.INSTANCE).block();
		}
		frames.open(() -> {
		});
		frames.connect(Context.empty());
		take(frames, encoder);
		while (!frames.isDrained()) {
			source.read();
			take(frames, encoder);
		}
	}

	private void take(FrameSource frames, SseEncoder encoder) throws IOException {
		while (frames.drainTo(encoder, ENOUGH)) {
			encoder.drainTo(this.nowhere);
		}
		frames.written();
	}

	/**
	 * Whether answers are kept.
	 */
	public enum Kept {

		/** They are not. */
		NOTHING,

		/** In this process's memory, for as long as there is room. */
		MEMORY

	}

	/**
	 * Makes tokens as they would come from the network: some at once, as often as asked.
	 */
	private final class TokenSource extends Flux<StreamEvent> implements Subscription {

		private @Nullable CoreSubscriber<? super StreamEvent> subscriber;

		private long requested;

		private int next;

		@Override
		public void subscribe(CoreSubscriber<? super StreamEvent> actual) {
			this.subscriber = actual;
			actual.onSubscribe(this);
		}

		void read() {
			CoreSubscriber<? super StreamEvent> subscriber = this.subscriber;
			for (int i = 0; i < READ && subscriber != null && this.requested > 0; i++) {
				this.requested--;
				subscriber.onNext(new StreamEvent.Token(
						new String(KeepBenchmark.this.tokens[this.next], StandardCharsets.UTF_8), this.next));
				if (++this.next == Answer.TOKENS) {
					this.subscriber = null;
					subscriber.onComplete();
					return;
				}
			}
		}

		@Override
		public void request(long count) {
			this.requested += count;
		}

		@Override
		public void cancel() {
			this.subscriber = null;
		}

	}

	/**
	 * Who asks.
	 */
	private enum Nobody implements ReaderRequest {

		INSTANCE;

		@Override
		public @Nullable String principal() {
			return null;
		}

		@Override
		public @Nullable String header(String name) {
			return null;
		}

		@Override
		public String fingerprint() {
			return "";
		}

	}

}
