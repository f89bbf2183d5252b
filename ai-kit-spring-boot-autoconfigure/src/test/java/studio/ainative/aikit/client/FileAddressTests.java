package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Addresses of images, which may lead into the server's own network.
 */
class FileAddressTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	@ParameterizedTest
	@EnumSource
	void arePassedOnAndNeverFetched(ToolProvider provider) {
		try (ScriptedServer images = ScriptedServer.start(); ScriptedServer server = provider.start()) {
			server.respond("A dot");
			Message question = Message.user("What is it?", MessagePart.File.at("image/png", images.uri()));
			provider.builder(server).build().stream(List.of(question)).blockLast(TIMEOUT);
			assertThat(server.lastRequest().body()).contains(images.uri().toString());
			assertThat(images.requests()).isEmpty();
		}
	}

}
