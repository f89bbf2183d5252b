package studio.ainative.aikit.client;

import java.io.IOException;
import java.io.Writer;

/**
 * Text that is written until it is too long.
 */
final class BoundedText extends Writer {

	private final StringBuilder text = new StringBuilder();

	private final int maxLength;

	private boolean full;

	BoundedText(int maxLength) {
		this.maxLength = maxLength;
	}

	/** Whether more was written than there may be. */
	boolean isFull() {
		return this.full;
	}

	@Override
	public void write(char[] characters, int offset, int length) throws IOException {
		if (this.full || length > this.maxLength - this.text.length()) {
			this.full = true;
			throw new IOException("The text is too long");
		}
		this.text.append(characters, offset, length);
	}

	@Override
	public void flush() {
	}

	@Override
	public void close() {
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

}
