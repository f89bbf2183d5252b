package studio.ainative.aikit.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.cache.AnswerCache;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.tokens.CostCalculator;
import studio.ainative.aikit.tokens.TokenBudget;
import studio.ainative.aikit.tokens.TokenCounter;

/**
 * Gathers what a stream is made of.
 */
final class DefaultAIStreamBuilder implements AIStream.Builder {

	static final boolean REACTOR_NETTY = ClassUtils.isPresent("reactor.netty.http.client.HttpClient",
			DefaultAIStreamBuilder.class.getClassLoader());

	private Provider provider = new AiKitProvider();

	private StreamConfig config = StreamConfig.defaults();

	private @Nullable TokenCounter tokenCounter;

	private CostCalculator costCalculator = CostCalculator.defaults();

	private WebClient.@Nullable Builder webClientBuilder;

	private Supplier<RandomGenerator> random = ThreadLocalRandom::current;

	private @Nullable CallObserver observer;

	private @Nullable AnswerCache cache;

	private RouteConfig route = RouteConfig.defaults();

	/** By name. */
	private final Map<String, DefaultAIStreamBuilder> fallbacks = new LinkedHashMap<>();

	/** Of what this builds, and all copies. */
	private final TargetHealth health;

	/** By name. */
	private final Map<String, Tool> tools = new LinkedHashMap<>();

	private ToolLimits toolLimits = ToolLimits.defaults();

	private Executor toolExecutor = (work) -> Schedulers.boundedElastic().schedule(work);

	private LongSupplier clock = System::nanoTime;

	private final Listeners listeners;

	DefaultAIStreamBuilder() {
		this.listeners = new Listeners();
		this.health = new TargetHealth();
	}

	private DefaultAIStreamBuilder(DefaultAIStreamBuilder other) {
		this.provider = other.provider;
		this.config = other.config;
		this.tokenCounter = other.tokenCounter;
		this.costCalculator = other.costCalculator;
		this.webClientBuilder = (other.webClientBuilder != null) ? other.webClientBuilder.clone() : null;
		this.random = other.random;
		this.observer = other.observer;
		this.cache = other.cache;
		this.route = other.route;
		this.fallbacks.putAll(other.fallbacks);
		this.health = other.health;
		this.tools.putAll(other.tools);
		this.toolLimits = other.toolLimits;
		this.toolExecutor = other.toolExecutor;
		this.clock = other.clock;
		this.listeners = other.listeners.copy();
	}

	@Override
	public AIStream.Builder provider(Provider provider) {
		this.provider = Objects.requireNonNull(provider, "'provider' must not be null");
		return this;
	}

	@Override
	public AIStream.Builder config(StreamConfig config) {
		this.config = Objects.requireNonNull(config, "'config' must not be null");
		return this;
	}

	@Override
	public AIStream.Builder endpoint(URI endpoint) {
		return config(this.config.withEndpoint(Objects.requireNonNull(endpoint, "'endpoint' must not be null")));
	}

	@Override
	public AIStream.Builder apiKey(@Nullable String apiKey) {
		return config(this.config.withApiKey(apiKey));
	}

	@Override
	public AIStream.Builder model(@Nullable String model) {
		return config(this.config.withModel(model));
	}

	@Override
	public AIStream.Builder systemPrompt(@Nullable String systemPrompt) {
		return config(this.config.withSystemPrompt(systemPrompt));
	}

	@Override
	public AIStream.Builder header(String name, String value) {
		return config(this.config.withHeader(name, value));
	}

	@Override
	public AIStream.Builder headers(Map<String, String> headers) {
		Map<String, String> all = new LinkedHashMap<>(this.config.headers());
		all.putAll(headers);
		return config(this.config.withHeaders(all));
	}

	@Override
	public AIStream.Builder option(String name, Object value) {
		return config(this.config.withOption(name, value));
	}

	@Override
	public AIStream.Builder options(Map<String, Object> options) {
		Map<String, Object> all = new LinkedHashMap<>(this.config.options());
		all.putAll(options);
		return config(this.config.withOptions(all));
	}

	@Override
	public AIStream.Builder retry(RetryConfig retry) {
		return config(this.config.withRetry(retry));
	}

	@Override
	public AIStream.Builder timeouts(StreamTimeouts timeouts) {
		return config(this.config.withTimeouts(timeouts));
	}

	@Override
	public AIStream.Builder limits(StreamLimits limits) {
		return config(this.config.withLimits(limits));
	}

	@Override
	public AIStream.Builder budget(@Nullable TokenBudget budget) {
		return config(this.config.withBudget(budget));
	}

	@Override
	public AIStream.Builder tokenCounter(TokenCounter tokenCounter) {
		this.tokenCounter = Objects.requireNonNull(tokenCounter, "'tokenCounter' must not be null");
		return this;
	}

	@Override
	public AIStream.Builder costCalculator(CostCalculator costCalculator) {
		this.costCalculator = Objects.requireNonNull(costCalculator, "'costCalculator' must not be null");
		return this;
	}

	@Override
	public AIStream.Builder webClientBuilder(WebClient.Builder webClientBuilder) {
		this.webClientBuilder = webClientBuilder.clone();
		return this;
	}

	@Override
	public <T> AIStream.Builder on(AIStreamEvent<T> event, Consumer<? super T> listener) {
		this.listeners.add(event, listener);
		return this;
	}

	@Override
	public AIStream.Builder observer(@Nullable CallObserver observer) {
		this.observer = observer;
		return this;
	}

	@Override
	public AIStream.Builder cache(@Nullable AnswerCache cache) {
		this.cache = cache;
		return this;
	}

	@Override
	public AIStream.Builder route(RouteConfig route) {
		this.route = Objects.requireNonNull(route, "'route' must not be null");
		return this;
	}

	@Override
	public AIStream.Builder fallback(String name, AIStream.Builder target) {
		if (!(target instanceof DefaultAIStreamBuilder builder)) {
			throw new IllegalArgumentException("'target' must be a builder of AIStream.builder()");
		}
		if (this.fallbacks.containsKey(name)) {
			throw new IllegalArgumentException(
					"'name' must be different from those of other targets (was '" + name + "')");
		}
		DefaultAIStreamBuilder copy = builder.clone();
		copy.route(builder.route.withName(name));
		this.fallbacks.put(name, copy);
		return this;
	}

	@Override
	public AIStream.Builder tool(Tool tool) {
		if (this.tools.putIfAbsent(tool.name(), tool) != null) {
			throw new IllegalArgumentException("There is a tool '" + tool.name() + "' already");
		}
		return this;
	}

	@Override
	public AIStream.Builder toolLimits(ToolLimits limits) {
		this.toolLimits = Objects.requireNonNull(limits, "'limits' must not be null");
		return this;
	}

	@Override
	public AIStream.Builder toolExecutor(Executor executor) {
		this.toolExecutor = Objects.requireNonNull(executor, "'executor' must not be null");
		return this;
	}

	RouteState routeState() {
		return this.health.state(this.clock.getAsLong());
	}

	/** Tells the time by a given clock, in nanoseconds. */
	DefaultAIStreamBuilder clock(LongSupplier clock) {
		this.clock = clock;
		return this;
	}

	/** Draws jitter from a given source. */
	DefaultAIStreamBuilder random(RandomGenerator random) {
		this.random = () -> random;
		return this;
	}

	// Cloning by the superclass would share the listeners
	@SuppressWarnings("MethodDoesntCallSuperMethod")
	@Override
	public DefaultAIStreamBuilder clone() {
		return new DefaultAIStreamBuilder(this);
	}

	@Override
	public AIStream build() {
		DefaultAIStreamBuilder settings = clone();
		Target own = target();
		Retries retries = new Retries(this.config.retry(), this.random);
		CachedTries cached = (this.cache != null && this.tools.isEmpty())
				? new CachedTries(this.cache, this.config, own.exchange()) : null;
		Targets targets = targets(own);
		if (!this.tools.isEmpty()) {
			Toolbox.requireTools(own, (targets != null) ? targets.all() : List.of(own));
		}
		Toolbox tools = this.tools.isEmpty() ? null
				: Toolbox.of(new LinkedHashMap<>(this.tools), this.toolLimits, this.toolExecutor);
		return new DefaultAIStream(settings, this.config, own.exchange(), retries, targets, own.accounting(),
				this.listeners.copy(), this.observer, cached, tools);
	}

	private Target target() {
		URI endpoint = (this.config.endpoint() != null) ? this.config.endpoint() : this.provider.defaultEndpoint();
		if (endpoint == null) {
			throw new IllegalStateException(
					"'endpoint' must be set: the provider '" + this.provider.name() + "' has no public address");
		}
		TokenCounter counter = (this.tokenCounter != null) ? this.tokenCounter
				: TokenCounter.forModel(this.config.model());
		counter.countTokens("warm"); // Some load their tables first: not on an event loop
		Exchange exchange = new Exchange(webClient(), endpoint, this.provider, this.config);
		return new Target(this.route, this.config, exchange, new Accounting(counter, this.costCalculator), this.health);
	}

	private @Nullable Targets targets(Target own) {
		if (this.fallbacks.isEmpty()) {
			return null;
		}
		List<Target> all = new ArrayList<>(List.of(own));
		addFallbacks(all);
		return new Targets(List.copyOf(all), this.config.retry(), this.random, this.clock);
	}

	/** Each with its own after it. One that two others fall back to is there once. */
	private void addFallbacks(List<Target> all) {
		for (DefaultAIStreamBuilder fallback : this.fallbacks.values()) {
			Target same = all.stream()
				.filter((target) -> target.name().equals(fallback.route.name()))
				.findFirst()
				.orElse(null);
			if (same == null) {
				all.add(fallback.target());
				fallback.addFallbacks(all);
			}
			else if (same.health() != fallback.health) {
				throw new IllegalStateException("Two targets have the name '" + same.name() + "'");
			}
		}
	}

	private WebClient webClient() {
		if (this.webClientBuilder != null) {
			return this.webClientBuilder.build();
		}
		return REACTOR_NETTY ? WithReactorNetty.webClient(this.config.timeouts()) : WebClient.create();
	}

	/** Loaded only where Reactor Netty is. */
	private static final class WithReactorNetty {

		static WebClient webClient(StreamTimeouts timeouts) {
			return WebClient.builder().clientConnector(AiStreamConnections.connector(timeouts)).build();
		}

	}

}
