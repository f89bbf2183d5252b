package studio.ainative.aikit.server;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

import org.springframework.web.server.ResponseStatusException;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog.MemoryBounds;
import studio.ainative.aikit.sse.SseEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static studio.ainative.aikit.server.Answers.NOON;

/**
 * Answers that belong to the application, in virtual time and without a web stack.
 */
class KeptAnswerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final InMemoryAnswerLog log = new InMemoryAnswerLog(MemoryBounds.defaults());

	private final TestPublisher<StreamEvent> source = TestPublisher.create();

	private @Nullable StreamingResponses made;

	@AfterEach
	void close() {
		if (this.made != null) {
			this.made.close();
		}
	}

	@Test
	void cancelsAnOrphanAtItsTimeAndNotBefore() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		Reader reader = new Reader(responses.from(this.source.flux()));
		this.source.next(new Token("a", 0));
		reader.leave();
		pass(Duration.ofMillis(29_900));
		this.source.assertNotCancelled();
		pass(Duration.ofMillis(600));
		this.source.assertCancelled();
		Reader late = new Reader(responses.resume(reader.id(), null));
		assertThat(late.text()).contains("\"token\":\"a\"").endsWith("\"outcome\":\"abandoned\"}\n\n");
		assertThat(late.isDrained()).isTrue();
		assertThat(responses.keptAnswers()).isZero();
	}

	@Test
	void keepsAnOrphanWhoseReaderCameBack() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		Reader reader = new Reader(responses.from(this.source.flux()));
		reader.leave();
		pass(Duration.ofSeconds(29));
		Reader again = new Reader(responses.resume(reader.id(), "0"));
		pass(Duration.ofMinutes(10));
		this.source.assertNotCancelled();
		again.leave();
		pass(Duration.ofMillis(29_900));
		this.source.assertNotCancelled();
		pass(Duration.ofMillis(600));
		this.source.assertCancelled();
	}

	@Test
	void keepsAnOrphanOneOfWhoseReadersStays() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		Reader first = new Reader(responses.from(this.source.flux()));
		Reader second = new Reader(responses.resume(first.id(), null));
		first.leave();
		pass(Duration.ofMinutes(10));
		this.source.next(new Token("a", 0));
		assertThat(second.text()).contains("\"token\":\"a\"");
		second.leave();
		pass(Duration.ofSeconds(31));
		this.source.assertCancelled();
	}

	@Test
	void cancelsAnOrphanAtOnceOrNeverWhereAsked() {
		StreamingResponses atOnce = responses(ResumeOptions.defaults().withOrphanTimeout(Duration.ZERO));
		new Reader(atOnce.from(this.source.flux())).leave();
		this.source.assertCancelled();
		TestPublisher<StreamEvent> other = TestPublisher.create();
		StreamingResponses never = responses(ResumeOptions.defaults().withOrphanTimeout(null));
		Reader reader = new Reader(never.from(other.flux()));
		reader.leave();
		pass(Duration.ofDays(1));
		other.assertNotCancelled();
		other.next(new Token("a", 0));
		other.complete();
		assertThat(new Reader(never.resume(reader.id(), null)).text()).endsWith("\"outcome\":\"complete\"}\n\n");
	}

	@Test
	void goesOnWithoutAReaderWhoLeftWithTheFirstFrame() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		StreamingResponse response = responses.from(this.source.flux());
		response.frames().prepare(new AnonymousRequest()).block(TIMEOUT);
		Frames.of(response).leave();
		this.source.next(new Token("a", 0));
		pass(Duration.ofMillis(29_900));
		this.source.assertNotCancelled();
		String id = response.frames().headers(false).get(StreamingResponses.STREAM_ID_HEADER);
		assertThat(new Reader(responses.resume(id, null)).text()).contains("\"token\":\"a\"").doesNotContain("outcome");
	}

	@Test
	void beginsNothingForAReaderWhoWantsHeadersOnly() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		FrameSource frames = responses.from(this.source.flux()).frames();
		frames.prepare(new AnonymousRequest()).block(TIMEOUT);
		frames.discard();
		this.source.assertWasNotSubscribed();
		assertThat(responses.keptAnswers()).isZero();
	}

	@Test
	void letsNoReaderWaitForASlowOne() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		AtomicLong asked = new AtomicLong();
		Sinks.Many<StreamEvent> sink = Sinks.many().unicast().onBackpressureBuffer();
		Reader slow = new Reader(responses.from(sink.asFlux().doOnRequest(asked::addAndGet)));
		List<Reader> quick = IntStream.range(0, 50)
			.mapToObj((i) -> new Reader(responses.resume(slow.id(), null)))
			.toList();
		for (int i = 0; i < 10_000; i++) {
			sink.tryEmitNext(new Token("t" + i, i)).orThrow();
			if (i % 100 == 0) {
				quick.forEach(Reader::text);
			}
		}
		sink.tryEmitComplete().orThrow();
		for (Reader reader : quick) {
			assertThat(reader.text()).endsWith("\"outcome\":\"complete\"}\n\n");
			assertThat(reader.isDrained()).isTrue();
		}
		// What waits for the slow one beside the answer itself is bounded
		assertThat(slow.waiting()).isLessThanOrEqualTo(StreamingOptions.DEFAULT_BUFFER_SIZE);
		String all = slow.text();
		assertThat(all).contains("\"token\":\"t9999\"").endsWith("\"outcome\":\"complete\"}\n\n");
		assertThat(all.split("event: token\n", -1)).hasSize(10_001);
	}

	@Test
	void tellsAReaderOnceOfWhatComesUntilItLooks() {
		AtomicInteger told = new AtomicInteger();
		FrameSource frames = responses(ResumeOptions.defaults()).from(this.source.flux()).frames();
		frames.prepare(new AnonymousRequest()).block(TIMEOUT);
		frames.open(told::incrementAndGet);
		frames.connect(Context.empty());
		taken(frames);
		told.set(0);
		for (int i = 0; i < 50; i++) {
			this.source.next(new Token("t" + i, i));
		}
		assertThat(told).hasValue(1);
		assertThat(taken(frames)).contains("\"t0\"", "\"t49\"");
		told.set(0);
		this.source.next(new Token("t50", 50));
		assertThat(told).hasValue(1);
		assertThat(taken(frames)).contains("\"t50\"").doesNotContain("\"t49\"");
		this.source.next(new Token("t51", 51), new Token("t52", 52));
		this.source.complete();
		assertThat(taken(frames)).contains("\"t51\"", "\"t52\"", "\"outcome\":\"complete\"");
		assertThat(frames.isDrained()).isTrue();
	}

	/** Each token waits for the reader to have nothing, or for the one before. */
	@Test
	void leavesNoTokenBetweenASourceAndAReaderWhoLooks() throws InterruptedException {
		Semaphore told = new Semaphore(0);
		AtomicInteger read = new AtomicInteger();
		FrameSource frames = responses(ResumeOptions.defaults()).from(this.source.flux()).frames();
		frames.prepare(new AnonymousRequest()).block(TIMEOUT);
		frames.open(told::release);
		frames.connect(Context.empty());
		taken(frames);
		Thread speaker = new Thread(() -> {
			for (int i = 0; i < 6_000; i++) {
				this.source.next(new Token("t", i));
				while (i % 3 == 0 && read.get() <= i && !Thread.currentThread().isInterrupted()) {
					Thread.onSpinWait();
				}
			}
			this.source.complete();
		});
		speaker.start();
		try {
			while (!frames.isDrained()) {
				assertThat(told.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
				read.addAndGet(taken(frames).split("event: token\n", -1).length - 1);
			}
		}
		finally {
			speaker.interrupt();
		}
		assertThat(read).hasValue(6_000);
	}

	private static String taken(FrameSource frames) {
		SseEncoder encoder = new SseEncoder();
		while (frames.drainTo(encoder, Integer.MAX_VALUE)) {
			Thread.onSpinWait();
		}
		frames.written();
		return new String(encoder.drain(), StandardCharsets.UTF_8);
	}

	@Test
	void slowsTheSourceOfAnAnswerThatIsNoLongerKept() {
		StreamingResponses responses = responses(ResumeOptions.defaults().withMaxAnswerSize(1000));
		AtomicInteger made = new AtomicInteger();
		Flux<StreamEvent> many = Flux.range(0, 20_000)
			.map((i) -> (StreamEvent) new Token("t", i))
			.doOnNext((event) -> made.incrementAndGet());
		Reader reader = new Reader(responses.from(many));
		assertThat(made.get()).isLessThan(StreamingOptions.DEFAULT_BUFFER_SIZE + 3 * EventPipe.PREFETCH);
		assertThatExceptionOfType(ResponseStatusException.class)
			.isThrownBy(() -> new Reader(responses.resume(reader.id(), null)))
			.satisfies((ex) -> assertThat(ex.getStatusCode().value()).isEqualTo(410));
		assertThat(reader.text()).contains("{\"resumable\":false}").endsWith("\"outcome\":\"complete\"}\n\n");
		assertThat(made).hasValue(20_000);
		assertThat(responses.keptAnswers()).isZero();
		assertThat(this.log.status(reader.id()).blockOptional(TIMEOUT)).isEmpty();
	}

	@Test
	void cancelsAnAnswerThatIsNoLongerKeptWithItsLastReader() {
		StreamingResponses responses = responses(ResumeOptions.defaults().withMaxAnswerSize(100));
		Reader reader = new Reader(responses.from(this.source.flux()));
		this.source.next(new Token("x".repeat(100), 0));
		reader.leave();
		this.source.assertCancelled();
		assertThat(responses.keptAnswers()).isZero();
	}

	@Test
	void givesAReaderWhoComesBackASmallFirstWrite() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		Reader reader = new Reader(responses.from(this.source.flux()));
		this.source.next(new Metadata(Map.of("document", "x".repeat(5000))));
		Reader again = new Reader(responses.resume(reader.id(), "0"));
		assertThat(again.first()).isEqualTo(": resumed\n\n");
		Reader whole = new Reader(responses.resume(reader.id(), null));
		assertThat(whole.first().length()).isLessThan(512);
		assertThat(whole.text()).hasSizeGreaterThan(5000);
	}

	@Test
	void givesFormatsThatCantGoOnTheWholeAnswer() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		Reader reader = new Reader(responses.from(this.source.flux()));
		this.source.next(new Token("a", 0), new Token("b", 1));
		StreamingOptions options = responses.options().withFormat(new WholeFormat());
		assertThat(new Reader(responses.resume(reader.id(), "1", options)).all())
			.isEqualTo(": resumed\n\ndata: start " + reader.id() + "\n\ndata: 1 a\n\ndata: 2 b\n\n");
	}

	@Test
	void endsAnAnswerForAllIfTheApplicationDoes() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		StreamingResponse response = responses.from(this.source.flux());
		Reader reader = new Reader(response);
		Reader second = new Reader(responses.resume(reader.id(), null));
		response.abort();
		this.source.assertCancelled();
		assertThat(reader.text()).contains("\"code\":\"ABORTED\"").endsWith("\"outcome\":\"error\"}\n\n");
		assertThat(second.text()).contains("\"code\":\"ABORTED\"").endsWith("\"outcome\":\"error\"}\n\n");
	}

	@Test
	void endsAnAnswerWhoseSourceFails() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		Reader reader = new Reader(responses.from(this.source.flux()));
		reader.leave();
		this.source.error(new IllegalStateException("secret"));
		assertThat(new Reader(responses.resume(reader.id(), null)).all()).contains("\"code\":\"INTERNAL_ERROR\"")
			.doesNotContain("secret")
			.endsWith("\"outcome\":\"error\"}\n\n");
	}

	@Test
	void refusesToReadAgainWhatTheControllerDoesNotReturn() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		assertThatIllegalStateException().isThrownBy(() -> Frames.of(responses.resume("x", null)))
			.withMessage("A response that reads an answer again must be returned by the controller as it is");
		StreamingResponses plain = new StreamingResponses(StreamingOptions.defaults());
		assertThatIllegalStateException().isThrownBy(() -> plain.resume("x", null))
			.withMessageStartingWith("Answers are not kept: set 'ai-kit.response.resume.enabled' to true");
		assertThatIllegalStateException().isThrownBy(() -> plain.stop("x"));
	}

	@Test
	void neverUsesAnIdAgain() {
		StreamingResponses responses = responses(ResumeOptions.defaults());
		assertThat(IntStream.range(0, 1000).mapToObj((i) -> new Reader(responses.from(Flux.empty())).id()).distinct())
			.hasSize(1000)
			.allMatch((id) -> id.matches("[0-9a-f]{32}"));
	}

	private StreamingResponses responses(ResumeOptions options) {
		this.made = StreamingResponses.builder(StreamingOptions.defaults())
			.clock(Clock.fixed(NOON, ZoneOffset.UTC))
			.executor(Runnable::run)
			.heartbeats(new HeartbeatTimer(() -> this.time, () -> this.time.now(TimeUnit.NANOSECONDS)))
			.resume(this.log, options)
			.build();
		return this.made;
	}

	private void pass(Duration duration) {
		this.time.advanceTimeBy(duration);
	}

	/**
	 * Reads a response as the stacks do, when the test says so.
	 */
	private static final class Reader {

		private final EventPipe pipe;

		private final Frames frames;

		private final String first;

		Reader(StreamingResponse response) {
			this.pipe = (EventPipe) response.frames();
			this.pipe.prepare(new AnonymousRequest()).block(TIMEOUT);
			this.frames = Frames.of(response);
			this.first = this.frames.text();
		}

		String id() {
			return this.pipe.headers(false).getOrDefault("AI-Kit-Stream-Id", "");
		}

		/** What was to be read before anything of the answer. */
		String first() {
			return this.first;
		}

		/** What has come since the last look. */
		String text() {
			StringBuilder all = new StringBuilder();
			String next = this.frames.text();
			while (!next.isEmpty()) {
				all.append(next);
				next = this.frames.text();
			}
			return all.toString();
		}

		String all() {
			return this.first + text();
		}

		int waiting() {
			return StreamingOptions.DEFAULT_BUFFER_SIZE - this.pipe.queue().room();
		}

		boolean isDrained() {
			return this.frames.isDrained();
		}

		void leave() {
			this.frames.leave();
		}

	}

}
