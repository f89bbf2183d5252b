package studio.ainative.aikit.format.uimessage;

import java.util.Base64;

import org.jspecify.annotations.Nullable;

/**
 * A part of a {@link UiMessage}. Parts of other types than these are not kept.
 *
 * @since 0.1.0
 */
public sealed interface UiPart {

	/**
	 * Text that was said.
	 *
	 * @param text the text, may be empty
	 * @param isStreaming whether its end never came: the answer was stopped or has failed
	 */
	record Text(String text, boolean isStreaming) implements UiPart {

		@Override
		public String toString() {
			return "Text[length=" + this.text.length() + ", isStreaming=" + this.isStreaming + "]";
		}

	}

	/**
	 * What the model has thought.
	 *
	 * @param text the text, may be empty
	 */
	record Reasoning(String text) implements UiPart {

		@Override
		public String toString() {
			return "Reasoning[length=" + this.text.length() + "]";
		}

	}

	/**
	 * A file.
	 *
	 * @param mediaType what it is, as the sender says: {@code image/png}
	 * @param filename its name, {@code null} if it has none
	 * @param url a {@code data:} URL in base64, or an {@code http(s):} URL that nobody
	 * has looked at: one that a server fetches may lead anywhere
	 */
	record File(String mediaType, @Nullable String filename, String url) implements UiPart {

		/**
		 * Whether the request holds the file itself.
		 * @return whether {@link #bytes()} has something to give
		 */
		public boolean isInline() {
			return this.url.startsWith(UiDataUrl.SCHEME);
		}

		/**
		 * The file, decoded anew each time.
		 * @return its bytes
		 * @throws IllegalStateException unless it {@linkplain #isInline() is there}
		 */
		public byte[] bytes() {
			if (!isInline()) {
				throw new IllegalStateException("The file is not part of the request");
			}
			return Base64.getDecoder().decode(this.url.substring(this.url.indexOf(',') + 1));
		}

		@Override
		public String toString() {
			return "File[mediaType=" + this.mediaType + ", length=" + this.url.length() + "]";
		}

	}

	/**
	 * A call of a tool, and what came of it.
	 *
	 * @param toolCallId id of the call
	 * @param toolName name of the tool
	 * @param state how far it got: {@code input-streaming}, {@code input-available},
	 * {@code output-available}, {@code output-error}, and from {@code ai} 6 on
	 * {@code approval-requested}, {@code approval-responded}, {@code output-denied}
	 * @param input the arguments as JSON text, {@code null} where there are none yet
	 * @param output the result as JSON text, {@code null} unless there is one
	 * @param errorText why there is none, {@code null} unless it failed
	 */
	record Tool(String toolCallId, String toolName, String state, @Nullable String input, @Nullable String output,
			@Nullable String errorText) implements UiPart {

		/**
		 * Whether the call has come to an end.
		 * @return whether there is a result, an error or a refusal
		 */
		public boolean isFinished() {
			return this.state.startsWith("output-");
		}

		@Override
		public String toString() {
			return "Tool[toolCallId=" + this.toolCallId + ", toolName=" + this.toolName + ", state=" + this.state + "]";
		}

	}

	/**
	 * Where a step of an answer begins.
	 */
	record StepStart() implements UiPart {
	}

	/**
	 * Where an answer began again: what stands between this and the {@link StepStart}
	 * before it is void.
	 */
	record Restart() implements UiPart {
	}

}
