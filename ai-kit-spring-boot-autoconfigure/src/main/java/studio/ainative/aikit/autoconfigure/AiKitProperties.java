package studio.ainative.aikit.autoconfigure;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import studio.ainative.aikit.cache.CacheScope;
import studio.ainative.aikit.client.FallbackReason;
import studio.ainative.aikit.client.RetryConfig;
import studio.ainative.aikit.client.RouteConfig;
import studio.ainative.aikit.client.StreamTimeouts;
import studio.ainative.aikit.log.StartKey;
import studio.ainative.aikit.observation.SemanticConvention;
import studio.ainative.aikit.provider.aikit.AiKitProvider;

/**
 * Settings under {@code ai-kit}.
 *
 * @param stream Calls to the model.
 * @param streams Further streams by name, each injected by its name as a qualifier; what
 * one does not set it takes from ai-kit.stream.
 * @param response Answers to readers.
 * @param observations Metrics and traces.
 * @param endpoints Addresses that answer without a controller.
 * @param pricing Prices by the model's name, on top of the table that AI Kit brings. Put
 * a name with dots in brackets: "[gpt-4.1]".
 * @param maxConnections Most connections that streams have to one provider's host, those
 * at rest included. Over HTTP/2 up to 100 calls share one.
 * @since 0.1.0
 */
@ConfigurationProperties("ai-kit")
public record AiKitProperties(@DefaultValue Stream stream, @DefaultValue Map<String, Stream> streams,
		@DefaultValue Response response, @DefaultValue Observations observations, @DefaultValue Endpoints endpoints,
		@DefaultValue Map<String, Pricing> pricing, @DefaultValue("1000") int maxConnections) {

	/**
	 * Settings of one stream.
	 *
	 * @param provider Wire format that the endpoint speaks: ai-kit, openai,
	 * openai-responses, anthropic, or the name of a Provider bean.
	 * @param endpoint Address of the chat endpoint, path included. Required for ai-kit;
	 * openai, openai-responses and anthropic default to their public API.
	 * @param apiKey Key that is sent to the provider.
	 * @param model Model that answers.
	 * @param systemPrompt Text that the model is given before every conversation.
	 * @param headers Headers that every request carries.
	 * @param options Fields that go into every request's body as they are, such as
	 * temperature.
	 * @param retry Retries of calls that failed.
	 * @param timeout Time limits.
	 * @param limits Size limits.
	 * @param budget Token budget.
	 * @param http2 Whether HTTP/2 is spoken with providers that offer it over TLS.
	 * @param warm Whether a connection to the provider is opened at start-up and whenever
	 * the last one has ended, so that no call waits for it, and whether the classes that
	 * an answer takes are loaded at start-up.
	 * @param reconnect Answers that an AI Kit server keeps and whose connection was lost.
	 * @param fallback Names of streams that answer when this one can't, in their order.
	 * Not inherited.
	 * @param route How this stream takes part in routes, as one that has fallbacks or is
	 * one.
	 * @param tools Tools of the application, its beans of the type Tool.
	 * @param cache Answers that are given again to whoever asks exactly the same.
	 */
	public record Stream(@DefaultValue("ai-kit") String provider, @Nullable String endpoint, @Nullable String apiKey,
			@Nullable String model, @Nullable String systemPrompt, @DefaultValue Map<String, String> headers,
			@DefaultValue Map<String, Object> options, @DefaultValue Retry retry, @DefaultValue Timeout timeout,
			@DefaultValue Limits limits, @DefaultValue Budget budget, @DefaultValue("true") boolean http2,
			@DefaultValue("false") boolean warm, @DefaultValue Reconnect reconnect, @DefaultValue List<String> fallback,
			@DefaultValue Route route, @DefaultValue Tools tools, @DefaultValue Cache cache) {

		@Override
		public String toString() {
			return "Stream[provider=" + this.provider + ", model=" + this.model + ", headers=" + this.headers.keySet()
					+ ", options=" + this.options.keySet() + "]";
		}

	}

	/**
	 * Retries of calls that failed.
	 *
	 * @param enabled Whether calls that failed are made again.
	 * @param maxRetries Maximum number of retries after the first attempt, zero for none.
	 * @param backoff How the delay grows from retry to retry.
	 * @param initialDelay Delay before the first retry.
	 * @param maxDelay Longest delay before any retry.
	 * @param jitter Share of each delay, from 0 to 1, that is left to chance.
	 * @param maxRetryAfter Longest wait that a provider may ask for; a longer one fails
	 * the call at once.
	 * @param midStream What a break after the first token does.
	 */
	public record Retry(@DefaultValue("true") boolean enabled, @DefaultValue("3") int maxRetries,
			@DefaultValue("exponential") RetryConfig.Backoff backoff, @DefaultValue("1s") Duration initialDelay,
			@DefaultValue("10s") Duration maxDelay, @DefaultValue("0.2") double jitter,
			@DefaultValue("60s") Duration maxRetryAfter, @DefaultValue("fail") RetryConfig.MidStream midStream) {
	}

	/**
	 * Answers that an AI Kit server keeps and whose connection was lost.
	 *
	 * @param enabled Whether they are read on from where they were, with the number and
	 * the delays of retries.
	 * @param basePath Path, from the root of the endpoint's server, below which it gives
	 * answers again.
	 */
	public record Reconnect(@DefaultValue("true") boolean enabled,
			@DefaultValue(AiKitProvider.DEFAULT_BASE_PATH) String basePath) {
	}

	/**
	 * Time limits.
	 *
	 * @param connect Time to open a connection.
	 * @param firstToken Time from sending the request to the first token.
	 * @param idle Longest silence between two tokens.
	 * @param total Time for the whole answer. None by default: a healthy long answer is
	 * never cut.
	 * @param idleOn What ends a silence: content, or any bytes (comments and pings
	 * included).
	 */
	public record Timeout(@DefaultValue("10s") Duration connect, @DefaultValue("60s") Duration firstToken,
			@DefaultValue("60s") Duration idle, @Nullable Duration total,
			@DefaultValue("content") StreamTimeouts.IdleOn idleOn) {
	}

	/**
	 * Size limits.
	 *
	 * @param maxEventSize Largest single event accepted from the provider.
	 * @param maxResponseSize Largest answer accepted from the provider, everything
	 * counted.
	 */
	public record Limits(@DefaultValue("4MB") DataSize maxEventSize, @DefaultValue("64MB") DataSize maxResponseSize) {
	}

	/**
	 * Tools of the application, its beans of the type Tool.
	 *
	 * @param enabled Whether the model may call them.
	 * @param names Names of those that it may call. All of them by default.
	 * @param maxRounds How many times in one answer the model may call tools and be told
	 * their results.
	 * @param timeout Longest time of a call.
	 * @param maxResultSize Most characters of a result.
	 */
	public record Tools(@DefaultValue("true") boolean enabled, @DefaultValue List<String> names,
			@DefaultValue("8") int maxRounds, @DefaultValue("30s") Duration timeout,
			@DefaultValue("262144") int maxResultSize) {
	}

	/**
	 * How a stream takes part in routes.
	 *
	 * @param choice Which of a stream and its fallbacks is asked first. Not inherited.
	 * @param weight Share of calls if the choice is weighted; with 0 it is only asked
	 * when others can't answer. Not inherited.
	 * @param takes Failures of others after which this stream is asked. Not inherited.
	 * @param firstToken Longest time to the first token while there is another stream to
	 * go on to.
	 * @param maxFailures Failures in a row after which this stream is left alone.
	 * @param cooldown How long it is left alone then, an hour at most.
	 */
	public record Route(@DefaultValue("ordered") RouteConfig.Choice choice, @DefaultValue("1") int weight,
			@DefaultValue("unavailable") Set<FallbackReason> takes, @DefaultValue("10s") Duration firstToken,
			@DefaultValue("3") int maxFailures, @DefaultValue("30s") Duration cooldown) {
	}

	/**
	 * Answers that are given again to whoever asks exactly the same.
	 *
	 * @param enabled Whether whole answers are kept and given again, and whoever asks
	 * while one runs joins it.
	 * @param ttl How long an answer is given again.
	 * @param maxSize Memory that all answers of this stream may take, where neither a
	 * CacheManager nor an AnswerStore keeps them.
	 * @param maxAnswerSize Memory that one answer may take. A larger one is not kept.
	 * @param scope Who shares answers: principal for each one alone, as the
	 * CacheNamespace tells them apart, or everyone.
	 * @param timeout How long a CacheManager or an AnswerStore is waited for before the
	 * provider is called.
	 */
	public record Cache(@DefaultValue("false") boolean enabled, @DefaultValue("1h") Duration ttl,
			@DefaultValue("64MB") DataSize maxSize, @DefaultValue("512KB") DataSize maxAnswerSize,
			@DefaultValue("principal") CacheScope scope, @DefaultValue("2s") Duration timeout) {
	}

	/**
	 * Token budget.
	 *
	 * @param maxTotalTokens Tokens that one conversation may use, prompts and answers
	 * together. Passing it stops the answer. None by default.
	 */
	public record Budget(@Nullable Long maxTotalTokens) {
	}

	/**
	 * Answers to readers.
	 *
	 * @param heartbeat Signs of life while the model is silent.
	 * @param compression Whether answers are compressed for readers that accept gzip.
	 * @param headers Headers that every answer carries.
	 * @param bufferSize Events that may wait for a slow reader before the sender has to
	 * wait.
	 * @param sendTimeout How long a reader may take nothing, while events wait, before
	 * the answer is given up.
	 * @param drainTimeout How long running answers may go on when the application stops.
	 * @param exposeErrors Whether readers see exception texts. For development only.
	 * @param format What events look like to readers of answers that have no format of
	 * their own.
	 * @param uiMessage UI message stream, which useChat reads.
	 * @param resume Answers that outlive the connections of their readers.
	 */
	public record Response(@DefaultValue Heartbeat heartbeat, @DefaultValue("false") boolean compression,
			@DefaultValue Map<String, String> headers, @DefaultValue("1024") int bufferSize,
			@DefaultValue("30s") Duration sendTimeout, @DefaultValue("10s") Duration drainTimeout,
			@DefaultValue("false") boolean exposeErrors, @DefaultValue("ai-kit") Format format,
			@DefaultValue UiMessage uiMessage, @DefaultValue Resume resume) {
	}

	/**
	 * What events look like to readers.
	 */
	public enum Format {

		/** AI Kit's own format, that of the npm package. */
		AI_KIT,

		/** AG-UI, which CopilotKit reads. */
		AG_UI,

		/** OpenAI's chat completions, which OpenAI's SDKs read. */
		OPENAI,

		/** UI message stream, which useChat of the npm package ai reads. */
		UI_MESSAGE

	}

	/**
	 * UI message stream, which useChat reads.
	 *
	 * @param level Lowest major version of the npm package ai among the readers: 5, 6 or
	 * 7.
	 */
	public record UiMessage(@DefaultValue("5") int level) {
	}

	/**
	 * Answers that outlive the connections of their readers.
	 *
	 * @param enabled Whether answers go on when their reader leaves, and can be read
	 * again by their id.
	 * @param store Where answers are kept.
	 * @param basePath Address under which answers are read again (GET) and stopped
	 * (DELETE), each by its id.
	 * @param orphanTimeout How long an answer goes on that nobody reads, zero to cancel
	 * it at once, none to let it come to its end.
	 * @param retain How long an answer can be read after its end.
	 * @param maxAnswerSize Memory that one answer may take. A larger one goes on, and
	 * can't be read again.
	 * @param idempotency What a second request with the same Idempotency-Key gets.
	 * @param memory Bounds of the store in memory.
	 */
	public record Resume(@DefaultValue("false") boolean enabled, @DefaultValue("memory") Store store,
			@DefaultValue("/ai-kit/streams") String basePath, @DefaultValue("30s") String orphanTimeout,
			@DefaultValue("10m") Duration retain, @DefaultValue("8MB") DataSize maxAnswerSize,
			@DefaultValue("attach") StartKey.IfTaken idempotency, @DefaultValue Memory memory) {
	}

	/**
	 * Where answers are kept.
	 */
	public enum Store {

		/** In the memory of this process. */
		MEMORY,

		/** In Redis, for all nodes that share it. */
		REDIS

	}

	/**
	 * Bounds of the store in memory.
	 *
	 * @param maxAnswers Answers at once, those that ended included.
	 * @param maxSize Memory that all answers may take together.
	 */
	public record Memory(@DefaultValue("10000") int maxAnswers, @DefaultValue("256MB") DataSize maxSize) {
	}

	/**
	 * Signs of life while the model is silent.
	 *
	 * @param enabled Whether a comment is sent after each interval of silence.
	 * @param interval Length of the silence.
	 */
	public record Heartbeat(@DefaultValue("true") boolean enabled, @DefaultValue("15s") Duration interval) {
	}

	/**
	 * Metrics and traces.
	 *
	 * @param enabled Whether calls and answers are observed, where there is a registry of
	 * metrics or observations.
	 * @param names Version of OpenTelemetry's GenAI conventions that names are taken
	 * from.
	 * @param maxModels Models beside the configured ones that metrics tell apart; the
	 * rest are called "other".
	 * @param log Whether each call is one line of the log, without any text of it.
	 * @param health Health of each stream, in the actuator: none, or connect, which opens
	 * a connection to its endpoint and asks nothing.
	 * @param content Prompts and answers, which are recorded nowhere by default.
	 */
	public record Observations(@DefaultValue("true") boolean enabled,
			@DefaultValue("otel-0.1") SemanticConvention names, @DefaultValue("50") int maxModels,
			@DefaultValue("false") boolean log, @DefaultValue("none") HealthMode health,
			@DefaultValue Content content) {
	}

	/**
	 * Prompts and answers in what is recorded of calls.
	 *
	 * @param enabled Whether prompts and answers are recorded, as OpenTelemetry's event
	 * and for ClientCallListener beans. They hold what people write: see who may read
	 * them.
	 * @param maxLength Characters that are kept of a call's system prompt, of its
	 * messages, newest first, of its answer and of its tools each, at most 1048576.
	 */
	public record Content(@DefaultValue("false") boolean enabled, @DefaultValue("4096") int maxLength) {
	}

	/**
	 * What the health of a stream is.
	 */
	public enum HealthMode {

		/** Nothing is checked. */
		NONE,

		/** A connection to its endpoint can be opened. */
		CONNECT

	}

	/**
	 * Addresses that answer without a controller.
	 *
	 * @param openai OpenAI's chat completions.
	 * @param agUi AG-UI, which CopilotKit speaks.
	 */
	public record Endpoints(@DefaultValue OpenAi openai, @DefaultValue AgUi agUi) {
	}

	/**
	 * AG-UI, which CopilotKit speaks.
	 *
	 * @param enabled Whether clients of AG-UI are answered. They use the application's
	 * keys: secure the address.
	 * @param basePath Path of the agent, below which each named stream is one too.
	 * @param maxBodySize Largest request that is read, at most 64MB.
	 */
	public record AgUi(@DefaultValue("false") boolean enabled, @DefaultValue("/ag-ui") String basePath,
			@DefaultValue("4MB") DataSize maxBodySize) {
	}

	/**
	 * OpenAI's chat completions.
	 *
	 * @param enabled Whether clients of OpenAI's API are answered. They use the
	 * application's keys: secure the address.
	 * @param basePath Path below which /chat/completions and /models are.
	 * @param maxBodySize Largest request that is read, at most 64MB.
	 */
	public record OpenAi(@DefaultValue("false") boolean enabled, @DefaultValue("/v1") String basePath,
			@DefaultValue("4MB") DataSize maxBodySize) {
	}

	/**
	 * Prices of a model.
	 *
	 * @param input Price of a million prompt tokens. Required.
	 * @param output Price of a million answer tokens. Required.
	 * @param cachedInput Price of a million prompt tokens read from the provider's cache;
	 * by default that of input.
	 * @param cacheWrite Price of a million prompt tokens written to the provider's cache;
	 * by default that of input.
	 * @param currency ISO 4217 code of the currency.
	 */
	public record Pricing(@Nullable BigDecimal input, @Nullable BigDecimal output, @Nullable BigDecimal cachedInput,
			@Nullable BigDecimal cacheWrite, @DefaultValue("USD") String currency) {
	}

}
