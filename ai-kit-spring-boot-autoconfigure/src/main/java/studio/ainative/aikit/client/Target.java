package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ProviderRequest;

/**
 * One of several that may answer a call: the stream itself, or a fallback of it.
 *
 * @param route how it takes part
 * @param config its settings
 * @param exchange makes requests to it
 * @param accounting counts its tokens and knows its prices
 * @param health whether it is to be asked
 */
record Target(RouteConfig route, StreamConfig config, Exchange exchange, Accounting accounting, TargetHealth health) {

	String name() {
		return this.route.name();
	}

	/**
	 * What this target is asked instead of another. It has its own model. What the
	 * application tells the model stays the same, and so does what the call alone asks
	 * for.
	 * @param first what the stream itself is asked
	 * @param call what the call does differently
	 * @return what to ask
	 */
	ProviderRequest request(ProviderRequest first, CallOptions call) {
		String prompt = (call.systemPrompt() == null && this.config.systemPrompt() != null) ? this.config.systemPrompt()
				: first.systemPrompt();
		Map<String, Object> options = new LinkedHashMap<>(this.config.options());
		options.putAll(call.options());
		return new ProviderRequest(first.messages(), this.config.model(), prompt, options, first.tools());
	}

	/**
	 * How long a try may take.
	 * @param isLast whether there is none to go on to
	 * @return the limits
	 */
	StreamTimeouts timeouts(boolean isLast) {
		StreamTimeouts own = this.config.timeouts();
		Duration limit = this.route.firstToken();
		return (isLast || limit.compareTo(own.firstToken()) >= 0) ? own : own.withFirstToken(limit);
	}

	/**
	 * What readers are told of who answers.
	 * @param asked what the target is asked
	 * @param failed the targets that have failed before, in their order
	 * @return the facts
	 */
	StreamEvent.Metadata metadata(ProviderRequest asked, Map<String, Object> failed) {
		Map<String, Object> values = new LinkedHashMap<>();
		values.put(StreamEvent.Metadata.PROVIDER, this.exchange.provider().name());
		values.put(StreamEvent.Metadata.TARGET, name());
		if (asked.model() != null) {
			values.put(StreamEvent.Metadata.MODEL, asked.model());
		}
		if (!failed.isEmpty()) {
			values.put(StreamEvent.Metadata.FAILED_TARGETS,
					failed.entrySet().stream().map((entry) -> failure(entry.getKey(), entry.getValue())).toList());
		}
		return new StreamEvent.Metadata(values);
	}

	private static Map<String, @Nullable Object> failure(String name, Object code) {
		Map<String, @Nullable Object> failure = new LinkedHashMap<>();
		failure.put(StreamEvent.Metadata.TARGET, name);
		failure.put("error", code);
		return failure;
	}

}
