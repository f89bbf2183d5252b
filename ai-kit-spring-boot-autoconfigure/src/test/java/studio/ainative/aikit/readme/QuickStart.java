package studio.ainative.aikit.readme;

import java.util.List;

import com.openai.client.OpenAIClient;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.annotation.SessionScope;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.AIStreamEvent;
import studio.ainative.aikit.client.CallOptions;
import studio.ainative.aikit.client.ListenerRegistration;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.openai.OpenAISdk;
import studio.ainative.aikit.readme.QuickStart.ChatController.ChatRequest;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The README's code, word for word ({@link ReadmeTests} compares), in applications that
 * {@link QuickStartTests} runs. An interface, so that classes in it need no modifiers.
 */
interface QuickStart {

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ ChatController.class, FluxController.class, OptionsController.class, CountdownController.class,
			CarefulController.class, FrontEnds.UiChatController.class, FrontEnds.ResumableChatController.class })
	class ReactiveApplication {

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ ChatController.class, EmitterController.class, OptionsController.class, CountdownController.class,
			CarefulController.class, ConversationConfiguration.class, ConversationController.class,
			FrontEnds.UiChatController.class, FrontEnds.ResumableChatController.class })
	class ServletApplication {

	}

	@RestController
	class ChatController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		ChatController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@PostMapping("/api/chat")
		StreamingResponse chat(@RequestBody ChatRequest request) {
			return this.responses.from(this.aiStream.stream(request.messages()));
		}

		record ChatRequest(List<Message> messages) {
		}

	}

	@RestController
	class FluxController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		FluxController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@PostMapping("/api/chat/flux")
		Flux<ServerSentEvent<Object>> flux(@RequestBody ChatRequest request) {
			return this.responses.from(this.aiStream.stream(request.messages())).toFlux();
		}

	}

	@RestController
	class EmitterController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		EmitterController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@PostMapping("/api/chat/emitter")
		SseEmitter emitter(@RequestBody ChatRequest request) {
			return this.responses.from(this.aiStream.stream(request.messages())).toSseEmitter();
		}

	}

	@RestController
	class OptionsController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		OptionsController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@PostMapping("/api/chat/options")
		StreamingResponse chat(@RequestBody ChatRequest request) {
			CallOptions options = CallOptions.defaults().withModel("gpt-4.1").withOption("temperature", 0);
			return this.responses.from(this.aiStream.stream(request.messages(), options));
		}

	}

	@RestController
	class CountdownController {

		private final StreamingResponses responses;

		CountdownController(StreamingResponses responses) {
			this.responses = responses;
		}

		@GetMapping("/api/countdown")
		StreamingResponse countdown() {
			StreamingResponse response = this.responses.create();
			Thread writer = new Thread(() -> {
				for (int second = 3; second > 0; second--) {
					response.sendToken(second + " ");
				}
				response.end();
			});
			response.onClose(writer::interrupt);
			writer.start();
			return response;
		}

	}

	@RestController
	class CarefulController {

		private final AIStream careful;

		CarefulController(@Qualifier("careful") AIStream careful) {
			this.careful = careful;
		}

		@GetMapping("/api/careful")
		Flux<String> careful() {
			return this.careful.stream("Hello").ofType(StreamEvent.Token.class).map(StreamEvent.Token::text);
		}

	}

	@Configuration(proxyBeanMethods = false)
	class ConversationConfiguration {

		@Bean
		@SessionScope
		Conversation conversation(AIStream.Builder builder) {
			return new Conversation(builder.build());
		}

	}

	class Conversation {

		private final AIStream aiStream;

		Conversation(AIStream aiStream) {
			this.aiStream = aiStream;
		}

		Flux<StreamEvent> send(String content) {
			return this.aiStream.send(content);
		}

		void stop() {
			this.aiStream.stop();
		}

		List<Message> messages() {
			return this.aiStream.getMessages();
		}

	}

	@RestController
	class ConversationController {

		private final Conversation conversation;

		private final StreamingResponses responses;

		ConversationController(Conversation conversation, StreamingResponses responses) {
			this.conversation = conversation;
			this.responses = responses;
		}

		@PostMapping("/api/conversation")
		StreamingResponse send(@RequestBody String content) {
			return this.responses.from(this.conversation.send(content));
		}

		@GetMapping("/api/conversation")
		List<Message> messages() {
			return this.conversation.messages();
		}

	}

	class Listening {

		private static final Log logger = LogFactory.getLog(Listening.class);

		void listen(AIStream aiStream) {
			ListenerRegistration registration = aiStream.on(AIStreamEvent.RETRY,
					(retry) -> logger.info("Retry " + retry.attempt() + " in " + retry.delay()));
			registration.remove();
		}

	}

	class SdkController {

		private final OpenAIClient client;

		private final StreamingResponses responses;

		SdkController(OpenAIClient client, StreamingResponses responses) {
			this.client = client;
			this.responses = responses;
		}

		@SuppressWarnings("MustBeClosed") // the Flux closes the SDK's stream
		StreamingResponse chat(ChatCompletionCreateParams params) {
			Flux<StreamEvent> events = OpenAISdk.events(this.client.chat().completions().createStreaming(params));
			return this.responses.from(events);
		}

	}

}
