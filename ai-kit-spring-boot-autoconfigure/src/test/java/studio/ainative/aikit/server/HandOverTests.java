package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog.MemoryBounds;
import studio.ainative.aikit.log.LogEntry;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Answers that are asked for in the moment in which their node begins to shut down, while
 * other nodes go on.
 */
class HandOverTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final SharedLog log = new SharedLog();

	private final StreamingResponses responses = StreamingResponses.builder(StreamingOptions.defaults())
		.resume(this.log, ResumeOptions.defaults())
		.build();

	private final TestPublisher<StreamEvent> source = TestPublisher.create();

	@AfterEach
	void close() {
		this.responses.close();
	}

	@Test
	void makesAnAnswerWhoseReaderWasLetGoBeforeItBegan() throws Exception {
		StreamingResponse response = this.responses.from(this.source.flux());
		EventPipe pipe = prepared(response).join();
		String id = pipe.headers(false).getOrDefault("AI-Kit-Stream-Id", "");
		CompletableFuture<Void> drain = beginToDrain();
		String text = Frames.of(response).text();
		assertThat(text).contains("retry: 100").doesNotContain("event: done");
		this.source.next(new Token("a", 0)).complete();
		drain.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		AnswerStatus status = this.log.status(id).block(TIMEOUT);
		assertThat(status).isNotNull();
		assertThat(status.last()).isEqualTo(1);
		assertThat(status.end()).extracting(AnswerEnd::outcome).isEqualTo(AnswerEnd.Outcome.COMPLETE);
	}

	@Test
	void leavesAnAnswerToOthersThatTheLogOpensTooLate() throws Exception {
		StreamingResponse response = this.responses.from(this.source.flux());
		Sinks.Empty<Void> slow = Sinks.empty();
		this.log.slow = slow.asMono();
		CompletableFuture<EventPipe> prepared = prepared(response);
		beginToDrain().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		slow.tryEmitEmpty().orThrow();
		EventPipe pipe = prepared.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
		assertThat(pipe.headers(false)).doesNotContainKey("AI-Kit-Stream-Id");
		assertThat(Frames.of(response).text()).contains(StreamingResponse.SERVER_SHUTDOWN);
		this.source.assertWasNotSubscribed();
		assertThat(this.log.status(this.log.opened).block(TIMEOUT)).isNull();
		assertThat(this.responses.keptAnswers()).isZero();
	}

	private static CompletableFuture<EventPipe> prepared(StreamingResponse response) {
		EventPipe pipe = (EventPipe) response.frames();
		return pipe.prepare(new AnonymousRequest()).thenReturn(pipe).toFuture();
	}

	/** By now responses are refused. */
	private CompletableFuture<Void> beginToDrain() {
		CompletableFuture<Void> drain = CompletableFuture.runAsync(this.responses::drain);
		await().atMost(TIMEOUT)
			.until(() -> Frames.of(this.responses.from(Flux.never()))
				.text()
				.contains(StreamingResponse.SERVER_SHUTDOWN));
		return drain;
	}

	/**
	 * A log that other nodes read, and that may be slow to open an answer.
	 */
	private static final class SharedLog implements AnswerLog {

		private final InMemoryAnswerLog log = new InMemoryAnswerLog(MemoryBounds.defaults());

		private Mono<Void> slow = Mono.empty();

		private String opened = "";

		@Override
		public Mono<LogOpening> open(NewAnswer answer) {
			this.opened = answer.streamId();
			return this.log.open(answer).delayUntil((opening) -> this.slow);
		}

		@Override
		public Flux<LogEntry> read(String streamId, long after) {
			return this.log.read(streamId, after);
		}

		@Override
		public Mono<AnswerStatus> status(String streamId) {
			return this.log.status(streamId);
		}

		@Override
		public Mono<String> find(@Nullable String owner, String key) {
			return this.log.find(owner, key);
		}

		@Override
		public Mono<Void> stop(String streamId) {
			return this.log.stop(streamId);
		}

		@Override
		public Mono<Void> delete(String streamId) {
			return this.log.delete(streamId);
		}

	}

}
