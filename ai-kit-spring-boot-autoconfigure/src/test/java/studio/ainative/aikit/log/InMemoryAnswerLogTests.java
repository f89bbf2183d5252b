package studio.ainative.aikit.log;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.InMemoryAnswerLog.MemoryBounds;
import studio.ainative.aikit.test.AnswerLogContract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The contract of logs, and the bounds of the one in memory.
 */
class InMemoryAnswerLogTests extends AnswerLogContract {

	private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);

	private final InMemoryAnswerLog shared = new InMemoryAnswerLog(MemoryBounds.defaults());

	@Override
	protected AnswerLog log() {
		return this.shared;
	}

	@Test
	void forgetsAnswersSomeTimeAfterTheirEnd() {
		InMemoryAnswerLog log = log(10, 1_000_000, 1_000_000);
		AnswerLog.Writer first = open(log, "first");
		AnswerLog.Writer second = open(log, "second");
		append(first, 1, "a", true);
		pass(Duration.ofSeconds(59));
		assertThat(log.size()).isEqualTo(2);
		pass(Duration.ofSeconds(1));
		assertThat(log.size()).isEqualTo(1);
		append(second, 1, "b", false);
		pass(Duration.ofHours(9));
		assertThat(log.status("second").blockOptional(TIMEOUT)).isPresent();
		assertThat(log.bytes()).isEqualTo(66);
		append(second, 2, "c", true);
		pass(Duration.ofMinutes(1));
		assertThat(log.size()).isZero();
		assertThat(log.bytes()).isZero();
	}

	@Test
	void forgetsWhatEndedFirstWhenThereAreTooManyAnswers() {
		InMemoryAnswerLog log = log(2, 1_000_000, 1_000_000);
		AnswerLog.Writer first = open(log, "first");
		AnswerLog.Writer second = open(log, "second");
		append(second, 1, "b", true);
		append(first, 1, "a", true);
		open(log, "third");
		assertThat(log.status("second").blockOptional(TIMEOUT)).isEmpty();
		assertThat(log.status("first").blockOptional(TIMEOUT)).isPresent();
	}

	@Test
	void forgetsNoAnswerThatRuns() {
		InMemoryAnswerLog log = log(1, 1_000_000, 1_000_000);
		open(log, "first");
		refused(Reason.FULL, () -> open(log, "second"));
		assertThat(log.status("first").blockOptional(TIMEOUT)).isPresent();
	}

	@Test
	void refusesAnAnswerThatIsTooLarge() {
		InMemoryAnswerLog log = log(10, 1_000, 1_000_000);
		AnswerLog.Writer writer = open(log, "first");
		append(writer, 1, "x".repeat(400), false);
		refused(Reason.FULL, () -> append(writer, 2, "x".repeat(400), false));
		log.delete("first").block(TIMEOUT);
		assertThat(log.bytes()).isZero();
	}

	@Test
	void makesRoomForAnswersThatRun() {
		InMemoryAnswerLog log = log(10, 1_000, 1_500);
		AnswerLog.Writer first = open(log, "first");
		AnswerLog.Writer second = open(log, "second");
		append(first, 1, "x".repeat(400), true);
		append(second, 1, "x".repeat(400), false);
		assertThat(log.status("first").blockOptional(TIMEOUT)).isEmpty();
		assertThat(log.bytes()).isEqualTo(864);
		refused(Reason.FULL, () -> append(open(log, "third"), 1, "x".repeat(400), false));
	}

	@Test
	void takesLittleMoreThanTheTextForTokensThatComeTogether() {
		InMemoryAnswerLog log = log(10, 1_000_000, 1_000_000);
		List<StreamEvent> tokens = IntStream.range(0, 1000)
			.<StreamEvent>mapToObj((i) -> new Token(" four", i))
			.toList();
		open(log, "first").append(new LogEntry(1, tokens, null)).block(TIMEOUT);
		assertThat(log.bytes()).isBetween(10_000L, 15_000L);
		assertThat(log.read("first", 400).take(1).single().map(LogEntry::events).block(TIMEOUT))
			.isEqualTo(tokens.subList(400, 656));
		log.delete("first").block(TIMEOUT);
		assertThat(log.bytes()).isZero();
	}

	@Test
	void countsNotesAndShowsNone() {
		InMemoryAnswerLog log = log(10, 1000, 1000);
		NewAnswer answer = new NewAnswer("a", null, NOW, Duration.ofMinutes(1), "secret", null);
		assertThat(log.open(answer).block(TIMEOUT)).isNotNull();
		assertThat(log.bytes()).isEqualTo(12);
		assertThat(answer.toString()).contains("streamId=a").doesNotContain("secret");
		assertThat(log.status("a").map(AnswerStatus::toString).block(TIMEOUT)).contains("streamId=a")
			.doesNotContain("secret");
		assertThat(new Opening("a", NOW, true, "secret").toString()).doesNotContain("secret");
		log.delete("a").block(TIMEOUT);
		assertThat(log.bytes()).isZero();
	}

	@Test
	void isNotShared() {
		assertThat(this.shared.isShared()).isFalse();
	}

	@Test
	void refusesBoundsThatLeaveNoRoom() {
		assertThatIllegalArgumentException().isThrownBy(() -> new MemoryBounds(0, 1, 1))
			.withMessage("'maxAnswers' must be 1 or more (was 0)");
	}

	private InMemoryAnswerLog log(int maxAnswers, long maxAnswerBytes, long maxBytes) {
		return new InMemoryAnswerLog(new MemoryBounds(maxAnswers, maxAnswerBytes, maxBytes), this.nanoTime::get);
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

	private static void refused(Reason reason, Runnable action) {
		assertThatExceptionOfType(AnswerLogException.class).isThrownBy(action::run)
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

	private static AnswerLog.Writer open(AnswerLog log, String id) {
		LogOpening opening = log.open(new NewAnswer(id, null, NOW, Duration.ofMinutes(1), null)).block(TIMEOUT);
		return Objects.requireNonNull(Objects.requireNonNull(opening).writer());
	}

	private static void append(AnswerLog.Writer writer, long number, String text, boolean last) {
		List<StreamEvent> events = List.of(new Token(text, (int) number - 1));
		AnswerEnd end = last ? new AnswerEnd(NOW, AnswerEnd.Outcome.COMPLETE) : null;
		writer.append(new LogEntry(number, events, end)).block(TIMEOUT);
	}

}
