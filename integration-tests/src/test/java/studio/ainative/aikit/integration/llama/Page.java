package studio.ainative.aikit.integration.llama;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * An application whose page asks a model behind OpenAI's API.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(
		exclude = { ReactiveWebSecurityAutoConfiguration.class, ServletWebSecurityAutoConfiguration.class })
@Import(Page.ChatController.class)
class Page {

	@RestController
	static class ChatController {

		final AIStream stream;

		final AIStream endless;

		private final StreamingResponses responses;

		ChatController(AIStream stream, @Qualifier("endless") AIStream endless, StreamingResponses responses) {
			this.stream = stream;
			this.endless = endless;
			this.responses = responses;
		}

		@PostMapping("/api/chat")
		StreamingResponse chat(@RequestBody String question) {
			return this.responses.from(this.stream.stream(question));
		}

		@PostMapping("/api/chat/endless")
		StreamingResponse chatWithoutEnd(@RequestBody String question) {
			return this.responses.from(this.endless.stream(question));
		}

	}

}
