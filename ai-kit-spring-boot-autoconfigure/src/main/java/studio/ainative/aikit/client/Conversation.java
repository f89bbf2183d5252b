package studio.ainative.aikit.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.client.AIStreamEvent.Outcome;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.event.Usage;

/**
 * The messages and the usage of one conversation, and the call that streams in it.
 */
final class Conversation {

	private final Object lock = new Object();

	private final List<Message> messages = new ArrayList<>();

	private Usage usage = Usage.NONE;

	private @Nullable Call current;

	/**
	 * Say something.
	 * @param said what is said
	 * @param calls makes the call from the messages to send and the usage so far
	 * @return the call, which streams in this conversation until it ends
	 * @throws IllegalStateException if another one streams
	 */
	Call say(Message said, BiFunction<List<Message>, Usage, Call> calls) {
		synchronized (this.lock) {
			requireIdle();
			this.messages.add(said);
			return begin(calls);
		}
	}

	/**
	 * Drop the last answer and ask for another.
	 * @param calls makes the call from the messages to send and the usage so far
	 * @return the call, {@code null} if nothing was said yet
	 * @throws IllegalStateException if another one streams
	 */
	@Nullable Call sayAgain(BiFunction<List<Message>, Usage, Call> calls) {
		synchronized (this.lock) {
			requireIdle();
			if (this.messages.isEmpty()) {
				return null;
			}
			int last = this.messages.size() - 1;
			while (this.messages.get(last).role() != Message.Role.USER) {
				this.messages.remove(last--);
			}
			return begin(calls);
		}
	}

	private void requireIdle() {
		if (this.current != null) {
			throw new IllegalStateException("An answer of this conversation is streaming: wait for its end or stop it");
		}
	}

	private Call begin(BiFunction<List<Message>, Usage, Call> calls) {
		Call call = calls.apply(history(), this.usage);
		this.current = call;
		return call;
	}

	/**
	 * What a request may hold: person and model in turns, no empty answers. A message
	 * that got no answer is left out with all that came of it, unless it is the one to be
	 * answered now.
	 */
	private List<Message> history() {
		List<Message> history = new ArrayList<>();
		List<Message> turn = new ArrayList<>();
		for (Message message : this.messages) {
			if (message.role() == Message.Role.USER) {
				turn.clear();
			}
			turn.add(message);
			if (isAnswer(message)) {
				history.addAll(turn);
				turn.clear();
			}
		}
		if (!turn.isEmpty() && turn.get(0).role() == Message.Role.USER) {
			history.add(turn.get(0));
		}
		return history;
	}

	private static boolean isAnswer(Message message) {
		return message.role() == Message.Role.ASSISTANT && !message.content().isBlank()
				&& message.parts(MessagePart.ToolCall.class).isEmpty();
	}

	/**
	 * Note the end of a call.
	 * @param call the call
	 * @param outcome how it ended
	 * @param used what it has used
	 * @return the messages of the answer: calls of tools and their results, its text
	 */
	List<Message> finish(Call call, Outcome outcome, Usage used) {
		synchronized (this.lock) {
			if (this.current != call) {
				return List.of();
			}
			this.current = null;
			this.usage = this.usage.plus(used);
			List<Message> added = new ArrayList<>(call.answer().turns());
			String text = call.answer().roundText();
			if (outcome == Outcome.COMPLETE || !text.isBlank()) {
				added.add(message(Message.Role.ASSISTANT, text, status(outcome)));
			}
			this.messages.addAll(added);
			return added;
		}
	}

	/**
	 * Forget everything.
	 * @return what was said, {@code null} if nothing was forgotten because a call streams
	 */
	@Nullable List<Message> clear() {
		synchronized (this.lock) {
			if (this.current != null) {
				return null;
			}
			List<Message> said = List.copyOf(this.messages);
			this.messages.clear();
			this.usage = Usage.NONE;
			return said;
		}
	}

	@Nullable Call current() {
		synchronized (this.lock) {
			return this.current;
		}
	}

	List<Message> messages() {
		synchronized (this.lock) {
			return List.copyOf(this.messages);
		}
	}

	Usage usage() {
		synchronized (this.lock) {
			return this.usage;
		}
	}

	static Message message(Message.Role role, String content, Message.Status status) {
		return new Message(UUID.randomUUID().toString(), role, content, Instant.now(), status);
	}

	private static Message.Status status(Outcome outcome) {
		return switch (outcome) {
			case COMPLETE -> Message.Status.COMPLETE;
			case STOPPED -> Message.Status.STOPPED;
			case FAILED -> Message.Status.FAILED;
		};
	}

}
