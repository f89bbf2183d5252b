package studio.ainative.aikit.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.log.AnswerLogException;
import studio.ainative.aikit.log.AnswerLogException.Reason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How often a log of answers that fails is told of.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureWarningTests {

	/** Any moment, near the end of the range. */
	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

	private final FailureWarning warning = new FailureWarning(this.now::get);

	@Test
	void tellsOnceWhileTheLogFails(CapturedOutput output) {
		fail();
		this.now.addAndGet(TimeUnit.HOURS.toNanos(1));
		fail();
		assertThat(count(output)).isEqualTo(1);
	}

	@Test
	void tellsOnceAMinuteOfALogThatFailsAndWorksInTurn(CapturedOutput output) {
		for (int second = 0; second < 180; second++) {
			fail();
			this.warning.worked();
			this.now.addAndGet(TimeUnit.SECONDS.toNanos(1));
		}
		assertThat(count(output)).isEqualTo(3);
	}

	private void fail() {
		this.warning.failed(new AnswerLogException(Reason.UNAVAILABLE, "Redis is away"));
	}

	private static int count(CapturedOutput output) {
		return output.getOut().split("The log of answers has failed \\(UNAVAILABLE\\)", -1).length - 1;
	}

}
