package studio.ainative.aikit.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.FinishReason;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;

/**
 * What the model says in one of the rounds of an answer. To the reader all rounds are one
 * answer: so its tokens and calls are numbered on, and only the last round's reason to
 * end is one.
 */
final class ToolRound {

	private static final List<String> OF_THE_END = List.of(Metadata.FINISH_REASON, Metadata.PROVIDER_FINISH_REASON,
			Metadata.STOP_SEQUENCE, Metadata.WARNING, Metadata.STOP_DETAILS);

	private static final String CHOICE = "choice";

	private final Toolbox tools;

	/** Whether names that are not known may be those of others' tools. */
	private final boolean others;

	private final int firstToken;

	private final int firstCall;

	private final boolean first;

	/** Ids of all rounds. */
	private final Set<String> ids;

	private final List<Supplier<MessagePart>> parts = new ArrayList<>();

	private final Map<Integer, Call> calls = new LinkedHashMap<>();

	private final StringBuilder reasoning = new StringBuilder();

	private @Nullable StringBuilder text;

	private int tokens;

	private int lastCall = -1;

	private @Nullable Metadata end;

	/**
	 * Begin a round.
	 * @param tools the tools
	 * @param others whether names that are not known may be those of others' tools
	 * @param before the round before, {@code null} if this is the first
	 * @param ids takes the ids of calls
	 */
	ToolRound(Toolbox tools, boolean others, @Nullable ToolRound before, Set<String> ids) {
		this.tools = tools;
		this.others = others;
		this.first = before == null;
		this.firstToken = (before != null) ? before.firstToken + before.tokens : 0;
		this.firstCall = (before != null) ? before.firstCall + before.lastCall + 1 : 0;
		this.ids = ids;
	}

	boolean isFirst() {
		return this.first;
	}

	/**
	 * Take note of an event.
	 * @param event the event
	 * @return what the reader is told, {@code null} for nothing
	 */
	@Nullable StreamEvent take(StreamEvent event) {
		if (event instanceof StreamEvent.Token token) {
			return (token.choice() == 0) ? token(token) : event;
		}
		if (event instanceof StreamEvent.Reasoning piece && piece.choice() == 0) {
			this.reasoning.append(piece.text());
		}
		else if (event instanceof StreamEvent.ReasoningEnd over && over.choice() == 0) {
			MessagePart part = new MessagePart.Reasoning(this.reasoning.toString(), over.provider(), over.data());
			this.reasoning.setLength(0);
			add(() -> part);
		}
		else if (event instanceof StreamEvent.ToolCall piece && piece.choice() == 0) {
			return call(piece);
		}
		else if (event instanceof Metadata metadata) {
			return metadata(metadata);
		}
		return event;
	}

	private void add(Supplier<MessagePart> part) {
		this.parts.add(part);
		this.text = null;
	}

	private StreamEvent token(StreamEvent.Token token) {
		StringBuilder text = this.text;
		if (text == null) {
			StringBuilder begun = new StringBuilder();
			add(() -> new MessagePart.Text(begun.toString()));
			text = begun;
			this.text = begun;
		}
		text.append(token.text());
		this.tokens = Math.max(this.tokens, token.index() + 1);
		return (this.firstToken == 0) ? token : new StreamEvent.Token(token.text(), this.firstToken + token.index());
	}

	private StreamEvent call(StreamEvent.ToolCall piece) {
		Call call = this.calls.computeIfAbsent(piece.index(), (index) -> new Call());
		this.lastCall = Math.max(this.lastCall, piece.index());
		return call.add(piece);
	}

	private @Nullable StreamEvent metadata(Metadata metadata) {
		Map<String, Object> told = new LinkedHashMap<>(metadata.values());
		if (!this.first) {
			told.remove(Metadata.ID); // The answer has one
		}
		if (told.containsKey(Metadata.FINISH_REASON) && !handled().isEmpty()
				&& !(told.get(CHOICE) instanceof Number choice && choice.intValue() != 0)) {
			Map<String, Object> end = new LinkedHashMap<>(told);
			end.keySet().retainAll(OF_THE_END);
			this.end = new Metadata(end);
			told.keySet().removeAll(OF_THE_END);
			told.remove(CHOICE);
		}
		return told.isEmpty() ? null : (told.size() == metadata.values().size()) ? metadata : new Metadata(told);
	}

	/** The model begins the round again. */
	void restart() {
		this.parts.clear();
		this.calls.clear();
		this.reasoning.setLength(0);
		this.text = null;
		this.tokens = 0;
		this.lastCall = -1;
		this.end = null;
	}

	/** The calls that are made here. */
	List<Call> handled() {
		return this.calls.isEmpty() ? List.of() : this.calls.values().stream().filter(Call::isHandled).toList();
	}

	/** Whether there are calls that the caller has to make. */
	boolean hasOthers() {
		return this.calls.values().stream().anyMatch((call) -> !call.isHandled());
	}

	/** Why the round ended, which the reader was not told; {@code null} for no reason. */
	@Nullable Metadata end() {
		return this.end;
	}

	/** Whether the calls are whole, as far as the reason of the round's end tells. */
	boolean isWhole() {
		Metadata end = this.end;
		FinishReason reason = (end != null && end.values().get(Metadata.FINISH_REASON) instanceof String word)
				? FinishReason.of(word) : null;
		// Servers that were told which tool to call say that the answer is whole
		return reason == null || reason == FinishReason.TOOL_CALLS || reason == FinishReason.STOP
				|| reason == FinishReason.OTHER;
	}

	/** What the model has said, for the next request. */
	List<MessagePart> parts() {
		return this.parts.stream()
			.map(Supplier::get)
			.filter((part) -> !(part instanceof MessagePart.Text text && text.text().isEmpty()))
			.toList();
	}

	/**
	 * One call.
	 */
	final class Call {

		private final StringBuilder arguments = new StringBuilder();

		private @Nullable String givenId;

		private String id = "";

		private String name = "";

		private boolean handled;

		private StreamEvent add(StreamEvent.ToolCall piece) {
			this.arguments.append(piece.argumentsDelta());
			if (piece.id() != null && this.givenId == null) {
				this.givenId = piece.id();
			}
			boolean begins = this.name.isEmpty() && piece.name() != null && !piece.name().isEmpty();
			if (begins) {
				begin(String.valueOf(piece.name()));
			}
			int index = ToolRound.this.firstCall + piece.index();
			if (!this.handled) {
				return (index == piece.index()) ? piece : new StreamEvent.ToolCall(index, piece.id(), piece.name(),
						piece.argumentsDelta(), piece.choice());
			}
			return new StreamEvent.ToolCall(index, (begins || piece.id() != null) ? this.id : null, piece.name(),
					piece.argumentsDelta(), 0, true);
		}

		private void begin(String name) {
			this.name = name;
			this.handled = ToolRound.this.tools.has(name) || !ToolRound.this.others;
			if (this.handled) {
				this.id = unusedId();
				ToolRound.this.add(this::part);
			}
		}

		/** Some servers give none, and some the same in each round. */
		private String unusedId() {
			String id = (this.givenId != null && !this.givenId.isEmpty()) ? this.givenId : null;
			while (id == null || !ToolRound.this.ids.add(id)) {
				id = "call_" + UUID.randomUUID().toString().replace("-", "");
			}
			return id;
		}

		/** What is no object some APIs refuse, and with it the whole conversation. */
		private MessagePart part() {
			String json = json();
			return new MessagePart.ToolCall(this.id, this.name, (json != null) ? json : ToolRun.NO_ARGUMENTS);
		}

		boolean isHandled() {
			return this.handled;
		}

		String id() {
			return this.id;
		}

		String name() {
			return this.name;
		}

		/** The arguments, {@code null} if they are no JSON object. */
		@Nullable String json() {
			return ToolRun.object(this.arguments.toString());
		}

	}

}
