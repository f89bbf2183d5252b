package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.hamcrest.Matchers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;

import org.springframework.boot.WebApplicationType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.AIStreamEvent;
import studio.ainative.aikit.client.ProviderException;
import studio.ainative.aikit.client.RetryConfig;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Reasoning;
import studio.ainative.aikit.event.StreamEvent.Retry;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.StreamEvent.ToolCall;
import studio.ainative.aikit.event.StreamEvent.UsageReport;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.log.SharedLog;
import studio.ainative.aikit.provider.aikit.AiKitProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * {@link AIStream} and a server that keeps its answers, with a bad network between them.
 */
class RejoinTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int CUTS = 200;

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void putsAnswersTogetherThatAreCutAtAnyByte(WebApplicationType type) throws Exception {
		Random random = new Random(15);
		try (ResumeServer server = ResumeServer.start(type, null);
				CuttingProxy proxy = new CuttingProxy(server.port(), () -> 1 + random.nextInt(1600))) {
			int answers = 0;
			while (proxy.cuts.get() < CUTS) {
				boolean fails = answers % 4 == 3;
				String name = "answer-" + answers++;
				List<StreamEvent> events = events(fails);
				feed(server, name, events.subList(0, 20));
				List<StreamEvent> rest = new ArrayList<>(events.subList(20, events.size()));
				AIStream stream = stream(proxy, "/chat/" + name)
					.on(AIStreamEvent.RECONNECT, (reconnect) -> feedSome(server, name, rest))
					.on(AIStreamEvent.TOKEN, (token) -> feedSome(server, name, rest))
					.build();
				List<Signal<StreamEvent>> signals = signals(stream.stream("Hi"));
				List<StreamEvent> got = signals.stream()
					.filter(Signal::isOnNext)
					.map(Signal::get)
					.filter((event) -> !(event instanceof Retry))
					.map(RejoinTests::unpriced)
					.toList();
				if (fails) {
					assertThat(signals.get(signals.size() - 1).getThrowable()).isInstanceOf(ProviderException.class);
					assertThat(got).isEqualTo(events.subList(0, events.size() - 1));
				}
				else {
					assertThat(got).isEqualTo(events);
				}
			}
			assertThat(server.chat().calls).hasValue(answers);
			assertThat(server.chat().cancels).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void goesOnAtAnotherNodeWhenOneStops(WebApplicationType type) throws Exception {
		SharedLog log = new SharedLog();
		try (ResumeServer one = ResumeServer.start(type, log, "ai-kit.response.drain-timeout=30s");
				ResumeServer other = ResumeServer.start(type, log);
				CuttingProxy proxy = new CuttingProxy(one.port(), () -> Integer.MAX_VALUE)) {
			ResumeServer.ChatController chat = one.chat();
			List<StreamEvent> events = new CopyOnWriteArrayList<>();
			List<AIStreamEvent.Reconnect> reconnects = new CopyOnWriteArrayList<>();
			CompletableFuture<Void> answer = stream(proxy, "/chat/a").retry(RetryConfig.defaults())
				.on(AIStreamEvent.RECONNECT, reconnects::add)
				.build()
				.stream("Hi")
				.doOnNext(events::add)
				.then()
				.toFuture();
			chat.say("a", 0, "a", "b");
			await().atMost(TIMEOUT).until(() -> events.size() == 2);
			proxy.target.set(other.port());
			CompletableFuture<Void> stop = CompletableFuture.runAsync(one::stop);
			await().atMost(TIMEOUT).until(() -> !reconnects.isEmpty());
			chat.say("a", 2, "c");
			chat.end("a");
			answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			stop.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			assertThat(events.subList(0, 3)).containsExactly(new Token("a", 0), new Token("b", 1), new Token("c", 2));
			assertThat(reconnects.get(0).delay()).isLessThanOrEqualTo(Duration.ofMillis(100));
			assertThat(other.chat().calls).hasValue(0);
			assertThat(chat.cancels).hasValue(0);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void stopsTheProviderOfWhoeverLeaves(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null, "ai-kit.response.resume.orphan-timeout=none");
				CuttingProxy proxy = new CuttingProxy(server.port(), () -> Integer.MAX_VALUE)) {
			server.chat().say("a", 0, "a");
			stream(proxy, "/chat/a").build().stream("Hi").blockFirst(TIMEOUT);
			await().atMost(TIMEOUT).untilAtomic(server.chat().cancels, Matchers.is(1));
		}
	}

	private static AIStream.Builder stream(CuttingProxy proxy, String path) {
		return AIStream.builder()
			.provider(new AiKitProvider())
			.webClientBuilder(
					WebClient.builder().clientConnector(new ReactorClientHttpConnector(HttpClient.newConnection())))
			.endpoint(proxy.uri(path))
			.retry(RetryConfig.defaults().withMaxRetries(20).withDelay(Duration.ofMillis(1), Duration.ofMillis(5)));
	}

	private static List<Signal<StreamEvent>> signals(Flux<StreamEvent> answer) {
		return Objects.requireNonNull(answer.materialize().collectList().block(TIMEOUT));
	}

	private static StreamEvent unpriced(StreamEvent event) {
		return (event instanceof UsageReport report) ? new UsageReport(report.usage()) : event;
	}

	private static void feedSome(ResumeServer server, String name, List<StreamEvent> rest) {
		synchronized (rest) {
			if (!rest.isEmpty()) {
				int count = Math.min(3, rest.size());
				feed(server, name, rest.subList(0, count));
				rest.subList(0, count).clear();
				if (rest.isEmpty()) {
					server.chat().end(name);
				}
			}
		}
	}

	private static void feed(ResumeServer server, String name, List<StreamEvent> events) {
		events.forEach((event) -> server.chat().source(name).emitNext(event, Sinks.EmitFailureHandler.FAIL_FAST));
	}

	private static List<StreamEvent> events(boolean fails) {
		List<StreamEvent> events = new ArrayList<>();
		events.add(new Metadata(Map.of("model", "gpt-4.1")));
		for (String thought : List.of("思", "🤔 hm", "\n\n")) {
			events.add(new Reasoning(thought));
		}
		for (int i = 0; i < 40; i++) {
			events.add(new Token(List.of("a", "😀", "é\n", "漢字", "data: x\n\n", "\"\\").get(i % 6) + i, i));
		}
		events.add(new ToolCall(0, "call_1", "weather", "{\"city\":"));
		events.add(new ToolCall(0, null, null, "\"Zürich 🏔\"}"));
		events.add(new UsageReport(Usage.of(9, 40)));
		if (fails) {
			events.add(new ErrorEvent("The answer could not be completed.", "RATE_LIMIT", Map.of("after", 3)));
		}
		return events;
	}

}
