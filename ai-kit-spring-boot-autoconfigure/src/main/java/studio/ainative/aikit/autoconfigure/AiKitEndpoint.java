package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

import studio.ainative.aikit.client.RouteState;
import studio.ainative.aikit.observation.CallHistory;
import studio.ainative.aikit.server.ResponseObserver;

/**
 * Actuator endpoint {@code aikit}: the streams with their last calls, and the answers
 * that have a reader. No text and no key is in it, and of endpoints only the host.
 */
@Endpoint(id = "aikit")
class AiKitEndpoint implements ResponseObserver {

	/** More would be no page to read; there may be thousands. */
	private static final int MAX_RESPONSES = 100;

	private final StreamFactory streams;

	private final CallHistory history;

	private final Set<OpenResponse> open = ConcurrentHashMap.newKeySet();

	AiKitEndpoint(StreamFactory streams, CallHistory history) {
		this.streams = streams;
		this.history = history;
	}

	@Override
	public void opened(OpenResponse response) {
		this.open.add(response);
	}

	@Override
	public void closed(OpenResponse response, Closing closing) {
		this.open.remove(response);
	}

	/**
	 * How things stand.
	 * @return the streams by name, and the responses
	 */
	@ReadOperation
	public Report report() {
		Map<String, StreamReport> streams = new LinkedHashMap<>();
		this.streams.summaries().forEach((name, stream) -> streams.put(name, report(name, stream)));
		List<ResponseReport> oldest = this.open.stream()
			.sorted(Comparator.comparing(OpenResponse::age).reversed())
			.limit(MAX_RESPONSES)
			.map((response) -> new ResponseReport(response.format(), response.age(), response.lag(),
					response.waitingBytes()))
			.toList();
		return new Report(streams, new ResponsesReport(this.open.size(), oldest));
	}

	private StreamReport report(String name, StreamSummary stream) {
		List<CallReport> calls = this.history.lastCalls(name)
			.stream()
			.map((call) -> new CallReport(call.ended(), call.outcome().toString(), call.errorType(), call.model(),
					call.firstToken(), call.duration(), call.tries()))
			.toList();
		RouteState route = this.streams.route(name);
		return new StreamReport(stream.provider(), stream.host(), stream.model(), this.history.openCalls(name),
				route.failures(), route.cooldown(), calls);
	}

	/**
	 * All of it.
	 *
	 * @param streams the configured streams by name
	 * @param responses the answers that have a reader
	 */
	record Report(Map<String, StreamReport> streams, ResponsesReport responses) {
	}

	/**
	 * A stream.
	 *
	 * @param provider the wire format
	 * @param host where requests go
	 * @param model the configured model
	 * @param openCalls how many calls are open
	 * @param failures how many calls have failed in a row, where it has fallbacks or is
	 * one
	 * @param cooldown for how much longer it is left alone therefore
	 * @param lastCalls the last calls, the latest first
	 */
	record StreamReport(String provider, String host, @Nullable String model, int openCalls, int failures,
			Duration cooldown, List<CallReport> lastCalls) {
	}

	/**
	 * A call.
	 *
	 * @param ended when it ended
	 * @param outcome how
	 * @param errorType what failed
	 * @param model the model that answered
	 * @param firstToken the time to the first text
	 * @param duration the whole time
	 * @param tries how many requests it took
	 */
	record CallReport(Instant ended, String outcome, @Nullable String errorType, String model,
			@Nullable Duration firstToken, Duration duration, int tries) {
	}

	/**
	 * The answers that have a reader.
	 *
	 * @param open how many there are
	 * @param oldest the oldest of them
	 */
	record ResponsesReport(int open, List<ResponseReport> oldest) {
	}

	/**
	 * An answer.
	 *
	 * @param format its format
	 * @param age for how long it has its reader
	 * @param lag for how long something waits
	 * @param waitingBytes how much
	 */
	record ResponseReport(String format, Duration age, Duration lag, long waitingBytes) {
	}

}
