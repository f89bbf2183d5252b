package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import studio.ainative.aikit.client.TargetHealth.Permit;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ProviderRequest;

/**
 * One call's way through the targets. The first content that is handed on commits the
 * call to the target that has sent it. Before that, a failure goes on to the next target
 * at once if {@link FallbackReason} allows it. When each has been asked, retries are what
 * is left: after a delay, whoever is well, or free first, is asked once more. After it,
 * {@link RetryConfig#midStream()} decides, and a new beginning goes the same way.
 * <p>
 * A target that is to be left alone is passed by, unless all are: then the one that is
 * free first is asked.
 */
final class Failover {

	private final Targets targets;

	private final List<Target> order;

	private final Call call;

	private final CallOptions options;

	private final Supplier<byte[]> written;

	private final Function<Exchange, @Nullable Reconnects> reconnecting;

	private final long begun;

	/** By name. */
	private final Set<String> tried = ConcurrentHashMap.newKeySet();

	/** Not to be asked again: they have said that it would be of no use. */
	private final Set<String> excluded = ConcurrentHashMap.newKeySet();

	private final List<AIStreamException> failures = new ArrayList<>();

	private final Map<String, Object> failed = new LinkedHashMap<>();

	/** Why another target is asked. */
	private FallbackReason reason = FallbackReason.UNAVAILABLE;

	private int retries;

	private boolean ended;

	private @Nullable Permit permit;

	/**
	 * Begin.
	 * @param targets who may answer
	 * @param call the call
	 * @param options what it does differently
	 * @param written writes the request to the stream itself
	 * @param reconnecting what reads answers on whose connection is lost, {@code null}
	 * for targets whose answers can't be read on
	 */
	Failover(Targets targets, Call call, CallOptions options, Supplier<byte[]> written,
			Function<Exchange, @Nullable Reconnects> reconnecting) {
		this.targets = targets;
		this.order = targets.order();
		this.call = call;
		this.options = options;
		this.written = written;
		this.reconnecting = reconnecting;
		this.begun = now();
	}

	private long now() {
		return this.targets.clock().getAsLong();
	}

	/** The events of all tries. */
	Flux<StreamEvent> events() {
		Target first = next(FallbackReason.UNAVAILABLE);
		return attempt((first != null) ? first : stillFirst(this.order.get(0)));
	}

	/**
	 * The call has ended.
	 * @param cause how
	 */
	synchronized void ended(CallObserver.Cause cause) {
		this.ended = true;
		if (this.permit != null && cause == CallObserver.Cause.COMPLETE) {
			this.permit.succeeded();
		}
		else if (this.permit != null) {
			this.permit.released(); // Unless the target's failure is known already
		}
	}

	/** Whoever ends the call gives back what it has, so it must not get more then. */
	private synchronized void hold(Permit permit) {
		this.permit = permit;
		if (this.ended) {
			permit.released();
		}
	}

	/**
	 * The next target to ask at once.
	 * @param reason why
	 * @return one that was not asked yet, {@code null} if there is none
	 */
	private @Nullable Target next(FallbackReason reason) {
		long now = now();
		for (Target target : this.order) {
			if (!this.tried.contains(target.name()) && isFor(target, reason)) {
				Permit permit = target.health().tryAcquire(now);
				if (permit != null) {
					hold(permit);
					return target;
				}
			}
		}
		if (candidates(reason).anyMatch((target) -> !target.health().isCooling(now))) {
			return null;
		}
		return candidates(reason).filter((target) -> !this.tried.contains(target.name()))
			.min(freeFirst(now))
			.map(this::force)
			.orElse(null);
	}

	private Target force(Target target) {
		hold(target.health().acquire());
		return target;
	}

	private Stream<Target> candidates(FallbackReason reason) {
		return this.order.stream().filter((target) -> isFor(target, reason) && !this.excluded.contains(target.name()));
	}

	/** The stream itself is asked whatever fallbacks it is meant to take. */
	private boolean isFor(Target target, FallbackReason reason) {
		boolean first = this.targets.isOwn(target) && reason == FallbackReason.UNAVAILABLE;
		return first || target.route().takes().contains(reason);
	}

	private static Comparator<Target> freeFirst(long now) {
		return Comparator.comparingLong((target) -> target.health().nanosUntilFree(now));
	}

	private Flux<StreamEvent> attempt(Target target) {
		this.tried.add(target.name());
		Answer answer = this.call.answer();
		ProviderRequest asked = this.targets.isOwn(target) ? answer.request()
				: target.request(answer.request(), this.options);
		answer.turnTo(target.accounting(), asked);
		BudgetExceededException exceeded = answer.checkBudget();
		if (exceeded != null) {
			return Flux.error(failure(exceeded));
		}
		Permit held = this.permit;
		Exchange.Reception reception = new Exchange.Reception(target.timeouts(isLast()),
				target.metadata(asked, this.failed), answer::accept, () -> {
					if (held != null) {
						held.begun();
					}
				}, this.reconnecting.apply(target.exchange()));
		byte[] body;
		try {
			body = this.targets.isOwn(target) ? this.written.get() : target.exchange().provider().writeRequest(asked);
		}
		catch (RuntimeException ex) {
			return cannotAsk(target, ex);
		}
		Flux<StreamEvent> events = target.exchange().events(body, reception);
		GuardedObserver observer = this.call.observer();
		if (observer != null) {
			events = observer.watch(events, target.name(), target.exchange().start(asked));
		}
		return events.onErrorResume(AIStreamException.class, (ex) -> failed(target, ex));
	}

	private boolean isLast() {
		long now = now();
		return this.order.stream()
			.filter((target) -> isFor(target, FallbackReason.UNAVAILABLE))
			.allMatch((target) -> this.tried.contains(target.name()) || target.health().isCooling(now));
	}

	/**
	 * Its format can't express the request, which is nothing that has happened to it: it
	 * is as if it were not there. What the stream itself can't express is a fault of the
	 * request.
	 */
	private Flux<StreamEvent> cannotAsk(Target target, RuntimeException ex) {
		release();
		if (this.targets.isOwn(target)) {
			return Flux.error(ex);
		}
		this.excluded.add(target.name());
		Target next = next(this.reason);
		if (next != null) {
			return attempt(next);
		}
		if (this.failures.isEmpty()) {
			return Flux.error(ex);
		}
		AIStreamException last = this.failures.get(this.failures.size() - 1);
		last.addSuppressed(ex);
		return retry(last, () -> 0);
	}

	private Flux<StreamEvent> failed(Target target, AIStreamException ex) {
		boolean begun = this.call.answer().hasContent();
		FallbackReason reason = FallbackReason.of(ex);
		noteHealth(target, ex, begun ? broken(ex) : reason == FallbackReason.UNAVAILABLE);
		if (!ex.isTransient()) {
			this.excluded.add(target.name());
		}
		if (reason == null || (begun && this.targets.retry().midStream() == RetryConfig.MidStream.FAIL)) {
			return Flux.error(failure(ex));
		}
		this.reason = reason;
		Target next = next(reason);
		return (next != null) ? again(note(target, ex), next.name(), Duration.ZERO, Flux.defer(() -> attempt(next)))
				: retry(ex, () -> note(target, ex));
	}

	/**
	 * After the first content the fault is the target's, unless it is a limit of ours.
	 */
	private static boolean broken(AIStreamException ex) {
		return !(ex instanceof LimitExceededException || ex instanceof BudgetExceededException);
	}

	private void noteHealth(Target target, AIStreamException ex, boolean isTargets) {
		Permit permit = this.permit;
		if (permit == null) {
			return;
		}
		if (isTargets) {
			permit.failed(now(), (ex instanceof ProviderException provider) ? provider.retryAfter() : null,
					target.route());
		}
		else {
			permit.released();
		}
	}

	private void release() {
		Permit permit = this.permit;
		if (permit != null) {
			permit.released();
		}
	}

	private Flux<StreamEvent> retry(AIStreamException ex, IntSupplier noted) {
		if (this.reason != FallbackReason.UNAVAILABLE) {
			return Flux.error(failure(ex));
		}
		long now = now();
		Target chosen = candidates(FallbackReason.UNAVAILABLE)
			.min(Comparator.comparing((Target candidate) -> candidate.health().isCooling(now))
				.thenComparing(
						(candidate) -> candidate.health().isCooling(now) ? candidate.health().nanosUntilFree(now) : 0L))
			.orElse(null);
		Duration delay = (chosen != null) ? delay(chosen, now) : null;
		if (chosen == null || delay == null) {
			return Flux.error(failure(ex));
		}
		return again(noted.getAsInt(), chosen.name(), delay,
				Mono.delay(delay).flatMapMany((tick) -> attempt(stillFirst(chosen))));
	}

	/** The delay before a retry, {@code null} if there is to be none. */
	private @Nullable Duration delay(Target chosen, long now) {
		RetryConfig retry = this.targets.retry();
		if (!retry.enabled() || ++this.retries > retry.maxRetries()) {
			return null;
		}
		Duration delay = retry.delay(this.retries, this.targets.random().get());
		Duration asked = Duration.ofNanos(chosen.health().nanosAsked(now));
		if (asked.compareTo(delay) > 0) {
			if (asked.compareTo(retry.maxRetryAfter()) > 0) {
				return null;
			}
			delay = asked;
		}
		Duration total = this.targets.all().get(0).config().timeouts().total();
		boolean late = total != null && delay.compareTo(total.minusNanos(now - this.begun)) >= 0;
		return late ? null : delay;
	}

	/** Others may have been asked in the meantime. */
	private Target stillFirst(Target chosen) {
		long now = now();
		Permit permit = chosen.health().tryAcquire(now);
		if (permit != null) {
			hold(permit);
			return chosen;
		}
		List<Target> others = candidates(FallbackReason.UNAVAILABLE).toList();
		for (Target target : others) {
			permit = target.health().tryAcquire(now);
			if (permit != null) {
				hold(permit);
				return target;
			}
		}
		return force(others.stream().min(freeFirst(now)).orElse(chosen));
	}

	/** Gives how many tokens are discarded. */
	private int note(Target target, AIStreamException ex) {
		this.failures.add(ex);
		this.failed.put(target.name(), ex.toErrorEvent().code());
		return this.call.answer().restart(ex);
	}

	private Flux<StreamEvent> again(int discarded, String next, Duration delay, Flux<StreamEvent> events) {
		return Flux.concat(Mono.just(new StreamEvent.Retry(this.failures.size(), delay, discarded, next)), events);
	}

	/** The last failure, which knows of the earlier ones. */
	private AIStreamException failure(AIStreamException last) {
		this.failures.stream().filter((earlier) -> earlier != last).forEach(last::addSuppressed);
		return last;
	}

}
