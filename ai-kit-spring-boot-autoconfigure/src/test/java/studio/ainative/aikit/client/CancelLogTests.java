package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Disposable;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedServer;

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

}
