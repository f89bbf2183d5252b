package studio.ainative.aikit.test;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Reasoning;
import studio.ainative.aikit.event.StreamEvent.Retry;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.StreamEvent.ToolCall;
import studio.ainative.aikit.event.StreamEvent.UsageReport;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;
import studio.ainative.aikit.log.AnswerStatus;
import studio.ainative.aikit.log.LogEntry;
import studio.ainative.aikit.log.LogOpening;
import studio.ainative.aikit.log.NewAnswer;
import studio.ainative.aikit.log.StartKey;
import studio.ainative.aikit.log.StartKey.IfTaken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What any {@link AnswerLog} has to do, as JUnit 5 tests: extend this class with a test
 * that makes the log. Needs JUnit, AssertJ and AI Kit itself. All ids are new, so the log
 * may be shared by the tests.
 *
 * @since 0.1.0
 */
public abstract class AnswerLogContract {

	private static final Instant START = Instant.parse("2026-01-31T12:00:00.123Z");

	private static final AnswerEnd COMPLETE = new AnswerEnd(START.plusSeconds(5), AnswerEnd.Outcome.COMPLETE);

	/**
	 * For subclasses.
	 */
	protected AnswerLogContract() {
	}

	/**
	 * The log to test.
	 * @return the log, or another view of the same as from another node
	 */
	protected abstract AnswerLog log();

	/**
	 * How long to wait for what should come at once, a lease included.
	 * @return 20 seconds unless overridden
	 */
	protected Duration timeout() {
		return Duration.ofSeconds(20);
	}

	@Test
	void givesWhatWasAppendedInOrder() {
		Answer answer = begin();
		answer.append("a", "b", "c");
		answer.append("d");
		answer.end("e");
		Read read = read(answer.id(), 0);
		assertThat(read.texts()).containsExactly("a", "b", "c", "d", "e");
		assertThat(read.end()).isEqualTo(COMPLETE);
	}

	@Test
	void givesWhatFollowsAnyCursor() {
		Answer answer = begin();
		answer.append("a", "b", "c");
		answer.append("d", "e");
		answer.end();
		for (int cursor = 0; cursor <= 5; cursor++) {
			Read read = read(answer.id(), cursor);
			assertThat(read.texts()).as("after %s", cursor)
				.containsExactlyElementsOf(List.of("a", "b", "c", "d", "e").subList(cursor, 5));
			assertThat(read.end()).isEqualTo(COMPLETE);
		}
	}

	@Test
	void followsAnAnswerThatRuns() {
		Answer answer = begin();
		answer.append("a");
		Follower reader = follow(answer.id(), 0, Long.MAX_VALUE);
		reader.awaitTexts("a");
		answer.append("b");
		reader.awaitTexts("a", "b");
		answer.append("c", "d");
		answer.end("e");
		reader.awaitTexts("a", "b", "c", "d", "e");
		reader.awaitCompletion();
	}

	@Test
	void givesAnEndWithoutEvents() {
		Answer answer = begin();
		answer.end();
		Read read = read(answer.id(), 0);
		assertThat(read.texts()).isEmpty();
		assertThat(read.end()).isEqualTo(COMPLETE);
	}

	@Test
	void keepsEveryKindOfEventAsItIs() {
		Map<String, Object> facts = new LinkedHashMap<>();
		facts.put("text", "é😀\n\0");
		facts.put("numbers", List.of(1, -2L, 1.5, new BigDecimal("0.10")));
		facts.put("nested", Map.of("flag", true, "list", List.of(Map.of("a", "b"))));
		List<StreamEvent> events = List.of(new Token("😀", 0), new Token("\ud83d", 1), new Token("\ude00", 2),
				new Token("other", 0, 3), new Reasoning("hm 思", 0), new ToolCall(0, "call_1", "weather", "{\"c"),
				new ToolCall(0, null, null, "ity\":1}", 1),
				new UsageReport(new Usage(1, 2, 3, 4, 5, 6, true), new Cost(new BigDecimal("0.000120"), "EUR")),
				new UsageReport(Usage.of(Long.MAX_VALUE / 4, 7)), new Metadata(facts),
				new Retry(2, Duration.ofMillis(1500), 12), new ErrorEvent("No.", "RATE_LIMIT", Map.of("after", 3)));
		Answer answer = begin();
		answer.append(new LogEntry(1, events, new AnswerEnd(START, AnswerEnd.Outcome.ERROR)));
		Read read = read(answer.id(), 0);
		assertThat(read.events()).isEqualTo(events);
		assertThat(read.end()).isEqualTo(new AnswerEnd(START, AnswerEnd.Outcome.ERROR));
	}

	@Test
	void keepsEveryOutcome() {
		for (AnswerEnd.Outcome outcome : AnswerEnd.Outcome.values()) {
			Answer answer = begin();
			answer.append(new LogEntry(1, List.of(), new AnswerEnd(START, outcome)));
			assertThat(read(answer.id(), 0).end()).isEqualTo(new AnswerEnd(START, outcome));
			assertThat(status(answer.id()).end()).isEqualTo(new AnswerEnd(START, outcome));
		}
	}

	@Test
	void refusesWhatComesAfterTheEnd() {
		Answer answer = begin();
		answer.end("a");
		refused(Reason.FENCED, answer.writer().append(entry(2, "b")));
		refused(Reason.FENCED, answer.writer().append(new LogEntry(2, List.of(), COMPLETE)));
		assertThat(read(answer.id(), 0).texts()).containsExactly("a");
		assertThat(read(answer.id(), 0).end()).isEqualTo(COMPLETE);
	}

	@Test
	void refusesAnIdThatIsInUse() {
		Answer answer = begin();
		answer.append("a");
		refused(Reason.FENCED, log().open(answer.opened()));
		answer.end("b");
		refused(Reason.FENCED, log().open(answer.opened()));
		assertThat(read(answer.id(), 0).texts()).containsExactly("a", "b");
	}

	@Test
	void knowsNothingOfUnknownIds() {
		for (String id : List.of(newId(), "", "a b", "../x", "{x}", "é".repeat(300))) {
			assertThat(log().status(id).blockOptional(timeout())).isEmpty();
			refused(Reason.GONE, log().read(id, 0));
			log().stop(id).block(timeout());
			log().delete(id).block(timeout());
		}
	}

	@Test
	void refusesCursorsOutsideOfTheAnswer() {
		Answer answer = begin();
		answer.end("a", "b");
		refused(Reason.CURSOR, log().read(answer.id(), 3));
		refused(Reason.CURSOR, log().read(answer.id(), Long.MAX_VALUE));
		refused(Reason.CURSOR, log().read(answer.id(), -1));
		refused(Reason.CURSOR, log().read(answer.id(), Long.MIN_VALUE));
	}

	@Test
	void givesAReaderWhoIsFurtherWhatItLacks() {
		Answer answer = begin();
		answer.append("a");
		Follower reader = follow(answer.id(), 2, Long.MAX_VALUE);
		answer.append("b");
		answer.append("c");
		answer.end();
		reader.awaitCompletion();
		assertThat(reader.texts()).containsExactly("c");
	}

	@Test
	void givesAsMuchAsIsAskedFor() {
		Answer answer = begin();
		Follower slow = follow(answer.id(), 0, 1);
		Follower quick = follow(answer.id(), 0, Long.MAX_VALUE);
		for (int i = 0; i < 20; i++) {
			answer.append("t" + i);
			quick.awaitLast("t" + i);
		}
		answer.end();
		quick.awaitCompletion();
		assertThat(slow.entries()).isEqualTo(1);
		slow.request(Long.MAX_VALUE);
		slow.awaitCompletion();
		assertThat(slow.texts()).isEqualTo(quick.texts());
	}

	@Test
	void tellsTheProducerToStop() {
		Answer answer = begin();
		answer.append("a");
		Sinks.Empty<Void> told = Sinks.empty();
		answer.writer().stopRequested().subscribe(null, null, told::tryEmitEmpty);
		Follower reader = follow(answer.id(), 0, Long.MAX_VALUE);
		log().stop(answer.id()).block(timeout());
		log().stop(answer.id()).block(timeout());
		told.asMono().block(timeout());
		AnswerEnd stopped = new AnswerEnd(START, AnswerEnd.Outcome.STOPPED);
		answer.append(new LogEntry(2, List.of(), stopped));
		reader.awaitCompletion();
		log().stop(answer.id()).block(timeout());
		assertThat(read(answer.id(), 0).texts()).containsExactly("a");
		assertThat(read(answer.id(), 0).end()).isEqualTo(stopped);
	}

	@Test
	void forgetsAnAnswer() {
		Answer answer = begin();
		answer.append("a");
		Follower reader = follow(answer.id(), 0, Long.MAX_VALUE);
		reader.awaitTexts("a");
		log().delete(answer.id()).block(timeout());
		log().delete(answer.id()).block(timeout());
		assertThat(reader.awaitFailure()).isEqualTo(Reason.GONE);
		assertThat(log().status(answer.id()).blockOptional(timeout())).isEmpty();
		refused(Reason.GONE, log().read(answer.id(), 0));
		refused(Reason.GONE, answer.writer().append(entry(2, "b")));
		assertThat(log().status(answer.id()).blockOptional(timeout())).isEmpty();
	}

	@Test
	void tellsHowAnAnswerStands() {
		NewAnswer opened = new NewAnswer(newId(), "alice", START, Duration.ofMinutes(1), null);
		Answer answer = begin(opened);
		assertThat(status(answer.id()))
			.isEqualTo(new AnswerStatus(answer.id(), "alice", START, null, 0, 0, false, null));
		answer.append("a", "b");
		assertThat(status(answer.id()).last()).isEqualTo(2);
		answer.end("c");
		assertThat(status(answer.id()))
			.isEqualTo(new AnswerStatus(answer.id(), "alice", START, null, 0, 3, false, COMPLETE));
	}

	@Test
	void keepsTheNoteAsItIs() {
		String note = "a\r\nb\u0000 \"😀\" " + "x".repeat(65_536);
		Answer answer = begin(new NewAnswer(newId(), null, START, Duration.ofMinutes(1), note, null));
		assertThat(status(answer.id()).note()).isEqualTo(note);
		answer.end("a");
		assertThat(status(answer.id()).note()).isEqualTo(note);
	}

	@Test
	void tellsThatAnAnswerIsRead() {
		Answer answer = begin();
		answer.append("a");
		Follower reader = follow(answer.id(), 0, Long.MAX_VALUE);
		reader.awaitTexts("a");
		assertThat(status(answer.id()).isRead()).isTrue();
		reader.cancel();
		Flux.interval(Duration.ofMillis(20))
			.onBackpressureDrop()
			.concatMap((tick) -> log().status(answer.id()))
			.takeUntil((status) -> !status.isRead())
			.blockLast(timeout());
	}

	@Test
	void endsAnAnswerWhoseProducerIsGone() {
		Answer answer = begin();
		answer.append("a");
		Follower reader = follow(answer.id(), 0, Long.MAX_VALUE);
		answer.writer().close();
		answer.writer().close();
		reader.awaitCompletion();
		Read read = read(answer.id(), 0);
		assertThat(read.texts()).isEqualTo(reader.texts()).containsExactly("a", LogEntry.PRODUCER_LOST);
		assertThat(Objects.requireNonNull(read.end()).outcome()).isEqualTo(AnswerEnd.Outcome.ERROR);
		refused(Reason.FENCED, answer.writer().append(entry(2, "b")));
		assertThat(read(answer.id(), 0).texts()).containsExactly("a", LogEntry.PRODUCER_LOST);
	}

	@Test
	void letsGoOfAnAnswerThatHasEnded() {
		Answer answer = begin();
		answer.end("a");
		answer.writer().close();
		assertThat(read(answer.id(), 0).texts()).containsExactly("a");
		assertThat(read(answer.id(), 0).end()).isEqualTo(COMPLETE);
	}

	@Test
	void attachesToTheAnswerOfTheSameKey() {
		String key = newId();
		Answer answer = begin(keyed("alice", key, "hash", IfTaken.ATTACH));
		LogOpening running = open(keyed("alice", key, "hash", IfTaken.ATTACH));
		assertThat(running.result()).isEqualTo(LogOpening.Result.ATTACHED);
		assertThat(running.streamId()).isEqualTo(answer.id());
		answer.end("a");
		assertThat(open(keyed("alice", key, "hash", IfTaken.ATTACH)).streamId()).isEqualTo(answer.id());
	}

	@Test
	void refusesAKeyThatIsTaken() {
		String key = newId();
		begin(keyed("alice", key, "hash", IfTaken.REJECT));
		assertThat(open(keyed("alice", key, "hash", IfTaken.REJECT)).result()).isEqualTo(LogOpening.Result.REJECTED);
		for (IfTaken ifTaken : IfTaken.values()) {
			assertThat(open(keyed("alice", key, "other", ifTaken)).result()).isEqualTo(LogOpening.Result.MISMATCHED);
		}
	}

	@Test
	void replacesTheAnswerOfTheSameKey() {
		String key = newId();
		Answer first = begin(keyed(null, key, "hash", IfTaken.REPLACE));
		Answer second = begin(keyed(null, key, "hash", IfTaken.REPLACE));
		first.writer().stopRequested().block(timeout());
		first.append(new LogEntry(1, List.of(), new AnswerEnd(START, AnswerEnd.Outcome.STOPPED)));
		assertThat(open(keyed(null, key, "hash", IfTaken.ATTACH)).streamId()).isEqualTo(second.id());
	}

	@Test
	void findsTheLastAnswerOfAKey() {
		String key = newId();
		assertThat(log().find("alice", key).blockOptional(timeout())).isEmpty();
		Answer first = begin(keyed("alice", key, "", IfTaken.REPLACE));
		assertThat(log().find("alice", key).block(timeout())).isEqualTo(first.id());
		Answer second = begin(keyed("alice", key, "", IfTaken.REPLACE));
		second.end("a");
		assertThat(log().find("alice", key).block(timeout())).isEqualTo(second.id());
		assertThat(log().find("bob", key).blockOptional(timeout())).isEmpty();
		assertThat(log().find(null, key).blockOptional(timeout())).isEmpty();
		log().delete(second.id()).block(timeout());
		assertThat(log().find("alice", key).blockOptional(timeout())).isEmpty();
	}

	@Test
	void keepsTheKeysOfOwnersApart() {
		String key = newId();
		assertThat(IntStream.range(0, 3)
			.mapToObj((i) -> begin(keyed(Arrays.asList("alice", "bob", null).get(i), key, "hash", IfTaken.ATTACH)).id())
			.distinct()).hasSize(3);
	}

	@Test
	void forgetsTheKeyWithTheAnswer() {
		String key = newId();
		Answer first = begin(keyed(null, key, "hash", IfTaken.ATTACH));
		first.end("a");
		log().delete(first.id()).block(timeout());
		assertThat(begin(keyed(null, key, "hash", IfTaken.ATTACH)).id()).isNotEqualTo(first.id());
	}

	@Test
	void beginsOneAnswerForManyRequestsAtOnce() {
		String key = newId();
		List<LogOpening> openings = Objects.requireNonNull(Flux.range(0, 8)
			.flatMap((i) -> Mono.defer(() -> log().open(keyed("alice", key, "hash", IfTaken.ATTACH)))
				.subscribeOn(Schedulers.boundedElastic()))
			.collectList()
			.block(timeout()));
		assertThat(openings).filteredOn((opening) -> opening.writer() != null).hasSize(1);
		assertThat(openings).extracting(LogOpening::streamId).doesNotContainNull();
		assertThat(openings.stream().map(LogOpening::streamId).distinct()).hasSize(1);
	}

	@Test
	void givesManyReadersTheSame() {
		Answer answer = begin();
		List<Follower> readers = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			answer.append("t" + i);
			readers.add(follow(answer.id(), i / 2, Long.MAX_VALUE));
		}
		answer.end();
		List<String> all = IntStream.range(0, 100).mapToObj((i) -> "t" + i).toList();
		for (int i = 0; i < 100; i++) {
			readers.get(i).awaitCompletion();
			assertThat(readers.get(i).texts()).isEqualTo(all.subList(i / 2, 100));
		}
	}

	private Answer begin() {
		return begin(new NewAnswer(newId(), null, START, Duration.ofMinutes(1), null));
	}

	private Answer begin(NewAnswer answer) {
		LogOpening opening = open(answer);
		assertThat(opening.result()).isEqualTo(LogOpening.Result.OPENED);
		assertThat(opening.streamId()).isEqualTo(answer.streamId());
		return new Answer(answer, Objects.requireNonNull(opening.writer()), timeout());
	}

	private LogOpening open(NewAnswer answer) {
		return Objects.requireNonNull(log().open(answer).block(timeout()));
	}

	private AnswerStatus status(String id) {
		return Objects.requireNonNull(log().status(id).block(timeout()));
	}

	private Read read(String id, long after) {
		return new Read(after, Objects.requireNonNull(log().read(id, after).collectList().block(timeout())));
	}

	private Follower follow(String id, long after, long demand) {
		Follower follower = new Follower(after, demand, timeout());
		log().read(id, after).subscribe(follower);
		return follower;
	}

	private void refused(Reason reason, org.reactivestreams.Publisher<?> publisher) {
		assertThatExceptionOfType(AnswerLogException.class).isThrownBy(() -> Flux.from(publisher).blockLast(timeout()))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

	private static NewAnswer keyed(@Nullable String owner, String key, String fingerprint, IfTaken ifTaken) {
		return new NewAnswer(newId(), owner, START.truncatedTo(ChronoUnit.MILLIS), Duration.ofMinutes(1),
				new StartKey(key, fingerprint, ifTaken));
	}

	private static String newId() {
		return UUID.randomUUID().toString().replace("-", "");
	}

	private static LogEntry entry(long first, String... texts) {
		List<StreamEvent> events = new ArrayList<>();
		for (String text : texts) {
			events.add(new Token(text, (int) first - 1 + events.size()));
		}
		return new LogEntry(first, events, null);
	}

	private static String text(StreamEvent event) {
		return (event instanceof Token token) ? token.text()
				: (event instanceof ErrorEvent error) ? error.code() : event.toString();
	}

	/**
	 * A producer.
	 */
	private static final class Answer {

		private final NewAnswer opened;

		private final AnswerLog.Writer writer;

		private final Duration timeout;

		private long next = 1;

		Answer(NewAnswer opened, AnswerLog.Writer writer, Duration timeout) {
			this.opened = opened;
			this.writer = writer;
			this.timeout = timeout;
		}

		NewAnswer opened() {
			return this.opened;
		}

		String id() {
			return this.opened.streamId();
		}

		AnswerLog.Writer writer() {
			return this.writer;
		}

		void append(String... texts) {
			append(entry(this.next, texts));
		}

		void append(LogEntry entry) {
			this.writer.append(entry).block(this.timeout);
			this.next = entry.last() + 1;
		}

		void end(String... texts) {
			append(new LogEntry(this.next,
					entry(this.next, texts.length == 0 ? new String[] { "" } : texts).events().subList(0, texts.length),
					COMPLETE));
		}

	}

	/**
	 * What a reader got who has read all.
	 */
	private record Read(long after, List<LogEntry> entries) {

		List<StreamEvent> events() {
			List<StreamEvent> events = new ArrayList<>();
			long cursor = this.after;
			for (LogEntry entry : this.entries) {
				assertThat(entry.first()).as("no gap").isLessThanOrEqualTo(cursor + 1);
				LogEntry rest = entry.after(cursor);
				if (rest != null) {
					events.addAll(rest.events());
					cursor = rest.last();
				}
			}
			return events;
		}

		List<String> texts() {
			return events().stream().map(AnswerLogContract::text).toList();
		}

		@Nullable AnswerEnd end() {
			return this.entries.isEmpty() ? null : this.entries.get(this.entries.size() - 1).end();
		}

	}

	/**
	 * A reader who follows.
	 */
	private static final class Follower extends BaseSubscriber<LogEntry> {

		private final long after;

		private final long demand;

		private final Duration timeout;

		private final Queue<LogEntry> entries = new ConcurrentLinkedQueue<>();

		private final Sinks.Many<List<String>> seen = Sinks.many().replay().all();

		Follower(long after, long demand, Duration timeout) {
			this.after = after;
			this.demand = demand;
			this.timeout = timeout;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			subscription.request(this.demand);
		}

		@Override
		protected void hookOnNext(LogEntry entry) {
			this.entries.add(entry);
			this.seen.emitNext(texts(), Sinks.EmitFailureHandler.FAIL_FAST);
		}

		@Override
		protected void hookOnError(Throwable ex) {
			this.seen.emitError(ex, Sinks.EmitFailureHandler.FAIL_FAST);
		}

		@Override
		protected void hookOnComplete() {
			this.seen.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
		}

		int entries() {
			return this.entries.size();
		}

		List<String> texts() {
			return new Read(this.after, List.copyOf(this.entries)).texts();
		}

		void awaitTexts(String... texts) {
			this.seen.asFlux().filter(List.of(texts)::equals).blockFirst(this.timeout);
		}

		void awaitLast(String text) {
			this.seen.asFlux().filter((texts) -> texts.get(texts.size() - 1).equals(text)).blockFirst(this.timeout);
		}

		void awaitCompletion() {
			this.seen.asFlux().blockLast(this.timeout);
		}

		Reason awaitFailure() {
			return Objects.requireNonNull(this.seen.asFlux()
				.then(Mono.<Reason>empty())
				.onErrorResume(AnswerLogException.class, (ex) -> Mono.just(ex.reason()))
				.block(this.timeout));
		}

	}

}
