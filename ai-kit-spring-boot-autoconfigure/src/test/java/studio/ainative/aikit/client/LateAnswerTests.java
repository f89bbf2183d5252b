package studio.ainative.aikit.client;

import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.openai.OpenAIProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * An answer whose headers arrive while its caller is leaving. The library has taken the
 * body by then, to drain it, and lets nobody else read it: whoever tries is refused, and
 * must neither try again nor speak of it.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(30)
class LateAnswerTests {

	private final AtomicInteger readers = new AtomicInteger();

	private final CountDownLatch read = new CountDownLatch(1);

	private final CountDownLatch leaving = new CountDownLatch(1);

	private final CountDownLatch arrived = new CountDownLatch(1);

	private final BaseSubscriber<StreamEvent> caller = new BaseSubscriber<>() {
	};

	@ParameterizedTest
	@CsvSource({ "200, text/event-stream", "200, text/html", "200, application/json", "204, text/event-stream",
			"500, application/json" })
	void isNotReadOnceTheCallerHasBegunToLeave(int status, String type, CapturedOutput output) {
		ClientResponse response = response(status, type, Flux.defer(this::refuse));
		stream(Mono.fromDirect((subscriber) -> subscriber.onSubscribe(new Subscription() {

			@Override
			public void request(long count) {
			}

			@Override
			public void cancel() {
				subscriber.onNext(response);
				LateAnswerTests.this.arrived.countDown();
			}

		}))).subscribe(this.caller);
		this.caller.cancel();
		assertThat(this.arrived.getCount()).isZero();
		assertThat(this.readers).hasValue(0);
		assertNoWarnings(output);
	}

	@ParameterizedTest
	@CsvSource({ "200, text/event-stream", "200, text/html", "200, application/json", "204, text/event-stream",
			"500, application/json" })
	void isNotReadTwiceIfTheCallerLeavesJustBefore(int status, String type, CapturedOutput output) throws Exception {
		ClientResponse response = response(status, type, Flux.defer(() -> {
			this.read.countDown();
			await(this.leaving);
			return refuse();
		}));
		CompletableFuture<Void> left = CompletableFuture.runAsync(() -> {
			await(this.read);
			this.caller.cancel();
		});
		stream(Mono.fromDirect((subscriber) -> subscriber.onSubscribe(new Subscription() {

			@Override
			public void request(long count) {
				subscriber.onNext(response);
				LateAnswerTests.this.arrived.countDown();
			}

			@Override
			public void cancel() {
				LateAnswerTests.this.leaving.countDown();
				await(LateAnswerTests.this.arrived);
			}

		}))).subscribe(this.caller);
		left.get(10, TimeUnit.SECONDS);
		assertThat(this.readers).hasValue(1);
		assertNoWarnings(output);
	}

	private static Flux<StreamEvent> stream(Mono<ClientResponse> response) {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(URI.create("http://provider"))
			.webClientBuilder(WebClient.builder().exchangeFunction((request) -> response))
			.build()
			.stream("Hi");
	}

	private static ClientResponse response(int status, String type, Flux<DataBuffer> body) {
		return ClientResponse.create(HttpStatusCode.valueOf(status)).header("Content-Type", type).body(body).build();
	}

	private Flux<DataBuffer> refuse() {
		this.readers.incrementAndGet();
		return Flux.error(new IllegalStateException("The body is read by another"));
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

}
