package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.RouteState;
import studio.ainative.aikit.client.StreamConfig;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;
import studio.ainative.aikit.tokens.CostCalculator;
import studio.ainative.aikit.tokens.TokenCounter;

/**
 * Makes the builders of the configured streams. Whatever is configured is checked when
 * the application starts, also if nothing injects it.
 */
class StreamFactory implements SmartInitializingSingleton {

	/** What the stream without a name is called. */
	static final String DEFAULT = "default";

	static final String BASE = "ai-kit.stream";

	static final String NAMED = "ai-kit.streams";

	/** Stands for the one that each stream's own settings make. */
	static final Provider AI_KIT = new AiKitProvider();

	private final Environment environment;

	private final Map<String, Provider> providers = new LinkedHashMap<>();

	private final ObjectProvider<StreamConnector> connector;

	private final ObjectProvider<WebClient.Builder> webClientBuilder;

	private final ObjectProvider<TokenCounter> tokenCounter;

	private final CostCalculator costCalculator;

	private final ObjectProvider<AIStreamBuilderCustomizer> customizers;

	private final ObjectProvider<StreamObservers> observers;

	private final ObjectProvider<Tool> tools;

	private final OtherConnectorWarning warning;

	private final AnswerCaches caches;

	/** By name: all that is built of one knows what has become of calls to it. */
	private final Map<String, AIStream.Builder> seeds = new ConcurrentHashMap<>();

	StreamFactory(Environment environment, ObjectProvider<Provider> providers,
			ObjectProvider<StreamConnector> connector, ObjectProvider<WebClient.Builder> webClientBuilder,
			ObjectProvider<TokenCounter> tokenCounter, CostCalculator costCalculator,
			ObjectProvider<AIStreamBuilderCustomizer> customizers, ObjectProvider<StreamObservers> observers,
			ObjectProvider<Tool> tools, OtherConnectorWarning warning, AnswerCaches caches) {
		this.environment = environment;
		List.of(AI_KIT, new AnthropicProvider(), new OpenAIProvider(), new OpenAIResponsesProvider())
			.forEach((provider) -> this.providers.put(provider.name(), provider));
		providers.orderedStream().forEach((provider) -> this.providers.put(provider.name(), provider));
		this.connector = connector;
		this.webClientBuilder = webClientBuilder;
		this.tokenCounter = tokenCounter;
		this.costCalculator = costCalculator;
		this.customizers = customizers;
		this.observers = observers;
		this.tools = tools;
		this.warning = warning;
		this.caches = caches;
	}

	AIStream.Builder builder() {
		return builder(DEFAULT, BASE, Binder.get(this.environment));
	}

	AIStream.Builder namedBuilder(String name) {
		return builder(name, NAMED + "." + name, namedBinder(name));
	}

	AIStream namedStream(String name) {
		return namedBuilder(name).build();
	}

	/** The streams as models to choose from. */
	ModelStreams models(AIStream unnamed) {
		Binder binder = Binder.get(this.environment);
		ModelStreams models = new ModelStreams();
		binder.bind(NAMED, Bindable.mapOf(String.class, Object.class))
			.ifBound((streams) -> streams.keySet()
				.forEach((name) -> models.add(name, namedStream(name), provider(namedBinder(name)))));
		if (models.ids().isEmpty() || binder.bind(BASE, Bindable.mapOf(String.class, Object.class)).isBound()) {
			models.add(ModelStreams.DEFAULT, unnamed, provider(binder));
		}
		return models;
	}

	/**
	 * What may be told of the configured streams.
	 * @return the streams by name, the one without a name first
	 */
	Map<String, StreamSummary> summaries() {
		Binder binder = Binder.get(this.environment);
		Map<String, StreamSummary> summaries = new LinkedHashMap<>();
		if (binder.bind(BASE, Bindable.mapOf(String.class, Object.class)).isBound()) {
			summaries.put(DEFAULT, summary(BASE, binder));
		}
		binder.bind(NAMED, Bindable.mapOf(String.class, Object.class))
			.ifBound((streams) -> streams.keySet()
				.forEach((name) -> summaries.put(name, summary(NAMED + "." + name, namedBinder(name)))));
		return summaries;
	}

	/**
	 * Whether a configured stream is left alone.
	 * @param name its name
	 * @return its state
	 */
	RouteState route(String name) {
		return RouteState.of(seed(name));
	}

	private AIStream.Builder seed(String name) {
		return this.seeds.computeIfAbsent(name, (key) -> AIStream.builder());
	}

	private StreamSummary summary(String prefix, Binder binder) {
		StreamSettings settings = new StreamSettings(prefix, binder.bindOrCreate(BASE, AiKitProperties.Stream.class));
		Provider provider = settings.provider(this.providers);
		StreamConfig config = settings.config(provider);
		URI endpoint = Objects.requireNonNull(config.endpoint());
		return new StreamSummary(provider.name(), endpoint.getHost(), EndpointPort.of(endpoint), config.model());
	}

	private static String provider(Binder binder) {
		return binder.bindOrCreate(BASE, AiKitProperties.Stream.class).provider();
	}

	@Override
	public void afterSingletonsInstantiated() {
		Binder binder = Binder.get(this.environment);
		boolean base = binder.bind(BASE, Bindable.mapOf(String.class, Object.class)).isBound();
		if (base) {
			builder();
		}
		BindResult<Map<String, Object>> named = binder.bind(NAMED, Bindable.mapOf(String.class, Object.class));
		named.ifBound((streams) -> streams.keySet().forEach(this::namedBuilder));
		if (base || named.isBound()) {
			this.warning.logIfNeeded();
		}
	}

	private AIStream.Builder builder(String name, String prefix, Binder binder) {
		AiKitProperties.Stream properties = binder.bindOrCreate(BASE, AiKitProperties.Stream.class);
		StreamSettings settings = new StreamSettings(prefix, properties);
		Provider provider = settings.provider(this.providers);
		StreamConfig config = settings.config(provider);
		if (properties.warm()) {
			keepWarm(prefix, provider, config, properties.http2());
		}
		Binder own = Binder.get(this.environment);
		AiKitProperties.Route route = own.bindOrCreate(ConfiguredFallbacks.name(name).append("route"),
				Bindable.of(AiKitProperties.Route.class), null);
		AIStream.Builder builder = seed(name).clone()
			.provider(provider)
			.config(config)
			.route(settings.route(name, route))
			.webClientBuilder(webClientBuilder(config, properties.http2()))
			.costCalculator(this.costCalculator)
			.cache(this.caches.cache(name, prefix, properties.cache()))
			.toolLimits(settings.toolLimits());
		List<Tool> tools = settings.tools(provider, this.tools);
		tools.forEach(builder::tool);
		if (Threading.VIRTUAL.isActive(this.environment)) {
			builder.toolExecutor(new VirtualThreadTaskExecutor("ai-kit-tool-"));
		}
		this.tokenCounter.ifAvailable(builder::tokenCounter);
		ConfiguredFallbacks fallbacks = new ConfiguredFallbacks(own);
		if (!tools.isEmpty()) {
			fallbacks.requireTools(name, prefix, this::provider);
		}
		fallbacks.of(name)
			.forEach((fallback) -> builder.fallback(fallback,
					fallback.equals(DEFAULT) ? builder() : namedBuilder(fallback)));
		this.observers.ifAvailable((observers) -> builder.observer(observers.observer(name)));
		this.customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

	private Provider provider(String stream) {
		boolean unnamed = stream.equals(DEFAULT);
		Binder binder = unnamed ? Binder.get(this.environment) : namedBinder(stream);
		AiKitProperties.Stream properties = binder.bindOrCreate(BASE, AiKitProperties.Stream.class);
		return new StreamSettings(unnamed ? BASE : NAMED + "." + stream, properties).provider(this.providers);
	}

	private void keepWarm(String prefix, Provider provider, StreamConfig config, boolean http2) {
		StreamConnector connector = this.connector.getIfAvailable();
		URI endpoint = Objects.requireNonNull(config.endpoint());
		if (connector == null || !connector.keepWarm(provider, endpoint, config.timeouts(), http2)) {
			throw new AiKitConfigurationException(prefix + ".warm",
					"needs connections of Reactor Netty that AI Kit makes, but the application has brought its own",
					"Leave it out, or remove the WebClient.Builder or ClientHttpConnector bean, or the other HTTP client.",
					null);
		}
	}

	private WebClient.Builder webClientBuilder(StreamConfig config, boolean http2) {
		StreamConnector connector = this.connector.getIfAvailable();
		return (connector != null) ? connector.webClientBuilder(config.timeouts(), http2)
				: this.webClientBuilder.getIfAvailable(WebClient::builder);
	}

	private Binder namedBinder(String name) {
		Iterable<ConfigurationPropertySource> sources = ConfigurationPropertySources.get(this.environment);
		List<ConfigurationPropertySource> all = new ArrayList<>();
		sources.forEach((source) -> all.add(InheritedStreamSource.of(source, name)));
		sources.forEach(all::add);
		return new Binder(all, new PropertySourcesPlaceholdersResolver(this.environment),
				ApplicationConversionService.getSharedInstance());
	}

}
