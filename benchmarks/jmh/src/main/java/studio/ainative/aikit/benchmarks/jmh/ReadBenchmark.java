package studio.ainative.aikit.benchmarks.jmh;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * From the provider's bytes to events: nanoseconds a token.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Answer.TOKENS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReadBenchmark {

	/**
	 * Bytes to frames.
	 * @param answer the answer
	 * @param blackhole takes the frames
	 */
	@Benchmark
	public void decode(Answer answer, Blackhole blackhole) {
		answer.decode((frame) -> blackhole.consume(frame.length()));
	}

	/**
	 * Chunks to events.
	 * @param answer the answer
	 * @param blackhole takes the events
	 */
	@Benchmark
	public void adapt(Answer answer, Blackhole blackhole) {
		answer.adapt(blackhole::consume);
	}

	/**
	 * Bytes to events.
	 * @param answer the answer
	 * @param blackhole takes the events
	 */
	@Benchmark
	public void decodeAndAdapt(Answer answer, Blackhole blackhole) {
		answer.read(blackhole::consume);
	}

}
