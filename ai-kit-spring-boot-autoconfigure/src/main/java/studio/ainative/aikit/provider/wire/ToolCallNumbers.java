package studio.ainative.aikit.provider.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Tells the tool calls of one choice apart. A piece belongs to the call that has its
 * index, without one to the call that has its id, without either to the call before.
 * <p>
 * Servers that translate formats say index 0 for every call (Gemini's functions come in a
 * chunk each, and are numbered by their place in it). So a piece begins a new call all
 * the same if it has
 * <ul>
 * <li>an id, and the call that it would belong to has another one,
 * <li>no id but a name, and that call has arguments and another name, or arguments that
 * are whole, or a piece in the same chunk.
 * </ul>
 *
 * @since 0.1.0
 */
public final class ToolCallNumbers {

	/** By what the server calls their index: the call that said so last. */
	private final Map<Integer, Call> byIndex = new HashMap<>();

	private final Map<String, Call> byId = new HashMap<>();

	private final List<Call> inThisChunk = new ArrayList<>();

	private final Set<Integer> given = new HashSet<>();

	private @Nullable Call last;

	private int next;

	/**
	 * Know of no call.
	 */
	public ToolCallNumbers() {
	}

	/** Begin another chunk. */
	public void nextChunk() {
		this.inThisChunk.clear();
	}

	/**
	 * Number the call of a piece.
	 * @param index what the server says, -1 if it says nothing
	 * @param id the call's id, {@code null} where it is left out
	 * @param name the function's name, {@code null} where it is left out
	 * @param arguments a piece of the arguments, perhaps empty
	 * @return the number, from zero, that of the server unless it has been given away
	 */
	public int numberOf(int index, @Nullable String id, @Nullable String name, String arguments) {
		Call known = (id != null) ? this.byId.get(id) : null;
		Call call = (index >= 0) ? this.byIndex.get(index) : (id != null) ? known : this.last;
		if (call != null && isAnother(call, id, name, arguments)) {
			call = known;
		}
		if (call == null) {
			call = begin(index);
		}
		if (index >= 0) {
			this.byIndex.put(index, call);
		}
		if (id != null) {
			this.byId.putIfAbsent(id, call);
			call.id = id;
		}
		if (name != null) {
			call.name = name;
		}
		call.add(arguments);
		this.inThisChunk.add(call);
		this.last = call;
		return call.number;
	}

	private boolean isAnother(Call call, @Nullable String id, @Nullable String name, String arguments) {
		if (id != null) {
			return call.id != null && !call.id.equals(id);
		}
		if (name == null || call.name == null) {
			return false;
		}
		return this.inThisChunk.contains(call) || (call.hasArguments && !call.name.equals(name))
				|| (call.isWhole() && !arguments.isEmpty());
	}

	private Call begin(int index) {
		int number = (index >= 0 && this.given.add(index)) ? index : this.next;
		this.given.add(number);
		if (number >= this.next && number < Integer.MAX_VALUE) {
			this.next = number + 1;
		}
		return new Call(number);
	}

	/** A call as far as it has come. */
	private static final class Call {

		private final int number;

		private @Nullable String id;

		private @Nullable String name;

		private boolean hasArguments;

		private boolean isObject;

		private int depth;

		private boolean inString;

		private boolean escaped;

		Call(int number) {
			this.number = number;
		}

		void add(String arguments) {
			for (int i = 0; i < arguments.length(); i++) {
				add(arguments.charAt(i));
			}
			this.hasArguments |= !arguments.isEmpty();
		}

		private void add(char character) {
			if (this.escaped) {
				this.escaped = false;
			}
			else if (this.inString) {
				this.escaped = character == '\\';
				this.inString = character != '"';
			}
			else {
				this.inString = character == '"';
				this.isObject |= character == '{';
				this.depth += (character == '{') ? 1 : (character == '}') ? -1 : 0;
			}
		}

		boolean isWhole() {
			return this.isObject && !this.inString && this.depth == 0;
		}

	}

}
