package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.format.agui.AgUiWireFormat;
import studio.ainative.aikit.format.openai.OpenAiWireFormat;
import studio.ainative.aikit.format.uimessage.UiChatRequest;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.server.StreamOwnerResolver;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * An application on Tomcat or on Netty that keeps its answers, and whose sources the test
 * feeds.
 */
final class ResumeServer implements AutoCloseable {

	/** Little: a test's sources need not end, and nobody waits for them. */
	private static final String DRAIN = "ai-kit.response.drain-timeout=100ms";

	private final ConfigurableApplicationContext context;

	private ResumeServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static ResumeServer start(WebApplicationType type, @Nullable AnswerLog log, String... properties) {
		return new ResumeServer(new SpringApplicationBuilder(Application.class).web(type).initializers((context) -> {
			if (log != null) {
				context.getBeanFactory().registerSingleton("sharedLog", log);
			}
		})
			.properties(Stream
				.concat(Stream.of("server.port=0", "spring.main.banner-mode=off", "ai-kit.response.resume.enabled=true",
						DRAIN), Arrays.stream(properties))
				.toArray(String[]::new))
			.run());
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	ChatController chat() {
		return this.context.getBean(ChatController.class);
	}

	/** What Prometheus reads, if the server was started with {@code metrics=true}. */
	Scrape scrape() {
		return Scrape.of(this.context.getBean(PrometheusMeterRegistry.class).scrape());
	}

	/** Stop as an application does, on this thread. */
	void stop() {
		this.context.close();
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
		ChatController chatController(StreamingResponses responses) {
			return new ChatController(responses, new UiMessageFormat(JsonMapper.shared()));
		}

		@Bean
		@ConditionalOnBooleanProperty("metrics")
		PrometheusMeterRegistry prometheusMeterRegistry() {
			return new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
		}

		/** Whoever asks is who they say they are. */
		@Bean
		@ConditionalOnProperty("owners")
		StreamOwnerResolver owners() {
			return (request) -> request.header("X-User");
		}

		/** A node is a process of its own: its end ends no other's event loops. */
		@Bean
		ReactorResourceFactory reactorResources() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			resources.setShutdownQuietPeriod(Duration.ZERO);
			return resources;
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

		/** How often a provider was called. */
		final AtomicInteger calls = new AtomicInteger();

		/** How often such a call was cancelled. */
		final AtomicInteger cancels = new AtomicInteger();

		/** How many readers of answers are known to have left. */
		final AtomicInteger left = new AtomicInteger();

		/** Who has called it last. */
		final AtomicReference<@Nullable Thread> caller = new AtomicReference<>();

		private final Map<String, Sinks.Many<StreamEvent>> sources = new ConcurrentHashMap<>();

		private final StreamingResponses responses;

		private final UiMessageFormat format;

		ChatController(StreamingResponses responses, UiMessageFormat format) {
			this.responses = responses;
			this.format = format;
		}

		Sinks.Many<StreamEvent> source(String name) {
			return this.sources.computeIfAbsent(name, (any) -> Sinks.many().unicast().onBackpressureBuffer());
		}

		/** Tokens of one answer, numbered from the given one. */
		void say(String name, int from, String... texts) {
			for (int i = 0; i < texts.length; i++) {
				source(name).emitNext(new Token(texts[i], from + i), Sinks.EmitFailureHandler.FAIL_FAST);
			}
		}

		void end(String name) {
			source(name).emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
		}

		private Flux<StreamEvent> flux(String name) {
			return source(name).asFlux().doOnSubscribe((subscription) -> {
				this.caller.set(Thread.currentThread());
				this.calls.incrementAndGet();
			}).doOnCancel(this.cancels::incrementAndGet);
		}

		@GetMapping("/chat/{name}")
		StreamingResponse chat(@PathVariable("name") String name) {
			return this.responses.from(flux(name)).onClose(this.left::incrementAndGet);
		}

		/** The same for whoever asks as AI Kit's client does. */
		@PostMapping("/chat/{name}")
		StreamingResponse ask(@PathVariable("name") String name) {
			return this.responses.from(flux(name));
		}

		/** An answer in a chat. */
		@GetMapping("/chats/{chat}/ask/{name}")
		StreamingResponse askIn(@PathVariable("chat") String chat, @PathVariable("name") String name) {
			return this.responses.fromChat(chat, flux(name), this.format);
		}

		/** The same for a page. */
		@PostMapping("/chats/{chat}/ask/{name}")
		StreamingResponse askIn(@PathVariable("chat") String chat, @PathVariable("name") String name,
				@RequestBody UiChatRequest request) {
			return this.responses.fromChat(chat, flux(name), this.format.answering(request));
		}

		/** An answer in the form of another front end. */
		@GetMapping("/as/{format}/{name}")
		StreamingResponse askAs(@PathVariable("format") String format, @PathVariable("name") String name) {
			return this.responses.from(flux(name),
					format.equals("ag-ui") ? new AgUiWireFormat("t1", "r1") : new OpenAiWireFormat());
		}

		@GetMapping("/as/{format}/{id}/again")
		StreamingResponse readAs(@PathVariable("format") String format, @PathVariable("id") String id) {
			return this.responses.resume(id, null,
					format.equals("ag-ui") ? new AgUiWireFormat() : new OpenAiWireFormat());
		}

		@GetMapping("/chats/{chat}/stream")
		StreamingResponse readIn(@PathVariable("chat") String chat,
				@RequestParam(name = "startIndex", required = false) @Nullable Long startIndex) {
			return (startIndex == null) ? this.responses.resumeChat(chat, this.format)
					: this.responses.resume(chat, null, this.format.withStartIndex(startIndex));
		}

		@PostMapping("/chat")
		StreamingResponse post(@RequestBody List<String> words) {
			return this.responses.from(Flux.defer(() -> {
				this.calls.incrementAndGet();
				return Flux.range(0, words.size()).map((i) -> (StreamEvent) new Token(words.get(i), i));
			}));
		}

	}

}
