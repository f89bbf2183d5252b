package studio.ainative.aikit.benchmarks.redis;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.stream.MapRecord;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.stream.StreamReceiver;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * What is written by hand to keep answers: Spring's template adds each event to a stream
 * of Redis, and each reader, the first one too, has a {@code StreamReceiver}. Provider
 * and response are AI Kit's as in {@link KeepingRelay}, so that only the keeping differs.
 */
public final class XaddRelay extends RelayServer {

	/** For the worker. */
	public XaddRelay() {
		super(Application.class, WebApplicationType.REACTIVE);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		private final ReactiveStringRedisTemplate redis;

		private final StreamReceiver<String, MapRecord<String, String, String>> receiver;

		private final Duration retain;

		Controller(AIStream aiStream, StreamingResponses responses, ReactiveStringRedisTemplate redis,
				ReactiveRedisConnectionFactory connectionFactory,
				@Value("${ai-kit.response.resume.retain}") Duration retain) {
			this.aiStream = aiStream;
			this.responses = responses;
			this.redis = redis;
			this.receiver = StreamReceiver.create(connectionFactory);
			this.retain = retain;
		}

		@GetMapping("/stream")
		StreamingResponse stream() {
			String id = UUID.randomUUID().toString();
			// The answer goes on when its readers have left
			add(id, Map.of("id", id)).thenMany(this.aiStream.stream("Tell me about streams"))
				.concatMap((event) -> add(id, fields(event)))
				.then(add(id, Map.of("end", "")))
				.then(this.redis.expire(id, this.retain))
				.subscribe();
			return this.responses.from(read(id));
		}

		@GetMapping("/streams/{id}")
		StreamingResponse again(@PathVariable("id") String id) {
			return this.responses.from(read(id));
		}

		private Mono<?> add(String id, Map<String, String> fields) {
			return fields.isEmpty() ? Mono.empty() : this.redis.opsForStream().add(id, fields);
		}

		private Flux<StreamEvent> read(String id) {
			return this.receiver.receive(StreamOffset.fromStart(id))
				// If it is asked for one at a time, it gives entries out of order
				.onBackpressureBuffer()
				.map(MapRecord::getValue)
				.takeUntil((fields) -> fields.containsKey("end"))
				.filter((fields) -> !fields.containsKey("end"))
				.map(Controller::event);
		}

		private static Map<String, String> fields(StreamEvent event) {
			if (event instanceof StreamEvent.Token token) {
				return Map.of("token", token.text(), "index", String.valueOf(token.index()));
			}
			if (event instanceof StreamEvent.UsageReport report) {
				return Map.of("prompt", String.valueOf(report.usage().promptTokens()), "completion",
						String.valueOf(report.usage().completionTokens()));
			}
			return Map.of();
		}

		private static StreamEvent event(Map<String, String> fields) {
			String id = fields.get("id");
			if (id != null) {
				return new StreamEvent.Metadata(Map.of("streamId", id));
			}
			String token = fields.get("token");
			return (token != null) ? new StreamEvent.Token(token, number(fields, "index"))
					: new StreamEvent.UsageReport(Usage.of(number(fields, "prompt"), number(fields, "completion")));
		}

		private static int number(Map<String, String> fields, String name) {
			return Integer.parseInt(Objects.requireNonNull(fields.get(name)));
		}

	}

}
