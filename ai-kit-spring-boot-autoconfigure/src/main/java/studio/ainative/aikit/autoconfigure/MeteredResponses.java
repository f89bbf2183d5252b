package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;

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

	MeteredResponses(MeterRegistry registry, String stack) {
		this.meters = new ServerMeters(registry, stack, this);
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
		switch (news) {
			case RESUME_HIT -> this.meters.kept(AiKitServerMeters.RESUMES, "hit");
			case RESUME_GONE -> this.meters.kept(AiKitServerMeters.RESUMES, "gone");
			case RESUME_FOREIGN -> this.meters.kept(AiKitServerMeters.RESUMES, "foreign");
			case RESUME_INVALID -> this.meters.kept(AiKitServerMeters.RESUMES, "invalid");
			case STOP_HIT -> this.meters.kept(AiKitServerMeters.STOPS, "hit");
			case STOP_LATE -> this.meters.kept(AiKitServerMeters.STOPS, "late");
			case STOP_GONE -> this.meters.kept(AiKitServerMeters.STOPS, "gone");
			case STOP_FOREIGN -> this.meters.kept(AiKitServerMeters.STOPS, "foreign");
			case ABANDONED -> this.meters.kept(AiKitServerMeters.ABANDONED, "");
			case PRODUCER_LOST -> this.meters.kept(AiKitServerMeters.PRODUCERS_LOST, "");
			case LOG_FAILED -> this.meters.kept(AiKitServerMeters.LOG_FAILURES, "");
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
