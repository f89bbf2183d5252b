package studio.ainative.aikit.server;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What readers and the log are told of an exception.
 */
@ExtendWith(OutputCaptureExtension.class)
class SourceErrorsTests {

	@Test
	void theReadersOwnFaultIsToldTheReaderAndNotTheLog(CapturedOutput output) {
		ErrorEvent event = SourceErrors.report(new InvalidMessagesException("'messages' must not be empty"), false);
		assertThat(event).isEqualTo(new ErrorEvent("'messages' must not be empty", "INVALID_REQUEST"));
		assertThat(output).doesNotContain("INFO", " WARN ", " ERROR ");
	}

	@Test
	void whatTheReaderCannotHelpIsLogged(CapturedOutput output) {
		assertThat(SourceErrors.report(new Answers.Overloaded(), false).code()).isEqualTo("OVERLOADED");
		assertThat(output).contains("INFO", "OVERLOADED");
		assertThat(SourceErrors.report(new IllegalStateException("secret"), false))
			.isEqualTo(new ErrorEvent("The answer could not be completed.", StreamingResponse.INTERNAL_ERROR));
		assertThat(output).contains(" WARN ");
	}

}
