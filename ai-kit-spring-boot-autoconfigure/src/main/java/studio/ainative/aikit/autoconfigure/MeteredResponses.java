package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;

import studio.ainative.aikit.observation.ServerMeters;
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
