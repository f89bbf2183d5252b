package studio.ainative.aikit.cache;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

/**
 * Values in a form in which equal ones have equal bytes and different ones don't, however
 * they are put together: each has its kind and its length before it, maps are sorted by
 * name, and numbers are the same whatever their type. Only its hash is kept.
 */
final class CanonicalForm {

	/** As deep as what is kept of answers; what is deeper may well contain itself. */
	private static final int MAX_DEPTH = 64;

	/** Beyond, a number's digits aren't written out. */
	private static final int MAX_SCALE = 1000;

	private final MessageDigest digest;

	CanonicalForm() {
		try {
			this.digest = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Each Java has SHA-256", ex);
		}
	}

	String hash() {
		return HexFormat.of().formatHex(this.digest.digest());
	}

	CanonicalForm number(int number) {
		this.digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
		return this;
	}

	CanonicalForm text(@Nullable String text) {
		if (text == null) {
			return kind('0');
		}
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		kind('"').number(bytes.length);
		this.digest.update(bytes);
		return this;
	}

	private CanonicalForm kind(char kind) {
		this.digest.update((byte) kind);
		return this;
	}

	/**
	 * A JSON value.
	 * @param value the value
	 * @return this
	 * @throws IllegalArgumentException if it is none
	 */
	CanonicalForm value(@Nullable Object value) {
		return value(value, 0);
	}

	private CanonicalForm value(@Nullable Object value, int depth) {
		if (depth > MAX_DEPTH) {
			throw new IllegalArgumentException("A value is nested too deep");
		}
		if (value == null || value instanceof CharSequence || value instanceof Enum<?>) {
			return text(
					(value instanceof Enum<?> constant) ? constant.name() : (value != null) ? value.toString() : null);
		}
		if (value instanceof Boolean flag) {
			return kind(flag ? 't' : 'f');
		}
		if (value instanceof Number number) {
			return kind('#').text(digits(number));
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, @Nullable Object> sorted = new TreeMap<>();
			map.forEach((name, member) -> sorted.put(String.valueOf(name), member));
			kind('{').number(sorted.size());
			sorted.forEach((name, member) -> text(name).value(member, depth + 1));
			return this;
		}
		if (value instanceof Collection<?> elements) {
			kind('[').number(elements.size());
			elements.forEach((element) -> value(element, depth + 1));
			return this;
		}
		throw new IllegalArgumentException("A value of " + value.getClass().getName() + " can't be compared");
	}

	/** {@code 1}, {@code 1L} and {@code 1.0} are the same. */
	private static String digits(Number number) {
		try {
			BigDecimal decimal = new BigDecimal(number.toString());
			return (Math.abs((long) decimal.scale()) > MAX_SCALE) ? number.toString()
					: decimal.stripTrailingZeros().toString();
		}
		catch (NumberFormatException ex) {
			return number.toString();
		}
	}

	CanonicalForm message(Message message) {
		text(message.role().toString()).text(message.content()).number(message.parts().size());
		message.parts().forEach(this::part);
		return this;
	}

	private void part(MessagePart part) {
		text(part.getClass().getSimpleName());
		if (part instanceof MessagePart.Text text) {
			text(text.text());
		}
		else if (part instanceof MessagePart.File file) {
			text(file.mediaType()).text(file.name()).text(file.url());
		}
		else if (part instanceof MessagePart.ToolCall call) {
			text(call.id()).text(call.name()).text(call.arguments());
		}
		else if (part instanceof MessagePart.ToolResult result) {
			text(result.callId()).text(result.name()).text(result.result()).value(result.failed());
		}
		else if (part instanceof MessagePart.Reasoning reasoning) {
			text(reasoning.text()).text(reasoning.provider()).value(reasoning.data());
		}
		else {
			throw new IllegalArgumentException("Unknown part " + part.getClass().getName());
		}
	}

}
