package studio.ainative.aikit.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ProviderRequest;

/**
 * One answer with tools. When the model has called some that are here they are run, and
 * it is asked again with their results, until it calls none. If it has called others as
 * well the answer ends, as only the caller knows their results.
 */
final class ToolRounds {

	/**
	 * How many functions of one answer run at once: a model must not take all threads.
	 */
	private static final int MAX_RUNNING = 16;

	private static final String TOOLS = "tools";

	private static final String TOOL_CHOICE = "tool_choice";

	private static final Set<String> LEFT_TO_THE_MODEL = Set.of("auto", "none");

	private static final CallObserver.ObservedTool UNOBSERVED = (failure) -> {
	};

	private final Toolbox tools;

	private final Call call;

	private final IntFunction<Flux<StreamEvent>> asked;

	private final Set<String> ids = new HashSet<>();

	private final ContextView context;

	private final CarriedContext carried;

	private int rounds;

	/**
	 * Begin.
	 * @param tools the tools
	 * @param call the call, which takes note of what arrives
	 * @param asked asks the model with the call's request, in each round, from 0
	 * @param context the subscriber's
	 */
	ToolRounds(Toolbox tools, Call call, IntFunction<Flux<StreamEvent>> asked, ContextView context) {
		this.tools = tools;
		this.call = call;
		this.asked = asked;
		this.context = context;
		this.carried = CarriedContext.capture(context);
	}

	/** The events of all rounds. */
	Flux<StreamEvent> events() {
		return round(null);
	}

	private Flux<StreamEvent> round(@Nullable ToolRound before) {
		boolean others = hasValue(this.call.answer().request().options().get(TOOLS));
		ToolRound round = new ToolRound(this.tools, others, before, this.ids);
		return PassThrough.apply(this.asked.apply(this.rounds), (actual) -> new Watched(actual, round))
			.concatWith(Flux.defer(() -> after(round)));
	}

	private static boolean hasValue(@Nullable Object option) {
		return option != null && !"".equals(option) && !(option instanceof List<?> list && list.isEmpty());
	}

	private Flux<StreamEvent> after(ToolRound round) {
		List<ToolRound.Call> calls = round.handled();
		if (calls.isEmpty()) {
			return Flux.empty();
		}
		if (!round.isWhole()) {
			return Flux.fromIterable(calls)
				.<StreamEvent>map((called) -> ToolRun.failed(called.id(), called.name(), ToolRun.CUT))
				.concatWith(Mono.justOrEmpty(round.end()));
		}
		if (calls.size() > ToolLimitException.MAX_CALLS) {
			return Flux.error(ToolLimitException.calls());
		}
		if (++this.rounds > this.tools.limits().maxRounds()) {
			return Flux.error(ToolLimitException.rounds(this.tools.limits().maxRounds()));
		}
		Map<String, MessagePart.ToolResult> results = new ConcurrentHashMap<>();
		Flux<StreamEvent> run = Flux.fromIterable(calls)
			.flatMap((called) -> result(called).doOnNext((result) -> results.put(called.id(), part(result))),
					MAX_RUNNING)
			.cast(StreamEvent.class);
		return run.concatWith(round.hasOthers() ? Mono.justOrEmpty(round.end())
				: Flux.defer(() -> next(round, calls.stream().map((called) -> results.get(called.id())).toList())));
	}

	private Mono<StreamEvent.ToolResult> result(ToolRound.Call called) {
		Tool tool = this.tools.tool(called.name());
		String arguments = called.json();
		if (tool == null || arguments == null) {
			return Mono
				.just(ToolRun.failed(called.id(), called.name(), (tool == null) ? ToolRun.UNKNOWN : ToolRun.NO_OBJECT));
		}
		return Mono.defer(() -> {
			CallObserver.ObservedTool observed = observed(called.id(), tool);
			ToolInvocation invocation = new ToolInvocation(called.id(), called.name(), arguments,
					observed.inContext(this.context));
			return ToolRun.of(this.tools, tool.function(), invocation, this.carried, observed);
		});
	}

	private CallObserver.ObservedTool observed(String callId, Tool tool) {
		GuardedObserver observer = this.call.observer();
		return (observer != null) ? observer.toolBegins(callId, tool.definition()) : UNOBSERVED;
	}

	private static MessagePart.ToolResult part(StreamEvent.ToolResult result) {
		return new MessagePart.ToolResult(result.callId(), result.name(), result.result(), result.failed());
	}

	private Flux<StreamEvent> next(ToolRound round, List<MessagePart.ToolResult> results) {
		List<Message> turn = List.of(message(Message.Role.ASSISTANT, round.parts()),
				message(Message.Role.TOOL, List.copyOf(results)));
		Answer answer = this.call.answer();
		List<Message> messages = new ArrayList<>(answer.request().messages());
		messages.addAll(turn);
		ProviderRequest request = answer.request();
		answer.nextRound(new ProviderRequest(messages, request.model(), request.systemPrompt(),
				withFreeChoice(request.options()), request.tools()), turn);
		GuardedObserver observer = this.call.observer();
		if (observer != null) {
			observer.goesOn();
		}
		return round(round);
	}

	private static Message message(Message.Role role, List<MessagePart> parts) {
		return new Message(UUID.randomUUID().toString(), role, "", Instant.now(), Message.Status.COMPLETE, parts);
	}

	/**
	 * A model that has to call a tool would call it in each round, and never answer.
	 * @param options the options of a round
	 * @return those of the next
	 */
	static Map<String, Object> withFreeChoice(Map<String, Object> options) {
		Object choice = options.get(TOOL_CHOICE);
		Object kind = (choice instanceof Map<?, ?> map) ? map.get("type") : choice;
		if (!hasValue(choice) || (kind instanceof String word && LEFT_TO_THE_MODEL.contains(word))) {
			return options;
		}
		Map<String, Object> changed = new LinkedHashMap<>(options);
		changed.put(TOOL_CHOICE, "");
		return changed;
	}

	/** What the reader is told of one round. */
	private final class Watched extends PassThrough<StreamEvent> {

		private final ToolRound round;

		Watched(CoreSubscriber<? super StreamEvent> actual, ToolRound round) {
			super(actual);
			this.round = round;
		}

		@Override
		public void onNext(StreamEvent event) {
			StreamEvent told = (event instanceof StreamEvent.Retry retry) ? retried(retry) : this.round.take(event);
			if (told != null) {
				this.actual.onNext(told);
			}
			else {
				request(1);
			}
		}

		/**
		 * To the reader the whole answer would be void, which it is in the first round
		 * only.
		 */
		private @Nullable StreamEvent retried(StreamEvent.Retry retry) {
			this.round.restart();
			if (this.round.isFirst()) {
				return retry;
			}
			ToolRounds.this.call.retries(retry);
			return null;
		}

	}

}
