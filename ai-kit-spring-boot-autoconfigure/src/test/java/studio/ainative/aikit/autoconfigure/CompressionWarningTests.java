package studio.ainative.aikit.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The web server's own compression, where it would hold tokens back.
 */
@ExtendWith(OutputCaptureExtension.class)
class CompressionWarningTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitServerAutoConfiguration.class));

	@Test
	void warnsOfEventStreamsThatTheServerCompresses(CapturedOutput output) {
		this.runner
			.withPropertyValues("server.compression.enabled=true",
					"server.compression.mime-types=text/html,text/event-stream")
			.run((context) -> assertThat(output).contains(" WARN ", "'server.compression.mime-types'",
					"'ai-kit.response.compression'"));
	}

	@Test
	void warnsOnTheReactiveStackToo(CapturedOutput output) {
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AiKitServerAutoConfiguration.class))
			.withPropertyValues("server.compression.enabled=true", "server.compression.mime-types=text/event-stream")
			.run((context) -> assertThat(output).contains(" WARN ", "'server.compression.mime-types'"));
	}

	@Test
	void saysNothingOfOtherTypes(CapturedOutput output) {
		this.runner
			.withPropertyValues("server.compression.enabled=true", "server.compression.mime-types=text/html,text/css")
			.run((context) -> assertThat(output).doesNotContain("server.compression"));
	}

	@Test
	void saysNothingWhereNothingIsCompressed(CapturedOutput output) {
		this.runner.withPropertyValues("server.compression.mime-types=text/event-stream")
			.run((context) -> assertThat(output).doesNotContain("server.compression"));
		this.runner.withPropertyValues("server.compression.enabled=true")
			.run((context) -> assertThat(output).doesNotContain("server.compression"));
	}

}
