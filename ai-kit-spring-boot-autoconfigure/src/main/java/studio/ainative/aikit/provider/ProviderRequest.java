package studio.ainative.aikit.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Message;

/**
 * What is asked of a provider.
 *
 * @param messages the conversation, oldest first
 * @param model the model's name, {@code null} where the server chooses
 * @param systemPrompt what the application tells the model before the conversation,
 * {@code null} for nothing
 * @param options fields that go into the request's body as they are ({@code temperature},
 * {@code max_tokens}, …) and take the place of what AI Kit would write; JSON values, or
 * {@code null} to keep a field out
 * @param tools the tools that the model may call, empty for none
 * @since 0.1.0
 */
public record ProviderRequest(List<Message> messages, @Nullable String model, @Nullable String systemPrompt,
		Map<String, Object> options, List<ToolDefinition> tools) {

	/**
	 * Copy what is mutable.
	 * @param messages the conversation, oldest first
	 * @param model the model's name, {@code null} where the server chooses
	 * @param systemPrompt what the application tells the model before the conversation,
	 * {@code null} for nothing
	 * @param options fields that go into the request's body as they are
	 * ({@code temperature}, {@code max_tokens}, …); JSON values
	 * @param tools the tools that the model may call, empty for none
	 */
	public ProviderRequest {
		messages = List.copyOf(messages);
		options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
		tools = List.copyOf(tools);
	}

	/**
	 * A request without tools.
	 * @param messages the conversation, oldest first
	 * @param model the model's name, {@code null} where the server chooses
	 * @param systemPrompt what the application tells the model before the conversation,
	 * {@code null} for nothing
	 * @param options fields that go into the request's body as they are
	 * ({@code temperature}, {@code max_tokens}, …); JSON values
	 */
	public ProviderRequest(List<Message> messages, @Nullable String model, @Nullable String systemPrompt,
			Map<String, Object> options) {
		this(messages, model, systemPrompt, options, List.of());
	}

	/**
	 * Go on with more messages.
	 * @param messages the conversation, oldest first
	 * @return the changed request
	 */
	public ProviderRequest withMessages(List<Message> messages) {
		return new ProviderRequest(messages, this.model, this.systemPrompt, this.options, this.tools);
	}

	@Override
	public String toString() {
		return "ProviderRequest[messages=" + this.messages.size() + ", model=" + this.model + ", options="
				+ this.options.keySet() + "]";
	}

}
