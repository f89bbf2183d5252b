package studio.ainative.aikit.observation;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.HighCardinalityKeys;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.LowCardinalityKeys;

/**
 * The keys of OpenTelemetry's GenAI conventions, and AI Kit's own beside them. Each
 * low-cardinality key has a method of its own, to be overridden.
 *
 * @since 0.1.0
 */
public class DefaultAiKitClientObservationConvention implements AiKitClientObservationConvention {

	/** The observation's name; the span's is {@code chat} and the model: {@value}. */
	public static final String NAME = "aikit.client.call";

	private static final String CHAT = "chat";

	private static final KeyValue OPERATION_CHAT = KeyValue.of(LowCardinalityKeys.OPERATION, CHAT);

	private static final KeyValue ERROR_NONE = KeyValue.of(LowCardinalityKeys.ERROR_TYPE, KeyValue.NONE_VALUE);

	/** Until the end. */
	private static final KeyValue OUTCOME_NONE = KeyValue.of(LowCardinalityKeys.OUTCOME, KeyValue.NONE_VALUE);

	private static final double NANOS_PER_SECOND = 1e9;

	private final SemanticConvention names;

	/**
	 * Use the names of a version.
	 * @param names the version
	 */
	public DefaultAiKitClientObservationConvention(SemanticConvention names) {
		this.names = Objects.requireNonNull(names, "'names' must not be null");
	}

	@Override
	public String getName() {
		return NAME;
	}

	@Override
	public String getContextualName(AiKitClientObservationContext context) {
		String model = context.facts().model();
		return (model != null) ? CHAT + " " + model : CHAT;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(AiKitClientObservationContext context) {
		return KeyValues.of(operation(context), provider(context), requestModel(context), responseModel(context),
				serverAddress(context), serverPort(context), errorType(context), outcome(context), stream(context),
				cache(context));
	}

	/**
	 * What is done.
	 * @param context the call
	 * @return always {@code chat}
	 */
	protected KeyValue operation(AiKitClientObservationContext context) {
		return OPERATION_CHAT;
	}

	/**
	 * The wire format.
	 * @param context the call
	 * @return the provider's name
	 */
	protected KeyValue provider(AiKitClientObservationContext context) {
		return KeyValue.of(LowCardinalityKeys.PROVIDER, context.facts().provider());
	}

	/**
	 * The model that was asked for.
	 * @param context the call
	 * @return the bounded name
	 */
	protected KeyValue requestModel(AiKitClientObservationContext context) {
		return KeyValue.of(LowCardinalityKeys.REQUEST_MODEL, context.requestModel());
	}

	/**
	 * The model that answered.
	 * @param context the call
	 * @return the bounded name
	 */
	protected KeyValue responseModel(AiKitClientObservationContext context) {
		return KeyValue.of(LowCardinalityKeys.RESPONSE_MODEL, context.responseModel());
	}

	/**
	 * The host that requests go to.
	 * @param context the call
	 * @return the host, as configured
	 */
	protected KeyValue serverAddress(AiKitClientObservationContext context) {
		return KeyValue.of(LowCardinalityKeys.SERVER_ADDRESS, context.facts().serverAddress());
	}

	/**
	 * Its port.
	 * @param context the call
	 * @return the port
	 */
	protected KeyValue serverPort(AiKitClientObservationContext context) {
		return KeyValue.of(LowCardinalityKeys.SERVER_PORT, String.valueOf(context.facts().serverPort()));
	}

	/**
	 * What failed.
	 * @param context the call
	 * @return {@code none} unless it did
	 */
	protected KeyValue errorType(AiKitClientObservationContext context) {
		ClientCallEnd end = context.end();
		String type = (end != null) ? end.errorType() : null;
		return (type != null) ? KeyValue.of(LowCardinalityKeys.ERROR_TYPE, type) : ERROR_NONE;
	}

	/**
	 * How the call ended.
	 * @param context the call
	 * @return the outcome
	 */
	protected KeyValue outcome(AiKitClientObservationContext context) {
		ClientCallEnd end = context.end();
		return (end != null) ? KeyValue.of(LowCardinalityKeys.OUTCOME, end.outcome().toString()) : OUTCOME_NONE;
	}

	/**
	 * Which stream.
	 * @param context the call
	 * @return the configured name
	 */
	protected KeyValue stream(AiKitClientObservationContext context) {
		return KeyValue.of(LowCardinalityKeys.STREAM, context.facts().stream());
	}

	/**
	 * What a cache did.
	 * @param context the call
	 * @return {@code none} without one
	 */
	protected KeyValue cache(AiKitClientObservationContext context) {
		return KeyValue.of(LowCardinalityKeys.CACHE, context.cache());
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(AiKitClientObservationContext context) {
		KeyValues keys = RequestKeys.of(context.facts(), this.names);
		ClientCallEnd end = context.end();
		return (end != null) ? keys.and(response(context, end)).and(usage(end.reported())) : keys;
	}

	private static KeyValues response(AiKitClientObservationContext context, ClientCallEnd end) {
		ClientCallProgress progress = context.progress();
		KeyValues keys = KeyValues.of(KeyValue.of(HighCardinalityKeys.TRIES, String.valueOf(progress.tries())));
		List<String> reasons = progress.finishReasons();
		if (!reasons.isEmpty()) {
			keys = keys.and(KeyValue.of(HighCardinalityKeys.FINISH_REASONS, String.join(",", reasons)));
		}
		else if (end.outcome() != CallOutcome.COMPLETE) {
			keys = keys.and(KeyValue.of(HighCardinalityKeys.FINISH_REASONS, "error"));
		}
		String id = progress.responseId();
		keys = (id != null) ? keys.and(KeyValue.of(HighCardinalityKeys.RESPONSE_ID, id)) : keys;
		Duration first = progress.firstChunk();
		keys = (first != null) ? keys.and(KeyValue.of(HighCardinalityKeys.TIME_TO_FIRST_CHUNK, seconds(first))) : keys;
		return keys.and(models(context));
	}

	/** A span may have the names that metrics must not. */
	private static KeyValues models(AiKitClientObservationContext context) {
		KeyValues keys = KeyValues.empty();
		String asked = context.facts().model();
		keys = (asked != null) ? keys.and(KeyValue.of(LowCardinalityKeys.REQUEST_MODEL, asked)) : keys;
		String answered = context.progress().model();
		return (answered != null) ? keys.and(KeyValue.of(LowCardinalityKeys.RESPONSE_MODEL, answered)) : keys;
	}

	private static String seconds(Duration duration) {
		return String.valueOf(duration.toNanos() / NANOS_PER_SECOND);
	}

	private KeyValues usage(@Nullable Usage usage) {
		if (usage == null) {
			return KeyValues.empty();
		}
		KeyValues keys = KeyValues.of(tokens(HighCardinalityKeys.INPUT_TOKENS.asString(), usage.promptTokens()),
				tokens(HighCardinalityKeys.OUTPUT_TOKENS.asString(), usage.completionTokens()));
		if (usage.cachedTokens() > 0) {
			keys = keys.and(tokens(HighCardinalityKeys.CACHE_READ_TOKENS.asString(), usage.cachedTokens()));
		}
		if (usage.cacheWriteTokens() > 0) {
			keys = keys.and(tokens(this.names.cacheWriteTokens(), usage.cacheWriteTokens()));
		}
		return (usage.reasoningTokens() > 0)
				? keys.and(tokens(HighCardinalityKeys.REASONING_TOKENS.asString(), usage.reasoningTokens())) : keys;
	}

	private static KeyValue tokens(String key, long tokens) {
		return KeyValue.of(key, String.valueOf(tokens));
	}

}
