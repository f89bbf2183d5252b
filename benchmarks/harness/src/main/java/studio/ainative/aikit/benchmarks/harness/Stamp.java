package studio.ainative.aikit.benchmarks.harness;

import java.util.function.LongConsumer;

/**
 * A token that says which one it is and when it was written, {@code 17@123456789;}, and
 * the reader of such tokens. All processes of a machine share the clock.
 */
final class Stamp {

	private final LongConsumer written;

	private long number;

	private long index = -1;

	Stamp(LongConsumer written) {
		this.written = written;
	}

	static String of(int index) {
		return index + "@" + System.nanoTime() + ";";
	}

	/** Whether a text is so many tokens, in order. */
	static boolean isWhole(String text, int tokens) {
		String[] stamps = text.split(";", -1);
		for (int i = 0; i < stamps.length - 1; i++) {
			if (!stamps[i].startsWith(i + "@")) {
				return false;
			}
		}
		return stamps.length == tokens + 1 && stamps[tokens].isEmpty();
	}

	/** Find the tokens in a piece of a body, which may begin and end inside one. */
	void read(byte[] bytes, int offset, int length) {
		for (int i = offset; i < offset + length; i++) {
			byte next = bytes[i];
			if (next >= '0' && next <= '9') {
				this.number = 10 * this.number + (next - '0');
			}
			else {
				if (next == '@') {
					this.index = this.number;
				}
				else {
					if (next == ';' && this.index >= 0) {
						this.written.accept(this.number);
					}
					this.index = -1;
				}
				this.number = 0;
			}
		}
	}

}
