package studio.ainative.aikit.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.netty.resources.LoopResources;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.provider.Provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Tests for {@link Rehearsal}.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class RehearsalTests {

	private static final int ANSWERS = 10;

	private final LoopResources loops = LoopResources.create("rehearsal-test", 1, true);

	@AfterEach
	void end() {
		this.loops.dispose();
	}

	@ParameterizedTest
	@MethodSource("studio.ainative.aikit.autoconfigure.RehearsedAnswer#all")
	void anAnswerIsWhole(RehearsedAnswer answer, CapturedOutput output) {
		assertThat(Rehearsal.run(List.of(answer), this.loops)).isEqualTo(ANSWERS);
		assertNoWarnings(output);
	}

	@Test
	void severalFormatsTakeTurns() {
		assertThat(Rehearsal.run(RehearsedAnswer.all(), this.loops)).isEqualTo(4 * ANSWERS);
	}

	@Test
	void aFailureHasNoConsequence(CapturedOutput output) {
		LoopResources none = (useNative) -> {
			throw new IllegalStateException("No event loops");
		};
		assertThat(Rehearsal.run(List.of(RehearsedAnswer.OPENAI), none)).isZero();
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@MethodSource("studio.ainative.aikit.autoconfigure.RehearsedAnswer#all")
	void eachFormatHasItsOwn(RehearsedAnswer answer) {
		assertThat(RehearsedAnswer.of(answer.provider())).isEqualTo(answer);
	}

	@Test
	void anApplicationsOwnProviderIsNotCalled() {
		Provider own = mock();
		assertThat(RehearsedAnswer.of(own)).isEqualTo(RehearsedAnswer.OPENAI);
		verifyNoInteractions(own);
	}

}
