package studio.ainative.aikit.event;

import java.net.URI;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Message} holds besides plain text. Parts are immutable; their
 * {@code toString()} tells kinds and sizes, never what was said.
 *
 * @since 0.1.0
 */
public sealed interface MessagePart {

	/**
	 * A piece of the message's text, for its place among the other parts.
	 *
	 * @param text the text, may be empty
	 */
	record Text(String text) implements MessagePart {

		/**
		 * Refuse no text.
		 * @param text the text, may be empty
		 */
		public Text {
			Objects.requireNonNull(text, "'text' must not be null");
		}

		@Override
		public String toString() {
			return "Text[length=" + this.text.length() + "]";
		}

	}

	/**
	 * An image or another file that a person shows the model: its bytes, or an address
	 * from which the provider may fetch it. AI Kit itself never does: an address that a
	 * server fetches may lead anywhere.
	 *
	 * @param mediaType what it is, in lower case and without parameters:
	 * {@code image/png}; {@code image/*} for an image by its address whose type nobody
	 * told
	 * @param name its name, {@code null} if it has none
	 * @param url a {@code data:} URL in base64 with the bytes, or an {@code http(s):} URL
	 */
	record File(String mediaType, @Nullable String name, String url) implements MessagePart {

		/**
		 * How many bytes a file may have: {@value}. Providers refuse requests of some 20
		 * to 30 MB, and a conversation is sent whole each time.
		 */
		public static final int MAX_SIZE = 10 * 1024 * 1024;

		/** How many characters an address may have: {@value}; signed ones have 2,000. */
		public static final int MAX_ADDRESS_LENGTH = 4096;

		private static final int MAX_NAME_LENGTH = 255;

		/**
		 * Refuse what is no file, or too large a one.
		 * @param mediaType what it is; parameters are left out
		 * @param name its name, {@code null} if it has none
		 * @param url a {@code data:} URL in base64, or an {@code http(s):} URL
		 * @throws InvalidMessagesException if the type is none, the bytes are no base64,
		 * none or more than {@value #MAX_SIZE}, or the address is none of the web
		 */
		public File {
			mediaType = FileChecks.mediaType(mediaType);
			name = (name != null && name.length() > MAX_NAME_LENGTH) ? name.substring(0, MAX_NAME_LENGTH) : name;
			url = FileChecks.url(mediaType, url);
		}

		/**
		 * A file as bytes.
		 * @param mediaType what it is, for example {@code image/png}
		 * @param bytes its bytes, 1 to {@value #MAX_SIZE}
		 * @return the part
		 * @throws InvalidMessagesException if it can't be one
		 */
		public static File of(String mediaType, byte[] bytes) {
			FileChecks.requireSize(bytes.length);
			return new File(mediaType, null, FileChecks.SCHEME + FileChecks.mediaType(mediaType) + FileChecks.BASE64
					+ Base64.getEncoder().encodeToString(bytes));
		}

		/**
		 * A file that the provider may fetch from its address. Not all providers do.
		 * @param mediaType what it is, for example {@code image/png}
		 * @param address an absolute {@code https} or {@code http} address, at most
		 * {@value #MAX_ADDRESS_LENGTH} characters
		 * @return the part
		 * @throws InvalidMessagesException if it can't be one
		 */
		public static File at(String mediaType, URI address) {
			return new File(mediaType, null, address.toString());
		}

		/**
		 * Name the file.
		 * @param name its name, {@code null} for none
		 * @return the named file
		 */
		public File withName(@Nullable String name) {
			return new File(this.mediaType, name, this.url);
		}

		/**
		 * Whether it is an image.
		 * @return whether its type says so
		 */
		public boolean isImage() {
			return this.mediaType.startsWith("image/");
		}

		/**
		 * Whether its bytes are here.
		 * @return {@code false} if only its address is
		 */
		public boolean isInline() {
			return this.url.startsWith(FileChecks.SCHEME);
		}

		/**
		 * Its bytes in base64.
		 * @return the bytes, with padding and without line breaks
		 * @throws IllegalStateException unless they {@linkplain #isInline() are here}
		 */
		public String base64() {
			if (!isInline()) {
				throw new IllegalStateException("Only the file's address is here");
			}
			return this.url.substring(this.url.indexOf(',') + 1);
		}

		/**
		 * Its bytes, decoded anew each time.
		 * @return the bytes
		 * @throws IllegalStateException unless they {@linkplain #isInline() are here}
		 */
		public byte[] bytes() {
			return Base64.getDecoder().decode(base64());
		}

		@Override
		public String toString() {
			return "File[mediaType=" + this.mediaType + ", isInline=" + isInline() + ", length=" + this.url.length()
					+ "]";
		}

	}

	/**
	 * A call of a tool that the model has asked for.
	 *
	 * @param id the call's id, by which its result names it
	 * @param name the tool's name
	 * @param arguments JSON text of an object; as the model wrote it, so perhaps it is
	 * none
	 */
	record ToolCall(String id, String name, String arguments) implements MessagePart {

		/**
		 * Refuse a call without id or name.
		 * @param id the call's id, by which its result names it
		 * @param name the tool's name
		 * @param arguments JSON text of an object
		 */
		public ToolCall {
			requireText("id", id);
			requireText("name", name);
			Objects.requireNonNull(arguments, "'arguments' must not be null");
		}

		@Override
		public String toString() {
			return "ToolCall[id=" + this.id + ", name=" + this.name + ", length=" + this.arguments.length() + "]";
		}

	}

	/**
	 * What came of a call.
	 *
	 * @param callId the call's id
	 * @param name the tool's name, {@code null} where it is not known
	 * @param result the result, JSON or plain text, may be empty
	 * @param failed whether the tool failed, and the result says why
	 */
	record ToolResult(String callId, @Nullable String name, String result, boolean failed) implements MessagePart {

		/**
		 * Refuse a result of no call.
		 * @param callId the call's id
		 * @param name the tool's name, {@code null} where it is not known
		 * @param result the result, JSON or plain text, may be empty
		 * @param failed whether the tool failed, and the result says why
		 */
		public ToolResult {
			requireText("callId", callId);
			Objects.requireNonNull(result, "'result' must not be null");
		}

		/**
		 * A result of a tool that has done its work.
		 * @param callId the call's id
		 * @param result the result, JSON or plain text, may be empty
		 */
		public ToolResult(String callId, String result) {
			this(callId, null, result, false);
		}

		@Override
		public String toString() {
			return "ToolResult[callId=" + this.callId + ", name=" + this.name + ", length=" + this.result.length()
					+ ", failed=" + this.failed + "]";
		}

	}

	/**
	 * Reasoning of the model that its provider wants back, to go on with it after the
	 * results of tools. Other providers are not sent it.
	 *
	 * @param text the reasoning as far as it was shown, may be empty
	 * @param provider the name of the provider, for example {@code anthropic}
	 * @param data what the provider wants back with it, by names of its own: a signature
	 * for one
	 */
	record Reasoning(String text, String provider, Map<String, String> data) implements MessagePart {

		/**
		 * Copy what is mutable.
		 * @param text the reasoning as far as it was shown, may be empty
		 * @param provider the name of the provider, for example {@code anthropic}
		 * @param data what the provider wants back with it, by names of its own
		 */
		public Reasoning {
			Objects.requireNonNull(text, "'text' must not be null");
			requireText("provider", provider);
			data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
		}

		@Override
		public String toString() {
			return "Reasoning[length=" + this.text.length() + ", provider=" + this.provider + ", data="
					+ this.data.keySet() + "]";
		}

	}

	private static void requireText(String name, String value) {
		if (value == null || value.isEmpty()) {
			throw new InvalidMessagesException("'" + name + "' of a part of a message must not be empty");
		}
	}

}
