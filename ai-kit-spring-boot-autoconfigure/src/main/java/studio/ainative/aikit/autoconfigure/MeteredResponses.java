package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;

import studio.ainative.aikit.observation.AiKitServerMeterConvention;
import studio.ainative.aikit.observation.AiKitServerMeters;
import studio.ainative.aikit.observation.ServerMeters;
import studio.ainative.aikit.server.KeptNews;
import studio.ainative.aikit.server.ResponseObserver;

/**
 * Tells metrics of responses to readers.
 */
final class MeteredResponses implements ResponseObserver, ServerMeters.OpenAnswers {

	private final Set<OpenResponse> open = ConcurrentHashMap.newKeySet();

	private final ServerMeters meters;

	MeteredResponses(MeterRegistry registry, AiKitServerMeterConvention convention, String stack) {
		this.meters = new ServerMeters(registry, convention, stack, this);
	}

	@Override
	public void opened(OpenResponse response) {
		this.open.add(response);
		this.meters.opened(response.format());
	}

	@Override
	public void closed(OpenResponse response, Closing closing) {
		this.open.remove(response);
		this.meters.closed(response.format(),
				new ServerMeters.ServerClosing(closing.cause().name().toLowerCase(Locale.ROOT), closing.duration(),
						closing.firstByte(), closing.firstToken(), closing.bytes(), closing.heartbeats()));
	}

	@Override
	public void kept(KeptNews news) {
		tell(news, this.meters::kept);
	}

	/** Answers are kept: what may come of them is counted from zero. */
	void beginKept() {
		for (KeptNews news : KeptNews.values()) {
			tell(news, this.meters::beginKept);
		}
	}

	private static void tell(KeptNews news, BiConsumer<AiKitServerMeters, String> meters) {
		switch (news) {
			case RESUME_HIT -> meters.accept(AiKitServerMeters.RESUMES, "hit");
			case RESUME_GONE -> meters.accept(AiKitServerMeters.RESUMES, "gone");
			case RESUME_FOREIGN -> meters.accept(AiKitServerMeters.RESUMES, "foreign");
			case RESUME_INVALID -> meters.accept(AiKitServerMeters.RESUMES, "invalid");
			case STOP_HIT -> meters.accept(AiKitServerMeters.STOPS, "hit");
			case STOP_LATE -> meters.accept(AiKitServerMeters.STOPS, "late");
			case STOP_GONE -> meters.accept(AiKitServerMeters.STOPS, "gone");
			case STOP_FOREIGN -> meters.accept(AiKitServerMeters.STOPS, "foreign");
			case ABANDONED -> meters.accept(AiKitServerMeters.ABANDONED, "");
			case PRODUCER_LOST -> meters.accept(AiKitServerMeters.PRODUCERS_LOST, "");
			case LOG_FAILED -> meters.accept(AiKitServerMeters.LOG_FAILURES, "");
		}
	}

	@Override
	public int count(String format) {
		return (int) open(format).count();
	}

	@Override
	public Duration longestLag(String format) {
		return open(format).map(OpenResponse::lag).max(Duration::compareTo).orElse(Duration.ZERO);
	}

	@Override
	public long waitingBytes(String format) {
		return open(format).mapToLong(OpenResponse::waitingBytes).sum();
	}

	private Stream<OpenResponse> open(String format) {
		return this.open.stream().filter((response) -> response.format().equals(format));
	}

}
