package studio.ainative.aikit.benchmarks.spring;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import reactor.core.publisher.Flux;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import studio.ainative.aikit.benchmarks.harness.Payloads;
import studio.ainative.aikit.server.StreamingOptions.Heartbeat;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Spring MVC on Tomcat.
 */
public abstract class MvcServer extends SpringServer {

	private MvcServer(String path, String... properties) {
		super(Application.class, WebApplicationType.SERVLET, path, properties);
	}

	/**
	 * {@code SseEmitter} fed by a thread, heartbeats of all by one scheduled executor.
	 */
	public static final class Emitter extends MvcServer {

		/** For the worker. */
		public Emitter() {
			super("/emitter");
		}

	}

	/**
	 * The same, with a scheduled executor for each emitter.
	 */
	public static final class EmitterWithExecutor extends MvcServer {

		/** For the worker. */
		public EmitterWithExecutor() {
			super("/emitter-with-executor");
		}

	}

	/**
	 * {@code StreamingResponse}.
	 */
	public static final class AiKit extends MvcServer {

		/** For the worker. */
		public AiKit() {
			super("/ai-kit");
		}

	}

	/**
	 * {@code StreamingResponse} with compression on.
	 */
	public static final class Compressing extends MvcServer {

		/** For the worker. */
		public Compressing() {
			super("/ai-kit", "ai-kit.response.compression=true");
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		private final StreamingResponses responses;

		private final StreamingOptions idle;

		private final ExecutorService threads = Executors.newCachedThreadPool();

		private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

		Controller(StreamingResponses responses) {
			this.responses = responses;
			this.idle = responses.options().withHeartbeat(Heartbeat.every(Duration.ofSeconds(1)));
		}

		@GetMapping("/emitter/stream")
		SseEmitter emitter(@RequestParam int tokens, @RequestParam int rate) {
			SseEmitter emitter = new SseEmitter(0L);
			this.threads.execute(() -> feed(emitter, tokens, rate));
			return emitter;
		}

		private static void feed(SseEmitter emitter, int count, int rate) {
			try {
				long next = System.nanoTime() + ((rate > 0) ? Model.phase(rate).toNanos() : 0);
				int index = 0;
				for (String token : Model.tokens(count)) {
					if (rate > 0) {
						TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
						next += Model.period(rate).toNanos();
					}
					send(emitter, "token", index + 1, StockEvents.token(token, index));
					index++;
				}
				send(emitter, "usage", count + 1, StockEvents.usage(Payloads.PROMPT_TOKENS, count));
				send(emitter, "done", count + 2, StockEvents.done());
				emitter.complete();
			}
			catch (IOException | InterruptedException ex) {
				emitter.completeWithError(ex);
			}
		}

		private static void send(SseEmitter emitter, String name, int id, Map<String, Object> data) throws IOException {
			emitter.send(SseEmitter.event().name(name).id(String.valueOf(id)).data(data));
		}

		@GetMapping("/emitter/idle")
		SseEmitter idleEmitter() {
			SseEmitter emitter = new SseEmitter(0L);
			ScheduledFuture<?> heartbeat = beat(emitter, this.timer);
			emitter.onCompletion(() -> heartbeat.cancel(false));
			return emitter;
		}

		@GetMapping("/emitter-with-executor/idle")
		SseEmitter idleEmitterWithExecutor() {
			SseEmitter emitter = new SseEmitter(0L);
			ScheduledExecutorService own = Executors.newSingleThreadScheduledExecutor();
			ScheduledFuture<?> heartbeat = beat(emitter, own);
			emitter.onCompletion(() -> {
				heartbeat.cancel(false);
				own.shutdown();
			});
			return emitter;
		}

		private static ScheduledFuture<?> beat(SseEmitter emitter, ScheduledExecutorService executor) {
			long phase = ThreadLocalRandom.current().nextLong(1000);
			return executor.scheduleAtFixedRate(() -> {
				try {
					emitter.send(SseEmitter.event().comment("heartbeat"));
				}
				catch (IOException ex) {
					emitter.completeWithError(ex);
				}
			}, phase, 1000, TimeUnit.MILLISECONDS);
		}

		@GetMapping("/ai-kit/stream")
		StreamingResponse aiKit(@RequestParam int tokens, @RequestParam int rate) {
			return this.responses.from(Model.events(tokens, rate));
		}

		@GetMapping("/ai-kit/idle")
		StreamingResponse idleAiKit() {
			return this.responses.from(Flux.never(), this.idle);
		}

	}

}
