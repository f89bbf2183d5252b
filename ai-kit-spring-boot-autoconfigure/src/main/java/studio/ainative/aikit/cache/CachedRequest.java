package studio.ainative.aikit.cache;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.provider.ProviderRequest;

/**
 * Everything that is sent for an answer: only what is alike in all of it has the same
 * answer. Ids, times and states of messages aren't sent, and make no difference.
 *
 * @param provider the name of the wire format
 * @param endpoint where the request goes
 * @param apiKey the key, {@code null} for none
 * @param headers what the configuration adds
 * @param request what is asked
 * @since 0.1.0
 */
public record CachedRequest(String provider, URI endpoint, @Nullable String apiKey, Map<String, String> headers,
		ProviderRequest request) {

	/** Of the canonical form: with another one, nothing of before is found. */
	private static final int VERSION = 1;

	/**
	 * Refuse what is missing.
	 * @param provider the name of the wire format
	 * @param endpoint where the request goes
	 * @param apiKey the key, {@code null} for none
	 * @param headers what the configuration adds
	 * @param request what is asked
	 */
	public CachedRequest {
		Objects.requireNonNull(provider, "'provider' must not be null");
		Objects.requireNonNull(endpoint, "'endpoint' must not be null");
		Objects.requireNonNull(headers, "'headers' must not be null");
		Objects.requireNonNull(request, "'request' must not be null");
	}

	/**
	 * The key under which the answer is kept: a SHA-256 over all of this, from which
	 * nothing can be read back.
	 * @param namespace who may share the answer, {@code null} for everyone
	 * @return 64 characters, {@code null} if an option is no JSON value, so that what is
	 * the same can't be told
	 */
	@Nullable String key(@Nullable String namespace) {
		CanonicalForm form = new CanonicalForm();
		try {
			form.number(VERSION).text(namespace).text(this.provider).text(this.endpoint.toString()).text(this.apiKey);
			form.value(this.headers).text(this.request.model()).text(this.request.systemPrompt());
			form.value(this.request.options());
			form.number(this.request.messages().size());
			for (Message message : this.request.messages()) {
				form.message(message);
			}
			form.number(this.request.tools().size());
			this.request.tools()
				.forEach((tool) -> form.text(tool.name()).text(tool.description()).value(tool.schema()));
			return form.hash();
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** Nothing but the provider is in it. */
	@Override
	public String toString() {
		return "CachedRequest[provider=" + this.provider + "]";
	}

}
