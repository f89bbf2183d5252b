package studio.ainative.aikit.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ResponseStatusException;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog.MemoryBounds;
import studio.ainative.aikit.log.LogEntry;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What an observer is told of answers that are kept.
 */
class KeptNewsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final Recorder recorder = new Recorder();

	private final TornLog log = new TornLog();

	private final StreamingResponses responses = StreamingResponses.builder(StreamingOptions.defaults())
		.executor(Runnable::run)
		.observer(this.recorder)
		.resume(this.log, ResumeOptions.defaults().withOrphanTimeout(Duration.ZERO))
		.streamOwners((request) -> request.header("X-User"))
		.build();

	@AfterEach
	void close() {
		this.responses.close();
	}

	@Test
	void tellsWhoReadsAnAnswerAgain() {
		String id = begin("ada");
		read(id, null, "ada");
		assertThat(this.recorder.news).containsExactly(KeptNews.RESUME_HIT);
	}

	@Test
	void tellsWhoMayNotOrCannot() {
		String id = begin("ada");
		refuses(id, null, "bob");
		refuses("unknown", null, "ada");
		refuses("not an id", null, "ada");
		refuses(id, "nonsense", "ada");
		refuses(id, "7", "ada");
		assertThat(this.recorder.news).containsExactly(KeptNews.RESUME_FOREIGN, KeptNews.RESUME_GONE,
				KeptNews.RESUME_GONE, KeptNews.RESUME_INVALID, KeptNews.RESUME_INVALID);
	}

	@Test
	void tellsWhatIsStopped() {
		String id = begin("ada");
		assertThat(stop(id, "bob")).isFalse();
		assertThat(stop("unknown", "ada")).isFalse();
		assertThat(stop(id, "ada")).isTrue();
		assertThat(stop(id, "ada")).isTrue();
		assertThat(this.recorder.news).containsExactly(KeptNews.STOP_FOREIGN, KeptNews.STOP_GONE, KeptNews.STOP_HIT,
				KeptNews.STOP_LATE);
	}

	@Test
	void tellsWhatNobodyReads() {
		Frames reader = open(this.responses.from(Flux.never()), "ada");
		reader.text();
		reader.leave();
		assertThat(this.recorder.news).containsExactly(KeptNews.ABANDONED);
	}

	@Test
	void tellsThatTheLogFails() {
		String id = begin("ada");
		this.log.down = true;
		read(id, null, "ada");
		assertThat(this.recorder.news).containsExactly(KeptNews.LOG_FAILED, KeptNews.RESUME_HIT);
		refuses("another", null, "ada");
		assertThat(this.recorder.news).endsWith(KeptNews.LOG_FAILED).hasSize(3);
	}

	@Test
	void tellsThatAnotherNodeIsGone() {
		this.log.foreign = LogEntry.producerLost(1, Instant.EPOCH);
		assertThat(read("elsewhere", null, "ada")).contains("PRODUCER_LOST");
		assertThat(this.recorder.news).containsExactly(KeptNews.RESUME_HIT, KeptNews.PRODUCER_LOST);
	}

	@Test
	void anAnswerThatIsStoppedIsWhatItsReaderGot() {
		StreamingResponse response = this.responses.from(Flux.never());
		Frames reader = open(response, "ada");
		reader.text();
		stop(idOf(response), "ada");
		reader.text();
		assertThat(this.recorder.causes).containsExactly(ResponseObserver.Cause.STOPPED);
	}

	private String begin(String user) {
		StreamingResponse response = this.responses
			.from(Flux.just((StreamEvent) new Token("a", 0)).concatWith(Flux.never()));
		open(response, user).text();
		return idOf(response);
	}

	private static String idOf(StreamingResponse response) {
		return response.frames().headers(false).getOrDefault(StreamingResponses.STREAM_ID_HEADER, "");
	}

	private String read(String id, @Nullable String cursor, String user) {
		Frames frames = open(this.responses.resume(id, cursor), user);
		return frames.text() + frames.text();
	}

	private void refuses(String id, @Nullable String cursor, String user) {
		assertThatExceptionOfType(ResponseStatusException.class).isThrownBy(() -> read(id, cursor, user));
	}

	private boolean stop(String id, String user) {
		return Boolean.TRUE.equals(this.responses.stop(id, new Request(user)).block(TIMEOUT));
	}

	private static Frames open(StreamingResponse response, String user) {
		response.frames().prepare(new Request(user)).block(TIMEOUT);
		return Frames.of(response);
	}

	/** Writes down what it is told. */
	private static final class Recorder implements ResponseObserver {

		final List<KeptNews> news = new ArrayList<>();

		final List<Cause> causes = new ArrayList<>();

		@Override
		public void opened(OpenResponse response) {
		}

		@Override
		public void closed(OpenResponse response, Closing closing) {
			this.causes.add(closing.cause());
		}

		@Override
		public void kept(KeptNews news) {
			this.news.add(news);
		}

	}

	/** Whoever asks is who they say they are. */
	private record Request(String user) implements ReaderRequest {

		@Override
		public @Nullable String principal() {
			return null;
		}

		@Override
		public @Nullable String header(String name) {
			return name.equals("X-User") ? this.user : null;
		}

		@Override
		public String fingerprint() {
			return "";
		}

	}

	/** In memory, but for what the test says. */
	private static final class TornLog implements AnswerLog {

		private final InMemoryAnswerLog log = new InMemoryAnswerLog(MemoryBounds.defaults());

		boolean down;

		/** What there is of an answer that another node makes. */
		@Nullable LogEntry foreign;

		@Override
		public Mono<LogOpening> open(NewAnswer answer) {
			return this.log.open(answer);
		}

		@Override
		public Mono<AnswerStatus> status(String streamId) {
			if (this.down) {
				return Mono.error(new IllegalStateException("Expected"));
			}
			return (this.foreign != null)
					? Mono.just(new AnswerStatus(streamId, null, Instant.EPOCH, null, 0, 0, false, null))
					: this.log.status(streamId);
		}

		@Override
		public Flux<LogEntry> read(String streamId, long after) {
			return (this.foreign != null) ? Flux.just(this.foreign) : this.log.read(streamId, after);
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

		@Override
		public boolean isShared() {
			return this.log.isShared();
		}

	}

}
