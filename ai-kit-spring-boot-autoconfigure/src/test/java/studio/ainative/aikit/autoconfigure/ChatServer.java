package studio.ainative.aikit.autoconfigure;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.coyote.AbstractProtocol;
import reactor.core.publisher.Flux;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.server.FrameSource;
import studio.ainative.aikit.server.StreamingOptions.Heartbeat;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * An application with everything in it, on Tomcat or on Netty, whose controller streams
 * in several ways.
 */
final class ChatServer implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private ChatServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static ChatServer start(WebApplicationType type, String... properties) {
		return start(type, (context) -> {
		}, properties);
	}

	/** With beans of a test's own. */
	static ChatServer start(WebApplicationType type, ApplicationContextInitializer<GenericApplicationContext> more,
			String... properties) {
		return new ChatServer(
				new SpringApplicationBuilder(Application.class).web(type)
					.initializers(more)
					.properties(Stream
						.concat(Stream.of("server.port=0", "spring.main.banner-mode=off",
								"ai-kit.stream.provider=openai", "ai-kit.stream.api-key=key"),
								Arrays.stream(properties))
						.toArray(String[]::new))
					.run());
	}

	/** Run in a process of its own, until a signal comes. */
	public static void main(String[] arguments) {
		WebApplicationType type = WebApplicationType.valueOf(arguments[0]);
		ChatServer server = start(type, Arrays.copyOfRange(arguments, 1, arguments.length));
		System.out.println("port " + server.port());
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	ChatController controller() {
		return this.context.getBean(ChatController.class);
	}

	/** What Prometheus reads, if the server was started with {@code metrics=true}. */
	Scrape scrape() {
		return Scrape.of(this.context.getBean(PrometheusMeterRegistry.class).scrape());
	}

	/** Connections to Tomcat, the one that it expects next included. */
	long connections() {
		WebServer server = ((WebServerApplicationContext) this.context).getWebServer();
		return ((AbstractProtocol<?>) ((TomcatWebServer) Objects.requireNonNull(server)).getTomcat()
			.getConnector()
			.getProtocolHandler()).getConnectionCount();
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(SmallSendBuffers.class)
	static class Application {

		@Bean
		ChatController chatController(AIStream aiStream, StreamingResponses responses) {
			return new ChatController(aiStream, responses);
		}

		@Bean
		@ConditionalOnBooleanProperty("metrics")
		PrometheusMeterRegistry prometheusMeterRegistry() {
			return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		}

		/** Shared with no other context: the first to close would take them along. */
		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			resources.setShutdownQuietPeriod(Duration.ZERO);
			return resources;
		}

		/**
		 * The framework's own executor, of no use to anybody here but a {@code Flux} on a
		 * Servlet stack.
		 */
		@Bean
		AsyncTaskExecutor applicationTaskExecutor(Environment environment) {
			if (environment.getProperty("framework-writes", Boolean.class, false)) {
				return new SimpleAsyncTaskExecutor("framework-");
			}
			return (task) -> {
				throw new TaskRejectedException("Nothing is to run here");
			};
		}

		@Bean
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		NettyReactiveWebServerFactory netty(ReactorResourceFactory resources) {
			NettyReactiveWebServerFactory netty = new NettyReactiveWebServerFactory(0);
			netty.setResourceFactory(resources);
			return netty;
		}

	}

	/**
	 * The same on both stacks.
	 */
	@RestController
	static final class ChatController {

		/** Readers who left, or were given up. */
		final AtomicInteger closed = new AtomicInteger();

		/** What the garbage collector has left of the answers of the provider. */
		final Queue<WeakReference<FrameSource>> pipes = new ConcurrentLinkedQueue<>();

		/** Bytes that floods were asked for. */
		final AtomicLong flooded = new AtomicLong();

		/** Answers to be written by whoever takes them. */
		final BlockingQueue<StreamingResponse> written = new LinkedBlockingQueue<>();

		private final AIStream aiStream;

		private final StreamingResponses responses;

		ChatController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		/** What the provider says. */
		@GetMapping("/chat")
		StreamingResponse chat() {
			StreamingResponse response = this.responses.from(this.aiStream.stream("Hello"))
				.onClose(this.closed::incrementAndGet);
			this.pipes.add(new WeakReference<>(response.frames()));
			return response;
		}

		/** The same without any sign of life. */
		@GetMapping("/chat/lifeless")
		StreamingResponse lifelessChat() {
			return this.responses.from(this.aiStream.stream("Hello"),
					this.responses.options().withHeartbeat(Heartbeat.off()));
		}

		/** What the test writes itself. */
		@GetMapping("/written")
		StreamingResponse written() {
			StreamingResponse response = this.responses.create();
			this.written.add(response);
			return response;
		}

		/** The same as an emitter, on Servlet stacks only. */
		@GetMapping("/chat-emitter")
		SseEmitter chatEmitter() {
			return chat().toSseEmitter();
		}

		@GetMapping("/chat-flux")
		Flux<ServerSentEvent<Object>> chatFlux() {
			return chat().toFlux();
		}

		/** A token every ten milliseconds, a hundred of them. */
		@GetMapping("/ticks")
		StreamingResponse ticks() {
			return this.responses.from(ticks(Duration.ofMillis(10), 100));
		}

		/** A token a tenth of a second, for a second and a half. */
		@GetMapping("/brief")
		StreamingResponse brief() {
			return this.responses.from(ticks(Duration.ofMillis(100), 15));
		}

		@GetMapping("/instant")
		StreamingResponse instant() {
			return this.responses.from(Flux.empty());
		}

		@GetMapping("/silent")
		StreamingResponse silent() {
			return this.responses.from(Flux.never());
		}

		/** More than any buffer holds. */
		@GetMapping("/flood")
		StreamingResponse flood() {
			String text = "t".repeat(16 * 1024);
			return this.responses.from(Flux.<StreamEvent>generate((sink) -> sink.next(new Token(text, 0)))
				.doOnNext((token) -> this.flooded.addAndGet(text.length())));
		}

		/** A token, silence, and another token. */
		@GetMapping("/pensive")
		StreamingResponse pensive(@RequestParam Duration silence) {
			return this.responses.from(pensiveAnswer(silence));
		}

		/** The same without any sign of life. */
		@GetMapping("/lifeless")
		StreamingResponse lifeless(@RequestParam Duration silence) {
			return this.responses.from(pensiveAnswer(silence), this.responses.options().withHeartbeat(Heartbeat.off()));
		}

		private static Flux<StreamEvent> pensiveAnswer(Duration silence) {
			return Flux.concat(Flux.just(new Token("Hm", 0)),
					Flux.<StreamEvent>just(new Token("Yes", 1)).delaySequence(silence));
		}

		private static Flux<StreamEvent> ticks(Duration interval, int count) {
			return Flux.interval(interval)
				.onBackpressureBuffer()
				.take(count)
				.map((tick) -> new Token("t", tick.intValue()));
		}

	}

}
