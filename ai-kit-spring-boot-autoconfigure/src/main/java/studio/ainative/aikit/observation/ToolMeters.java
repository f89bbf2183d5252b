package studio.ainative.aikit.observation;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.HighCardinalityKeys;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.LowCardinalityKeys;

/**
 * Makes metrics of the runs of tools' functions.
 */
final class ToolMeters {

	/** An application has a few tools, but may make some for each request. */
	private static final int MAX_TOOLS = 100;

	private final MeterRegistry registry;

	private final String name;

	private final ModelNames tools = new ModelNames(List.of(), MAX_TOOLS);

	/** Looking meters up in the registry takes longer. */
	private final Map<Tags, DistributionSummary> meters = new ConcurrentHashMap<>();

	ToolMeters(MeterRegistry registry, String name) {
		this.registry = registry;
		this.name = name;
	}

	void record(ToolCallEnd end) {
		String errorType = end.errorType();
		Tags tags = Tags.of(HighCardinalityKeys.TOOL_NAME.asString(), this.tools.bound(end.tool()),
				HighCardinalityKeys.TOOL_TYPE.asString(), ToolCall.TYPE, LowCardinalityKeys.ERROR_TYPE.asString(),
				(errorType != null) ? errorType : KeyValue.NONE_VALUE, LowCardinalityKeys.OUTCOME.asString(),
				end.outcome().toString(), LowCardinalityKeys.STREAM.asString(), end.stream());
		this.meters
			.computeIfAbsent(tags,
					(key) -> ClientMeters.seconds(this.registry, AiKitClientMeters.TOOL_DURATION, this.name, key))
			.record(end.duration().toNanos() / ClientMeters.NANOS_PER_SECOND);
	}

}
