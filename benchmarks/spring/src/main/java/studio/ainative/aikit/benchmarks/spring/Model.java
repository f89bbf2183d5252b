package studio.ainative.aikit.benchmarks.spring;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

import reactor.core.publisher.Flux;

import studio.ainative.aikit.benchmarks.harness.Payloads;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

/**
 * The model that servers send answers of, in memory.
 */
final class Model {

	private static final Map<Integer, String[]> TOKENS = new ConcurrentHashMap<>();

	private Model() {
	}

	static String[] tokens(int count) {
		return TOKENS.computeIfAbsent(count, Payloads::tokens);
	}

	/** Tokens at a rate a second, all at once at 0. */
	static Flux<String> stream(int count, int rate) {
		String[] tokens = tokens(count);
		if (rate == 0) {
			return Flux.fromArray(tokens);
		}
		return ticks(count, rate).map((tick) -> tokens[tick.intValue()]);
	}

	/** From 0 on, at a rate a second. */
	static Flux<Long> ticks(int count, int rate) {
		return Flux.interval(phase(rate), period(rate)).take(count).onBackpressureBuffer();
	}

	static Flux<StreamEvent> events(int count, int rate) {
		return stream(count, rate).index()
			.<StreamEvent>map((token) -> new StreamEvent.Token(token.getT2(), token.getT1().intValue()))
			.concatWithValues(new StreamEvent.UsageReport(Usage.of(Payloads.PROMPT_TOKENS, count)));
	}

	static Duration period(int rate) {
		return Duration.ofSeconds(1).dividedBy(rate);
	}

	/**
	 * How long an answer waits for its first token: each at random, so that tokens come
	 * one by one. Answers that are asked for in one burst would otherwise go on in
	 * bursts, which cost a server the less the faster it began them.
	 */
	static Duration phase(int rate) {
		return Duration.ofNanos(ThreadLocalRandom.current().nextLong(period(rate).toNanos()));
	}

}
