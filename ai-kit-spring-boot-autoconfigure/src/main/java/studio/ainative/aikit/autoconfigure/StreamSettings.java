package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.util.StringUtils;

import studio.ainative.aikit.client.RetryConfig;
import studio.ainative.aikit.client.RouteConfig;
import studio.ainative.aikit.client.StreamConfig;
import studio.ainative.aikit.client.StreamLimits;
import studio.ainative.aikit.client.StreamTimeouts;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.client.ToolLimits;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.tokens.TokenBudget;

/**
 * Turns the properties of one stream into the client's settings, and says which property
 * is to blame when that fails.
 */
class StreamSettings {

	private final String prefix;

	private final AiKitProperties.Stream properties;

	StreamSettings(String prefix, AiKitProperties.Stream properties) {
		this.prefix = prefix;
		this.properties = properties;
	}

	Provider provider(Map<String, Provider> providers) {
		Provider provider = providers.get(this.properties.provider());
		if (provider == null) {
			throw failure("provider", "names no provider that is there",
					"Set it to one of: " + String.join(", ", providers.keySet()) + ".", null);
		}
		return (provider == StreamFactory.AI_KIT) ? checked("reconnect.", this::aiKit) : provider;
	}

	private Provider aiKit() {
		AiKitProperties.Reconnect reconnect = this.properties.reconnect();
		return new AiKitProvider(reconnect.enabled() ? reconnect.basePath() : null);
	}

	StreamConfig config(Provider provider) {
		URI endpoint = endpoint(provider);
		String apiKey = StringUtils.hasText(this.properties.apiKey()) ? this.properties.apiKey().strip() : null;
		if (apiKey == null && endpoint.equals(provider.defaultEndpoint())) {
			throw failure("api-key", "is missing, and " + endpoint.getHost() + " answers nobody without a key",
					"Set it, for example to ${" + vendor(provider).toUpperCase(Locale.ROOT).replace('-', '_')
							+ "_API_KEY}, or set '" + this.prefix + ".endpoint' to a server that needs none.",
					null);
		}
		return checked("",
				() -> StreamConfig.defaults()
					.withEndpoint(endpoint)
					.withApiKey(apiKey)
					.withModel(this.properties.model())
					.withSystemPrompt(this.properties.systemPrompt())
					.withHeaders(this.properties.headers())
					.withOptions(JsonOptions.of(this.properties.options())))
			.withRetry(checked("retry.", this::retry))
			.withTimeouts(checked("timeout.", this::timeouts))
			.withLimits(checked("limits.", this::limits))
			.withBudget(checked("budget.", this::budget));
	}

	/** One vendor may have two formats. */
	private static String vendor(Provider provider) {
		return provider.name().replaceFirst("-responses$", "");
	}

	private URI endpoint(Provider provider) {
		String endpoint = this.properties.endpoint();
		if (!StringUtils.hasText(endpoint)) {
			URI defaultEndpoint = provider.defaultEndpoint();
			if (defaultEndpoint == null) {
				throw failure("endpoint",
						"is missing, and the provider '" + provider.name() + "' has no public address",
						"Set it to the address of the chat endpoint, for example http://localhost:8080/api/chat, or set '"
								+ this.prefix + ".provider' to openai, openai-responses or anthropic.",
						null);
			}
			return defaultEndpoint;
		}
		try {
			URI uri = new URI(endpoint.strip());
			if (("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
					&& StringUtils.hasText(uri.getHost())) {
				return uri;
			}
			throw badEndpoint(null);
		}
		catch (URISyntaxException ex) {
			throw badEndpoint(ex);
		}
	}

	private AiKitConfigurationException badEndpoint(@Nullable Throwable cause) {
		return failure("endpoint", "is no address that can be called",
				"Set it to a URL with http or https, a host and a path, for example https://api.openai.com/v1/chat/completions.",
				cause);
	}

	private RetryConfig retry() {
		AiKitProperties.Retry retry = this.properties.retry();
		return new RetryConfig(retry.enabled(), retry.maxRetries(), retry.backoff(), retry.initialDelay(),
				retry.maxDelay(), retry.jitter(), retry.maxRetryAfter(), retry.midStream());
	}

	private StreamTimeouts timeouts() {
		AiKitProperties.Timeout timeout = this.properties.timeout();
		return new StreamTimeouts(timeout.connect(), timeout.firstToken(), timeout.idle(), timeout.total(),
				timeout.idleOn());
	}

	/**
	 * How the stream takes part in routes.
	 * @param name the stream's name
	 * @param own what it says itself, of what it does not inherit
	 * @return the configuration
	 */
	RouteConfig route(String name, AiKitProperties.Route own) {
		AiKitProperties.Route inherited = this.properties.route();
		return checked("route.", () -> new RouteConfig(name, own.choice(), own.weight(), own.takes(),
				inherited.firstToken(), inherited.maxFailures(), inherited.cooldown()));
	}

	/**
	 * The tools that the model may call.
	 * @param provider tells the model of them
	 * @param beans the application's tools, only asked for if they may be called
	 * @return the tools, empty for none
	 */
	List<Tool> tools(Provider provider, ObjectProvider<Tool> beans) {
		AiKitProperties.Tools tools = this.properties.tools();
		if (!tools.enabled()) {
			return List.of();
		}
		Map<String, Tool> all = new LinkedHashMap<>();
		for (Tool tool : beans.orderedStream().toList()) {
			if (all.putIfAbsent(tool.name(), tool) != null) {
				throw failure("tools.names", "can't tell tools apart: two beans are called '" + tool.name() + "'",
						"Give each Tool bean a name of its own.", null);
			}
		}
		for (String name : tools.names()) {
			if (!all.containsKey(name)) {
				throw failure("tools.names", "names '" + name + "', which is no tool of the application",
						all.isEmpty() ? "Add a bean of the type Tool, or leave the property out."
								: "Set it to some of: " + String.join(", ", all.keySet()) + ".",
						null);
			}
		}
		if (!tools.names().isEmpty()) {
			all.keySet().retainAll(tools.names());
		}
		if (!all.isEmpty() && !provider.writesTools()) {
			throw failure("provider",
					"is '" + provider.name() + "', which can't tell a model of the application's tools",
					"Choose another one, or set '" + this.prefix + ".tools.enabled' to false.", null);
		}
		return List.copyOf(all.values());
	}

	ToolLimits toolLimits() {
		AiKitProperties.Tools tools = this.properties.tools();
		return checked("tools.", () -> new ToolLimits(tools.maxRounds(), tools.timeout(), tools.maxResultSize()));
	}

	private StreamLimits limits() {
		AiKitProperties.Limits limits = this.properties.limits();
		return new StreamLimits(limits.maxEventSize().toBytes(), limits.maxResponseSize().toBytes());
	}

	private @Nullable TokenBudget budget() {
		Long maxTotalTokens = this.properties.budget().maxTotalTokens();
		return (maxTotalTokens != null) ? TokenBudget.of(maxTotalTokens) : null;
	}

	private <T extends @Nullable Object> T checked(String group, Supplier<T> settings) {
		return BlamedProperty.checked(this.prefix + "." + group, settings);
	}

	private AiKitConfigurationException failure(String property, String reason, String action,
			@Nullable Throwable cause) {
		return new AiKitConfigurationException(this.prefix + "." + property, reason, action, cause);
	}

}
