package studio.ainative.aikit.readme;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import reactor.core.publisher.Flux;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The README's tool and image, word for word, in an application that
 * {@link ToolQuickStartTests} runs.
 */
interface ToolQuickStart {

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ WeatherConfiguration.class, AskController.class })
	class ToolApplication {

	}

	@Configuration(proxyBeanMethods = false)
	class WeatherConfiguration {

		@Bean
		Tool weather(WeatherService service) {
			String schema = """
					{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
					""";
			return Tool.of("weather", "Tells today's weather in a city.", schema,
					(call) -> service.today(call.arguments(Place.class).city()));
		}

		record Place(String city) {
		}

	}

	@RestController
	class AskController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		AskController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@GetMapping("/ask")
		StreamingResponse ask() {
			return this.responses.from(this.aiStream.stream("How is the weather in Rome?"));
		}

	}

	/** What it does is the tests' affair. */
	class WeatherService {

		private final Function<String, Map<String, Object>> answers;

		WeatherService(Function<String, Map<String, Object>> answers) {
			this.answers = answers;
		}

		Map<String, Object> today(String city) {
			return this.answers.apply(city);
		}

	}

	static Flux<StreamEvent> look(AIStream aiStream, byte[] png) {
		Message question = Message.user("What is on this picture?", MessagePart.File.of("image/png", png));
		return aiStream.stream(List.of(question));
	}

}
