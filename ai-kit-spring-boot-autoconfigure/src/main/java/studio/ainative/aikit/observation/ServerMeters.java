package studio.ainative.aikit.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;

/**
 * Makes metrics of answers to readers: {@link AiKitServerMeters} says which. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ServerMeters {

	private static final double NANOS_PER_SECOND = 1e9;

	private final MeterRegistry registry;

	private final AiKitServerMeterConvention convention;

	private final String stack;

	private final OpenAnswers open;

	private final Map<String, FormatMeters> formats = new ConcurrentHashMap<>();

	private final Map<KeptKey, Counter> kept = new ConcurrentHashMap<>();

	/**
	 * Make metrics.
	 * @param registry where to
	 * @param convention gives the tags
	 * @param stack the value of the tag {@code aikit.stack}
	 * @param open the answers that are open
	 */
	public ServerMeters(MeterRegistry registry, AiKitServerMeterConvention convention, String stack, OpenAnswers open) {
		this.registry = Objects.requireNonNull(registry, "'registry' must not be null");
		this.convention = Objects.requireNonNull(convention, "'convention' must not be null");
		this.stack = Objects.requireNonNull(stack, "'stack' must not be null");
		this.open = Objects.requireNonNull(open, "'open' must not be null");
	}

	/**
	 * An answer has a reader.
	 * @param format the name of its format
	 */
	public void opened(String format) {
		meters(format);
	}

	/**
	 * An answer has none any more.
	 * @param format the name of its format
	 * @param closing how it went
	 */
	public void closed(String format, ServerClosing closing) {
		meters(format).record(closing);
	}

	/**
	 * Something has come of an answer that is kept.
	 * @param meter what counts it
	 * @param outcome the value of {@code aikit.outcome}, empty for a metric without
	 */
	public void kept(AiKitServerMeters meter, String outcome) {
		keptCounter(meter, outcome).increment();
	}

	/**
	 * Answers are kept, so that this may be counted: it is zero from now on. A counter
	 * that is not there before its first increment has no rate of it.
	 * @param meter what will count it
	 * @param outcome the value of {@code aikit.outcome}, empty for a metric without
	 */
	public void beginKept(AiKitServerMeters meter, String outcome) {
		keptCounter(meter, outcome);
	}

	private Counter keptCounter(AiKitServerMeters meter, String outcome) {
		return this.kept.computeIfAbsent(new KeptKey(meter, outcome), this::counter);
	}

	private Counter counter(KeptKey key) {
		return Counter.builder(key.meter().meterName())
			.description(key.meter().description())
			.tags(tags(key.meter(), null, key.outcome().isEmpty() ? null : key.outcome()))
			.register(this.registry);
	}

	private Tags tags(AiKitServerMeters meter, @Nullable String format, @Nullable String outcome) {
		List<Tag> tags = new ArrayList<>();
		this.convention.getLowCardinalityKeyValues(new AiKitServerMeterContext(meter, this.stack, format, outcome))
			.forEach((key) -> tags.add(Tag.of(key.getKey(), key.getValue())));
		return Tags.of(tags);
	}

	private FormatMeters meters(String format) {
		return this.formats.computeIfAbsent(format, FormatMeters::new);
	}

	/** The meters of answers in one format. */
	private final class FormatMeters {

		private final String format;

		private final DistributionSummary firstByte;

		private final DistributionSummary firstToken;

		private final Counter bytes;

		private final Counter heartbeats;

		FormatMeters(String format) {
			this.format = format;
			gauge(AiKitServerMeters.ANSWERS, (answers) -> answers.count(format));
			gauge(AiKitServerMeters.LAG, (answers) -> answers.longestLag(format).toNanos() / NANOS_PER_SECOND);
			gauge(AiKitServerMeters.WAITING, (answers) -> answers.waitingBytes(format));
			this.firstByte = seconds(AiKitServerMeters.TIME_TO_FIRST_BYTE, null);
			this.firstToken = seconds(AiKitServerMeters.TIME_TO_FIRST_TOKEN, null);
			this.bytes = counter(AiKitServerMeters.BYTES, null);
			this.heartbeats = counter(AiKitServerMeters.HEARTBEATS, null);
		}

		void record(ServerClosing closing) {
			counter(AiKitServerMeters.READERS, closing.outcome()).increment();
			record(seconds(AiKitServerMeters.DURATION, closing.outcome()), closing.duration());
			record(this.firstByte, closing.firstByte());
			record(this.firstToken, closing.firstToken());
			this.bytes.increment((double) closing.bytes());
			this.heartbeats.increment((double) closing.heartbeats());
		}

		private static void record(DistributionSummary summary, @Nullable Duration time) {
			if (time != null) {
				summary.record(time.toNanos() / NANOS_PER_SECOND);
			}
		}

		private void gauge(AiKitServerMeters meter, ToDoubleFunction<OpenAnswers> value) {
			Gauge.builder(meter.meterName(), ServerMeters.this.open, value)
				.description(meter.description())
				.baseUnit(unit(meter))
				.tags(tags(meter, this.format, null))
				.register(ServerMeters.this.registry);
		}

		private DistributionSummary seconds(AiKitServerMeters meter, @Nullable String outcome) {
			return DistributionSummary.builder(meter.meterName())
				.description(meter.description())
				.baseUnit(unit(meter))
				.serviceLevelObjectives(ChunkTimes.BOUNDS)
				.tags(tags(meter, this.format, outcome))
				.register(ServerMeters.this.registry);
		}

		private Counter counter(AiKitServerMeters meter, @Nullable String outcome) {
			return Counter.builder(meter.meterName())
				.description(meter.description())
				.baseUnit(unit(meter))
				.tags(tags(meter, this.format, outcome))
				.register(ServerMeters.this.registry);
		}

		private static @Nullable String unit(AiKitServerMeters meter) {
			return meter.unit().isEmpty() ? null : meter.unit();
		}

	}

	/**
	 * What one counter counts.
	 *
	 * @param meter the metric
	 * @param outcome the value of {@code aikit.outcome}
	 */
	private record KeptKey(AiKitServerMeters meter, String outcome) {
	}

	/**
	 * The answers that are open, looked at whenever the metrics are read.
	 */
	public interface OpenAnswers {

		/**
		 * How many there are.
		 * @param format of this format
		 * @return the number
		 */
		int count(String format);

		/**
		 * How long the slowest reader has not taken what waits.
		 * @param format of this format
		 * @return the time, zero if none is slow
		 */
		Duration longestLag(String format);

		/**
		 * How much waits for all of them.
		 * @param format of this format
		 * @return the number of bytes
		 */
		long waitingBytes(String format);

	}

	/**
	 * How an answer to a reader went.
	 *
	 * @param outcome the value of {@code aikit.outcome}
	 * @param duration from the reader's coming to the end
	 * @param firstByte until the first bytes were written, {@code null} if none were
	 * @param firstToken until the first text was written, {@code null} if none was
	 * @param bytes how many bytes were written
	 * @param heartbeats how many heartbeats were written
	 */
	public record ServerClosing(String outcome, Duration duration, @Nullable Duration firstByte,
			@Nullable Duration firstToken, long bytes, long heartbeats) {
	}

}
