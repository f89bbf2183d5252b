package studio.ainative.aikit.log.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import reactor.core.publisher.Mono;

import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.log.AnswerEnd;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.LogEntry;

/**
 * An answer that is appended token by token, each with its number as its text.
 */
final class ProducedAnswer {

	static final AnswerEnd COMPLETE = new AnswerEnd(Instant.parse("2026-01-31T12:00:00Z"), AnswerEnd.Outcome.COMPLETE);

	private final String id;

	private final AnswerLog.Writer writer;

	private final AtomicLong next = new AtomicLong(1);

	ProducedAnswer(String id, AnswerLog.Writer writer) {
		this.id = id;
		this.writer = writer;
	}

	String id() {
		return this.id;
	}

	AnswerLog.Writer writer() {
		return this.writer;
	}

	/** How many tokens were kept. */
	long kept() {
		return this.next.get() - 1;
	}

	Mono<Void> append() {
		return Mono.defer(() -> append(token(this.next.get())));
	}

	Mono<Void> append(String text) {
		return Mono.defer(() -> append(new Token(text, (int) kept())));
	}

	private Mono<Void> append(Token token) {
		return this.writer.append(new LogEntry(this.next.get(), List.of(token), null))
			.doOnSuccess((nothing) -> this.next.incrementAndGet());
	}

	Mono<Void> end() {
		return Mono.defer(() -> this.writer.append(new LogEntry(this.next.get(), List.of(), COMPLETE)));
	}

	/** One token after the other until there are enough, and the end. */
	Mono<Void> appendUntil(BooleanSupplier enough) {
		return append().delaySubscription(Duration.ofMillis(5)).repeat(() -> !enough.getAsBoolean()).then(end());
	}

	static Token token(long number) {
		return new Token(String.valueOf(number), (int) number - 1);
	}

}
