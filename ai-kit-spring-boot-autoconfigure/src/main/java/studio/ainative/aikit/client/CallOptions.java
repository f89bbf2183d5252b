package studio.ainative.aikit.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What one call does differently from the stream's {@link StreamConfig}.
 *
 * @param model the model's name, {@code null} for the configured one
 * @param systemPrompt what the application tells the model before the conversation,
 * {@code null} for the configured prompt, empty for none
 * @param options fields of the request's body, laid over the configured ones; JSON values
 * @param cache what the call makes of the stream's cache
 * @since 0.1.0
 */
public record CallOptions(@Nullable String model, @Nullable String systemPrompt, Map<String, Object> options,
		CacheMode cache) {

	private static final CallOptions DEFAULTS = new CallOptions(null, null, Map.of(), CacheMode.USE);

	/**
	 * Check the values and copy what is mutable.
	 * @param model the model's name, {@code null} for the configured one
	 * @param systemPrompt what the application tells the model before the conversation,
	 * {@code null} for the configured prompt, empty for none
	 * @param options fields of the request's body, laid over the configured ones; JSON
	 * values
	 * @param cache what the call makes of the stream's cache
	 */
	public CallOptions {
		Objects.requireNonNull(cache, "'cache' must not be null");
		options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
	}

	/**
	 * Options of a call that uses the stream's cache, where there is one.
	 * @param model the model's name, {@code null} for the configured one
	 * @param systemPrompt what the application tells the model before the conversation,
	 * {@code null} for the configured prompt, empty for none
	 * @param options fields of the request's body, laid over the configured ones; JSON
	 * values
	 */
	public CallOptions(@Nullable String model, @Nullable String systemPrompt, Map<String, Object> options) {
		this(model, systemPrompt, options, CacheMode.USE);
	}

	/**
	 * Nothing different.
	 * @return the options
	 */
	public static CallOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Ask another model.
	 * @param model the model's name, {@code null} for the configured one
	 * @return changed options
	 */
	public CallOptions withModel(@Nullable String model) {
		return new CallOptions(model, this.systemPrompt, this.options, this.cache);
	}

	/**
	 * Tell the model something else before the conversation.
	 * @param systemPrompt the prompt, {@code null} for the configured one, empty for none
	 * @return changed options
	 */
	public CallOptions withSystemPrompt(@Nullable String systemPrompt) {
		return new CallOptions(this.model, systemPrompt, this.options, this.cache);
	}

	/**
	 * Set a field of the request's body.
	 * @param name the field's name, for example {@code temperature}
	 * @param value a JSON value
	 * @return changed options
	 */
	public CallOptions withOption(String name, Object value) {
		Map<String, Object> changed = new LinkedHashMap<>(this.options);
		changed.put(name, value);
		return new CallOptions(this.model, this.systemPrompt, changed, this.cache);
	}

	/**
	 * Make something else of the stream's cache: of no effect where there is none.
	 * @param cache what
	 * @return changed options
	 */
	public CallOptions withCache(CacheMode cache) {
		return new CallOptions(this.model, this.systemPrompt, this.options, cache);
	}

	/**
	 * The prompt is not in it, nor are the options' values.
	 */
	@Override
	public String toString() {
		return "CallOptions[model=" + this.model + ", options=" + this.options.keySet() + "]";
	}

}
