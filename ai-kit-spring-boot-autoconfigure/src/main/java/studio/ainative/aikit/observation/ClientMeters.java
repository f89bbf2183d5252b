package studio.ainative.aikit.observation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;
import java.util.function.ToLongFunction;

import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;

/**
 * Makes metrics of calls: {@link AiKitClientMeters} says which.
 * <p>
 * Durations are summaries in seconds and not timers, which some registries export in
 * milliseconds, and have the convention's buckets.
 *
 * @since 0.1.0
 */
public final class ClientMeters implements ClientCallListener {

	static final double NANOS_PER_SECOND = 1e9;

	private static final String MODALITY = "gen_ai.token.modality";

	private static final String TOKEN_TYPE = "gen_ai.token.type";

	/** The convention's bounds for numbers of tokens: powers of four up to 4^13. */
	private static final double[] TOKEN_BOUNDS = tokenBounds();

	private final MeterRegistry registry;

	private final AiKitClientObservationConvention convention;

	private final SemanticConvention names;

	/** By the tags of calls: looking meters up in the registry takes longer. */
	private final Map<KeyValues, CallMeters> meters = new ConcurrentHashMap<>();

	/** Not with the older names, which have no such metric. */
	private final @Nullable ToolMeters tools;

	/**
	 * Make metrics.
	 * @param registry where to
	 * @param convention gives the tags
	 * @param names the version of their names
	 */
	public ClientMeters(MeterRegistry registry, AiKitClientObservationConvention convention, SemanticConvention names) {
		this.registry = Objects.requireNonNull(registry, "'registry' must not be null");
		this.convention = Objects.requireNonNull(convention, "'convention' must not be null");
		this.names = Objects.requireNonNull(names, "'names' must not be null");
		String toolDuration = AiKitClientMeters.TOOL_DURATION.meterName(names);
		this.tools = (toolDuration != null) ? new ToolMeters(registry, toolDuration) : null;
	}

	private static double[] tokenBounds() {
		double[] bounds = new double[14];
		for (int i = 0; i < bounds.length; i++) {
			bounds[i] = 1L << (2 * i);
		}
		return bounds;
	}

	@Override
	public void ended(AiKitClientObservationContext call) {
		ClientCallEnd end = call.end();
		if (end != null) {
			KeyValues keys = this.convention.getLowCardinalityKeyValues(call);
			this.meters.computeIfAbsent(keys, CallMeters::new).record(call, end);
		}
	}

	@Override
	public void toolEnded(ToolCallEnd run) {
		if (this.tools != null) {
			this.tools.record(run);
		}
	}

	static DistributionSummary seconds(MeterRegistry registry, AiKitClientMeters meter, String name, Tags tags) {
		return DistributionSummary.builder(name)
			.description(meter.description())
			.baseUnit(meter.unit())
			.serviceLevelObjectives(ChunkTimes.BOUNDS)
			.tags(tags)
			.register(registry);
	}

	/** The meters of calls with the same tags, made as they are needed. */
	private final class CallMeters {

		private final Tags tags;

		private final DistributionSummary duration;

		private final DistributionSummary timeToFirstChunk;

		private final DistributionSummary timePerOutputChunk;

		private final DistributionSummary timeToFirstToken;

		/** By what makes them differ besides the tags that all have. */
		private final Map<String, TokenMeters> tokens = new ConcurrentHashMap<>(2);

		private final Map<String, Counter> retries = new ConcurrentHashMap<>(1);

		private final Map<String, Counter> costs = new ConcurrentHashMap<>(1);

		CallMeters(KeyValues keys) {
			List<Tag> tags = new ArrayList<>();
			keys.forEach((key) -> tags.add(Tag.of(key.getKey(), key.getValue())));
			this.tags = Tags.of(tags);
			this.duration = seconds(AiKitClientMeters.DURATION);
			this.timeToFirstChunk = seconds(AiKitClientMeters.TIME_TO_FIRST_CHUNK);
			this.timePerOutputChunk = seconds(AiKitClientMeters.TIME_PER_OUTPUT_CHUNK);
			this.timeToFirstToken = seconds(AiKitClientMeters.TIME_TO_FIRST_TOKEN);
		}

		void record(AiKitClientObservationContext call, ClientCallEnd end) {
			ClientCallProgress progress = call.progress();
			record(this.duration, progress.duration());
			record(this.timeToFirstChunk, progress.firstChunk());
			record(this.timeToFirstToken, progress.firstToken());
			ChunkTimes times = call.chunkTimes();
			if (times != null) {
				times.forEach(this.timePerOutputChunk::record);
			}
			Usage reported = end.reported();
			this.tokens.computeIfAbsent((reported != null) ? "text" : "unknown", this::tokenMeters)
				.record((reported != null) ? reported : Usage.NONE);
			for (String reason : progress.retryReasons()) {
				this.retries
					.computeIfAbsent(reason,
							(key) -> counter(AiKitClientMeters.RETRIES, Tags.of("aikit.retry.reason", key)))
					.increment();
			}
			recordCost(end.total());
		}

		private static void record(DistributionSummary summary, @Nullable Duration time) {
			if (time != null) {
				summary.record(time.toNanos() / NANOS_PER_SECOND);
			}
		}

		private void recordCost(StreamEvent.@Nullable UsageReport report) {
			Cost cost = (report != null) ? report.cost() : null;
			if (report != null && cost != null && cost.amount().compareTo(BigDecimal.ZERO) > 0) {
				String estimated = String.valueOf(report.usage().estimated());
				this.costs
					.computeIfAbsent(cost.currency() + estimated,
							(key) -> counter(AiKitClientMeters.COST,
									Tags.of("aikit.currency", cost.currency(), "aikit.usage.estimated", estimated)))
					.increment(cost.amount().doubleValue());
			}
		}

		private TokenMeters tokenMeters(String modality) {
			List<Count> counts = new ArrayList<>();
			if (ClientMeters.this.names == SemanticConvention.OTEL_0_1) {
				Tags tags = Tags.of(MODALITY, modality);
				counts.add(new Count(counter(AiKitClientMeters.INPUT_TOKENS, tags)::increment, Usage::promptTokens));
				counts
					.add(new Count(counter(AiKitClientMeters.OUTPUT_TOKENS, tags)::increment, Usage::completionTokens));
				counts
					.add(new Count(counter(AiKitClientMeters.CACHE_READ_TOKENS, tags)::increment, Usage::cachedTokens));
				counts.add(new Count(counter(AiKitClientMeters.CACHE_WRITE_TOKENS, tags)::increment,
						Usage::cacheWriteTokens));
				counts.add(new Count(counter(AiKitClientMeters.REASONING_TOKENS, tags)::increment,
						Usage::reasoningTokens));
			}
			if (!modality.equals("unknown")) {
				summary(counts, AiKitClientMeters.OPERATION_INPUT_TOKENS, Tags.empty(), Usage::promptTokens);
				summary(counts, AiKitClientMeters.OPERATION_OUTPUT_TOKENS, Tags.empty(), Usage::completionTokens);
				summary(counts, AiKitClientMeters.TOKEN_USAGE, Tags.of(TOKEN_TYPE, "input"), Usage::promptTokens);
				summary(counts, AiKitClientMeters.TOKEN_USAGE, Tags.of(TOKEN_TYPE, "output"), Usage::completionTokens);
			}
			return new TokenMeters(counts);
		}

		private void summary(List<Count> counts, AiKitClientMeters meter, Tags further, ToLongFunction<Usage> count) {
			String name = meter.meterName(ClientMeters.this.names);
			if (name != null) {
				DistributionSummary summary = DistributionSummary.builder(name)
					.description(meter.description())
					.serviceLevelObjectives(TOKEN_BOUNDS)
					.tags(this.tags.and(further))
					.register(ClientMeters.this.registry);
				counts.add(new Count(summary::record, count));
			}
		}

		private DistributionSummary seconds(AiKitClientMeters meter) {
			return ClientMeters.seconds(ClientMeters.this.registry, meter,
					Objects.requireNonNull(meter.meterName(ClientMeters.this.names)), this.tags);
		}

		private Counter counter(AiKitClientMeters meter, Tags further) {
			return Counter.builder(Objects.requireNonNull(meter.meterName(ClientMeters.this.names)))
				.description(meter.description())
				.tags(this.tags.and(further))
				.register(ClientMeters.this.registry);
		}

	}

	/**
	 * The meters of calls of which the provider has told the usage, or has not.
	 *
	 * @param counts what is counted of each
	 */
	private record TokenMeters(List<Count> counts) {

		void record(Usage usage) {
			this.counts.forEach((count) -> count.meter().accept((double) count.tokens().applyAsLong(usage)));
		}

	}

	/**
	 * One count.
	 *
	 * @param meter what takes it
	 * @param tokens what it is of a usage
	 */
	private record Count(DoubleConsumer meter, ToLongFunction<Usage> tokens) {
	}

}
