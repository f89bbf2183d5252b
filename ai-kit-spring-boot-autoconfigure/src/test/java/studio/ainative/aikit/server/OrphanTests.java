package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.SharedLog;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When an answer is cancelled that may have readers on other nodes, in virtual time. Here
 * they read the log.
 */
class OrphanTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

	private final SharedLog log = new SharedLog();

	private final TestPublisher<StreamEvent> source = TestPublisher.create();

	private @Nullable StreamingResponses made;

	@AfterEach
	void close() {
		if (this.made != null) {
			this.made.close();
		}
	}

	@Test
	void isCancelledAtItsTimeAndNotBefore() {
		String id = orphan(ResumeOptions.defaults());
		pass(Duration.ofMillis(29_900));
		this.source.assertNotCancelled();
		pass(Duration.ofSeconds(1));
		this.source.assertCancelled();
		assertThat(this.log.status(id).block(TIMEOUT)).extracting("end.outcome").hasToString("ABANDONED");
	}

	@Test
	void countsFromWhenTheLastReaderOfAnotherNodeLeft() {
		String id = orphan(ResumeOptions.defaults());
		pass(Duration.ofSeconds(10));
		Disposable reader = this.log.read(id, 0).subscribe();
		pass(Duration.ofMillis(19_900));
		reader.dispose();
		pass(Duration.ofMillis(29_900));
		this.source.assertNotCancelled();
		pass(Duration.ofSeconds(4));
		this.source.assertCancelled();
	}

	@Test
	void goesOnWhileAnotherNodeHasReaders() {
		String id = orphan(ResumeOptions.defaults());
		Disposable reader = this.log.read(id, 0).subscribe();
		pass(Duration.ofHours(1));
		this.source.assertNotCancelled();
		reader.dispose();
		pass(Duration.ofSeconds(34));
		this.source.assertCancelled();
	}

	@Test
	void isCancelledAtOnceWhereAskedButForReadersOfOtherNodes() {
		StreamingResponses responses = responses(ResumeOptions.defaults().withOrphanTimeout(Duration.ZERO));
		StreamingResponse response = responses.from(this.source.flux());
		response.frames().prepare(new AnonymousRequest()).block(TIMEOUT);
		Frames reader = Frames.of(response);
		reader.text();
		Disposable far = this.log.read(idOf(response), 0).subscribe();
		reader.leave();
		pass(Duration.ofHours(1));
		this.source.assertNotCancelled();
		far.dispose();
		pass(Duration.ofSeconds(4));
		this.source.assertCancelled();
		TestPublisher<StreamEvent> other = TestPublisher.create();
		StreamingResponse alone = responses.from(other.flux());
		alone.frames().prepare(new AnonymousRequest()).block(TIMEOUT);
		Frames only = Frames.of(alone);
		only.text();
		only.leave();
		other.assertCancelled();
	}

	@Test
	void isCancelledThoughTheLogDoesNotAnswer() {
		orphan(ResumeOptions.defaults());
		this.log.failure.set(Reason.UNAVAILABLE);
		pass(Duration.ofMillis(29_900));
		this.source.assertNotCancelled();
		pass(Duration.ofSeconds(1));
		this.source.assertCancelled();
	}

	/** Its id was told to nobody, and it has no key. */
	@Test
	void isForgottenIfNobodyCanFindIt() {
		StreamingResponse response = responses(ResumeOptions.defaults()).from(this.source.flux());
		Sinks.Empty<Void> opening = Sinks.empty();
		this.log.beforeOpening.set(opening.asMono());
		response.frames().prepare(new AnonymousRequest()).subscribe().dispose();
		response.frames().close();
		opening.tryEmitEmpty().orThrow();
		this.source.assertWasNotSubscribed();
		assertThat(idOf(response)).isNotEmpty();
		assertThat(this.log.status(idOf(response)).blockOptional(TIMEOUT)).isEmpty();
		assertThat(this.made).extracting(StreamingResponses::keptAnswers).isEqualTo(0);
	}

	/** An answer whose only reader has left. */
	private String orphan(ResumeOptions options) {
		StreamingResponse response = responses(options).from(this.source.flux());
		response.frames().prepare(new AnonymousRequest()).block(TIMEOUT);
		Frames reader = Frames.of(response);
		reader.text();
		this.source.next(new Token("a", 0));
		reader.leave();
		return idOf(response);
	}

	private static String idOf(StreamingResponse response) {
		return response.frames().headers(false).getOrDefault(StreamingResponses.STREAM_ID_HEADER, "");
	}

	private StreamingResponses responses(ResumeOptions options) {
		this.made = StreamingResponses.builder(StreamingOptions.defaults())
			.executor(Runnable::run)
			.heartbeats(new HeartbeatTimer(() -> this.time, () -> this.time.now(TimeUnit.NANOSECONDS)))
			.resume(this.log, options)
			.build();
		return this.made;
	}

	private void pass(Duration duration) {
		this.time.advanceTimeBy(duration);
	}

}
