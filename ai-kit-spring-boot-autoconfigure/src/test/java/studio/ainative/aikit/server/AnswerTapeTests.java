package studio.ainative.aikit.server;

import java.util.List;

import org.junit.jupiter.api.Test;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.log.LogEntry;

import static org.assertj.core.api.Assertions.assertThat;

class AnswerTapeTests {

	private final AnswerTape tape = new AnswerTape();

	@Test
	void givesWhatFollowsACursor() {
		add(3);
		this.tape.drop(1);
		assertThat(this.tape.entry(1, 1)).isEqualTo(new LogEntry(2, List.<StreamEvent>of(new Token("t", 1)), null));
		assertThat(this.tape.entry(3, 1)).isNull();
	}

	/** A log may be done with an append after the answer is kept no longer. */
	@Test
	void hasNoEntryOfWhatWasDropped() {
		add(3);
		this.tape.drop(2);
		assertThat(this.tape.entry(1, 64)).isNull();
	}

	private void add(int tokens) {
		for (int i = 0; i < tokens; i++) {
			this.tape.add(new Token("t", i));
		}
	}

}
