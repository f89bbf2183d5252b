package studio.ainative.aikit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ResponseStatusException;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog.MemoryBounds;
import studio.ainative.aikit.log.LogEntry;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * For somebody else's answer the same is done as for one that is not there, so that
 * neither the reply nor its time tells.
 */
class StrangerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final List<String> steps = new ArrayList<>();

	private final StreamingResponses responses = StreamingResponses.builder(StreamingOptions.defaults())
		.resume(new RecordingLog(), ResumeOptions.defaults())
		.streamOwners((request) -> {
			this.steps.add("owner");
			return request.principal();
		})
		.build();

	@AfterEach
	void close() {
		this.responses.close();
	}

	@Test
	void readsByTheSameSteps() {
		String foreign = begin("alice");
		assertThat(read(foreign, "bob")).isEqualTo(read("0123456789abcdef0123456789abcdef", "bob"))
			.isEqualTo(read("no id", "bob"))
			.isEqualTo(read(foreign, null))
			.startsWith("404 NOT_FOUND")
			.endsWith("[owner, status]");
	}

	@Test
	void stopsByTheSameSteps() {
		String foreign = begin("alice");
		assertThat(stop(foreign, "bob")).isEqualTo(stop("0123456789abcdef0123456789abcdef", "bob"))
			.isEqualTo(stop("no id", "bob"))
			.isEqualTo("false [owner, status]");
		assertThat(stop(foreign, "alice")).startsWith("true");
	}

	private String begin(String owner) {
		EventPipe pipe = (EventPipe) this.responses.from(Flux.never()).frames();
		pipe.prepare(new Request(owner)).block(TIMEOUT);
		return pipe.headers(false).getOrDefault("AI-Kit-Stream-Id", "");
	}

	private String read(String id, @Nullable String reader) {
		this.steps.clear();
		FrameSource frames = this.responses.resume(id, "0").frames();
		ResponseStatusException refusal = catchThrowableOfType(ResponseStatusException.class,
				() -> frames.prepare(new Request(reader)).block(TIMEOUT));
		return refusal.getMessage() + " " + this.steps;
	}

	private String stop(String id, String reader) {
		this.steps.clear();
		return this.responses.stop(id, new Request(reader)).block(TIMEOUT) + " " + this.steps;
	}

	private record Request(@Nullable String principal) implements ReaderRequest {

		@Override
		public @Nullable String header(String name) {
			return null;
		}

		@Override
		public String fingerprint() {
			return "";
		}

	}

	/**
	 * A log that notes what it is asked.
	 */
	private final class RecordingLog implements AnswerLog {

		private final InMemoryAnswerLog log = new InMemoryAnswerLog(MemoryBounds.defaults());

		@Override
		public Mono<LogOpening> open(NewAnswer answer) {
			return this.log.open(answer);
		}

		@Override
		public Flux<LogEntry> read(String streamId, long after) {
			return this.log.read(streamId, after).doOnSubscribe((any) -> StrangerTests.this.steps.add("read"));
		}

		@Override
		public Mono<AnswerStatus> status(String streamId) {
			return this.log.status(streamId).doOnSubscribe((any) -> StrangerTests.this.steps.add("status"));
		}

		@Override
		public Mono<String> find(@Nullable String owner, String key) {
			return this.log.find(owner, key);
		}

		@Override
		public Mono<Void> stop(String streamId) {
			return this.log.stop(streamId).doOnSubscribe((any) -> StrangerTests.this.steps.add("stop"));
		}

		@Override
		public Mono<Void> delete(String streamId) {
			return this.log.delete(streamId).doOnSubscribe((any) -> StrangerTests.this.steps.add("delete"));
		}

	}

}
