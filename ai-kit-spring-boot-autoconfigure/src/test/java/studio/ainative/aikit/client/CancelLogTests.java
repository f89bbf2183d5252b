package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Disposable;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Callers who leave are nobody's trouble.
 */
@ExtendWith(OutputCaptureExtension.class)
class CancelLogTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int CALLS = Integer.getInteger("calls", 1000);

	@Test
	void saysNothingOfCallsThatWereCancelledJustWhenTheHeadersArrived(CapturedOutput output) {
		try (ScriptedServer server = ScriptedServer.start()) {
			AIStream stream = AIStream.builder().provider(new OpenAIProvider()).endpoint(server.uri()).build();
			for (int call = 0; call < CALLS; call++) {
				server.respond().headers().thenStall();
				Disposable subscription = stream.stream("Hi").subscribe();
				int before = call;
				while (server.requests().size() == before) {
					Thread.onSpinWait();
				}
				LockSupport.parkNanos(call % 100 * 10_000L);
				subscription.dispose();
			}
			await().atMost(TIMEOUT).until(() -> server.requests().stream().noneMatch(RecordedRequest::isOpen));
		}
		assertNoWarnings(output);
	}

	/**
	 * Into the middle of the connection's end it would be, now and then, from elsewhere:
	 * Reactor Netty 1.3.6 warns of an exception after the end.
	 */
	@Test
	void cancelsBetweenTheSignalsOfTheConnection() throws Exception {
		CompletableFuture<Thread> cancelling = new CompletableFuture<>();
		CompletableFuture<Thread> reading = new CompletableFuture<>();
		try (ScriptedServer server = ScriptedServer.start()) {
			server.respond("Hel").thenStall();
			AIStream stream = AIStream.builder()
				.provider(new OpenAIProvider())
				.endpoint(server.uri())
				.webClientBuilder(WebClient.builder()
					.filter((request, next) -> next.exchange(request)
						.map((response) -> response.mutate()
							.body((body) -> body.doOnNext((buffer) -> reading.complete(Thread.currentThread()))
								.doOnCancel(() -> cancelling.complete(Thread.currentThread())))
							.build())))
				.build();
			Disposable subscription = stream.stream("Hi").subscribe();
			Thread eventLoop = reading.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			subscription.dispose();
			assertThat(cancelling).succeedsWithin(TIMEOUT).isSameAs(eventLoop);
			await().atMost(TIMEOUT).until(() -> !server.lastRequest().isOpen());
		}
	}

}
