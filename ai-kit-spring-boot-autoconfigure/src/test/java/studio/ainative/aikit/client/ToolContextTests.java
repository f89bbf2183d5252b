package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What functions of tools find on their threads.
 */
class ToolContextTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final String KEY = "ToolContextTests";

	private final ThreadLocal<String> user = new ThreadLocal<>();

	private final ScriptedServer server = ToolProvider.OPENAI.start();

	private final List<String> seen = new CopyOnWriteArrayList<>();

	@BeforeEach
	void registerUser() {
		ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, this.user);
	}

	@AfterEach
	void stopServer() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
		this.user.remove();
		this.server.close();
	}

	private Flux<StreamEvent> answer() {
		ToolProvider.OPENAI.respondCall(this.server, "c1", "whoami", "{}");
		ToolProvider.OPENAI.respondCall(this.server, "c2", "whoami", "{}");
		this.server.respond("Ada");
		return ToolProvider.OPENAI.builder(this.server).tool("whoami", "", "", (call) -> {
			this.seen.add(Thread.currentThread().getName().replaceAll("-\\d+$", "") + " " + this.user.get() + " "
					+ call.context().getOrDefault("other", "none"));
			return "";
		}).build().stream("Hi");
	}

	@Test
	void theyFindWhatTheSubscribersThreadCarried() {
		this.user.set("ada");
		Flux<StreamEvent> answer = answer();
		answer.blockLast(TIMEOUT);
		assertThat(this.seen).as("in each round").containsExactly("boundedElastic ada none", "boundedElastic ada none");
	}

	@Test
	void theyFindWhatTheReactorContextCarries() {
		answer().contextWrite(Context.of(KEY, "grace", "other", "more")).blockLast(TIMEOUT);
		assertThat(this.seen).containsExactly("boundedElastic grace more", "boundedElastic grace more");
	}

	@Test
	void theyLeaveNothingOnTheirThreads() {
		List<String> left = new CopyOnWriteArrayList<>();
		this.user.set("ada");
		ToolProvider.OPENAI.respondCall(this.server, "c1", "whoami", "{}");
		this.server.respond("Ada");
		ToolProvider.OPENAI.builder(this.server).toolExecutor((work) -> {
			Thread thread = new Thread(() -> {
				work.run();
				left.add(this.user.get() + " " + Thread.currentThread().isInterrupted());
			});
			thread.start();
			join(thread);
		}).tool("whoami", "", "", (call) -> {
			this.seen.add(this.user.get());
			return "";
		}).build().stream("Hi").blockLast(TIMEOUT);
		assertThat(this.seen).containsExactly("ada");
		assertThat(left).containsExactly("null false");
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
