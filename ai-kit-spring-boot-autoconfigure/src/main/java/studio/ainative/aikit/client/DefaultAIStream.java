package studio.ainative.aikit.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.ProviderRequest;

/**
 * Puts a call together: the request, its tries, the account of what it uses, its place in
 * the conversation.
 */
final class DefaultAIStream implements AIStream {

	private final DefaultAIStreamBuilder settings;

	private final StreamConfig config;

	private final Exchange exchange;

	private final Retries retries;

	/** {@code null} if there is no other target than this. */
	private final @Nullable Targets targets;

	private final Accounting accounting;

	private final Listeners listeners;

	private final @Nullable CallObserver observer;

	/** {@code null} if each call is made. */
	private final @Nullable CachedTries cached;

	/** {@code null} if there are no tools. */
	private final @Nullable Toolbox tools;

	private final Conversation conversation = new Conversation();

	DefaultAIStream(DefaultAIStreamBuilder settings, StreamConfig config, Exchange exchange, Retries retries,
			@Nullable Targets targets, Accounting accounting, Listeners listeners, @Nullable CallObserver observer,
			@Nullable CachedTries cached, @Nullable Toolbox tools) {
		this.settings = settings;
		this.config = config;
		this.exchange = exchange;
		this.retries = retries;
		this.targets = targets;
		this.accounting = accounting;
		this.listeners = listeners;
		this.observer = observer;
		this.cached = cached;
		this.tools = tools;
	}

	@Override
	public Flux<StreamEvent> stream(String prompt) {
		return stream(List.of(Message.user(Said.text("prompt", prompt))));
	}

	@Override
	public Flux<StreamEvent> stream(List<Message> messages) {
		return stream(messages, CallOptions.defaults());
	}

	@Override
	public Flux<StreamEvent> stream(List<Message> messages, CallOptions options) {
		Objects.requireNonNull(options, "'options' must not be null");
		ProviderRequest request = request(Said.messages(messages), options);
		Supplier<byte[]> body = body(request);
		Mono<String> who = who();
		return Flux.deferContextual(
				(context) -> run(call(request, Usage.NONE, Call.Ending.NONE), options, body, who, context));
	}

	/**
	 * Refuses messages at once. Another fault, an option's for one, is a failure of each
	 * call.
	 */
	private Supplier<byte[]> body(ProviderRequest request) {
		try {
			byte[] body = this.exchange.provider().writeRequest(request);
			return () -> body;
		}
		catch (InvalidMessagesException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			return () -> {
				throw ex;
			};
		}
	}

	@Override
	public Flux<StreamEvent> send(String content) {
		Said.text("content", content);
		Mono<String> who = who();
		return Flux.deferContextual((context) -> {
			Message said = Conversation.message(Message.Role.USER, content, Message.Status.COMPLETE);
			Call call = this.conversation.say(said, this::turn);
			this.listeners.tell(AIStreamEvent.MESSAGE, said);
			return run(call, CacheMode.USE, who, context);
		});
	}

	@Override
	public Flux<StreamEvent> retry() {
		Mono<String> who = who();
		return Flux.deferContextual((context) -> {
			Call call = this.conversation.sayAgain(this::turn);
			return (call != null) ? run(call, CacheMode.REFRESH, who, context) : Flux.empty();
		});
	}

	private Call turn(List<Message> history, Usage used) {
		return call(request(history, CallOptions.defaults()), used, this.conversation::finish);
	}

	private Call call(ProviderRequest request, Usage usedBefore, Call.Ending ending) {
		Answer answer = new Answer(this.accounting, request, this.config.budget(), usedBefore.totalTokens());
		return new Call(answer, this.listeners, ending, this.config.timeouts().total());
	}

	/** Nobody has to be known where there is no cache. */
	private Mono<String> who() {
		return (this.cached != null) ? this.cached.who() : Mono.empty();
	}

	private Flux<StreamEvent> run(Call call, CacheMode mode, Mono<String> who, ContextView context) {
		return run(call, CallOptions.defaults().withCache(mode),
				() -> this.exchange.provider().writeRequest(call.answer().request()), who, context);
	}

	private Flux<StreamEvent> run(Call call, CallOptions options, Supplier<byte[]> body, Mono<String> who,
			ContextView context) {
		if (this.observer != null) {
			GuardedObserver observed = GuardedObserver.begin(this.observer,
					this.exchange.start(call.answer().request()), context);
			if (observed != null) {
				call.observe(observed);
			}
		}
		this.listeners.tell(AIStreamEvent.STREAMING_START, call.answer().request().messages());
		Toolbox tools = this.tools;
		if (tools != null) {
			return call
				.wrap(Flux.deferContextual(
						(own) -> new ToolRounds(
								tools, call, (round) -> (round == 0)
										? tries(call, options, body, this.retries, this.targets) : goOn(call, options),
								own)
							.events()));
		}
		CachedTries cached = (options.cache() != CacheMode.BYPASS) ? this.cached : null;
		return call.wrap((cached == null) ? Flux.defer(() -> tries(call, options, body, this.retries, this.targets))
				: Flux.defer(() -> cached.events(call, options.cache(), who, () -> shared(call),
						(made) -> tries(made, options, body, this.retries, this.targets))));
	}

	/** A call to the provider, whose answer several may get. */
	private Call shared(Call first) {
		Listeners listeners = new Listeners();
		listeners.add(AIStreamEvent.RECONNECT, first::reconnects);
		Answer answer = new Answer(this.accounting, first.answer().request(), this.config.budget(), 0);
		return new Call(answer, listeners, Call.Ending.NONE, this.config.timeouts().total());
	}

	/** Ask with the results of tools. */
	private Flux<StreamEvent> goOn(Call call, CallOptions options) {
		CallOptions free = new CallOptions(options.model(), options.systemPrompt(),
				ToolRounds.withFreeChoice(options.options()));
		return tries(call, free, () -> this.exchange.provider().writeRequest(call.answer().request()),
				this.retries.withoutRestart(), (this.targets != null) ? this.targets.withoutRestart() : null);
	}

	private Flux<StreamEvent> tries(Call call, CallOptions options, Supplier<byte[]> written, Retries retries,
			@Nullable Targets targets) {
		Answer answer = call.answer();
		BudgetExceededException exceeded = answer.checkBudget();
		if (exceeded != null) {
			return Flux.error(exceeded);
		}
		RequestKeys keys = new RequestKeys();
		if (targets != null) {
			Failover failover = new Failover(targets, call, options, written,
					(exchange) -> reconnects(exchange, keys, call));
			call.goBy(failover);
			return failover.events();
		}
		byte[] body = written.get();
		Flux<StreamEvent> attempt = Flux.defer(() -> {
			// Earlier tries may have used what was left
			BudgetExceededException spent = answer.checkBudget();
			return (spent != null) ? Flux.error(spent)
					: this.exchange.events(body, answer::accept, reconnects(this.exchange, keys, call));
		});
		GuardedObserver observer = call.observer();
		return retries.apply((observer != null) ? observer.watch(attempt) : attempt, answer);
	}

	/** Those of one try, {@code null} if its answer can't be read on. */
	private @Nullable Reconnects reconnects(Exchange exchange, RequestKeys keys, Call call) {
		return exchange.canResume() ? new Reconnects(exchange, this.retries, keys, call::reconnects) : null;
	}

	private ProviderRequest request(List<Message> messages, CallOptions call) {
		String model = (call.model() != null) ? call.model() : this.config.model();
		String prompt = (call.systemPrompt() != null) ? call.systemPrompt() : this.config.systemPrompt();
		Map<String, Object> options = new LinkedHashMap<>(this.config.options());
		options.putAll(call.options());
		return new ProviderRequest(messages, model, (prompt != null && !prompt.isEmpty()) ? prompt : null, options,
				(this.tools != null) ? this.tools.definitions() : List.of());
	}

	@Override
	public void stop() {
		Call call = this.conversation.current();
		if (call != null) {
			call.stop();
		}
	}

	@Override
	public void reset() {
		List<Message> said = null;
		while (said == null) {
			Thread.onSpinWait(); // Another thread may just be noting the end of a call
			stop();
			said = this.conversation.clear();
		}
		this.listeners.tell(AIStreamEvent.RESET, said);
	}

	@Override
	public List<Message> getMessages() {
		return this.conversation.messages();
	}

	@Override
	public boolean isStreaming() {
		return this.conversation.current() != null;
	}

	@Override
	public Usage getUsage() {
		return this.conversation.usage();
	}

	@Override
	public <T> ListenerRegistration on(AIStreamEvent<T> event, Consumer<? super T> listener) {
		return this.listeners.add(event, listener);
	}

	@Override
	public Builder mutate() {
		return this.settings.clone();
	}

}
