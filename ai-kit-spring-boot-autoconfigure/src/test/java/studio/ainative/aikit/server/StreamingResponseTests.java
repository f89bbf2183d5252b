package studio.ainative.aikit.server;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.publisher.TestPublisher;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.Opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * How a response stands, whatever writes it.
 */
class StreamingResponseTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final StreamingOptions OPTIONS = StreamingOptions.defaults();

	private final StreamingResponses responses = StreamingResponses.builder(OPTIONS)
		.clock(Clock.fixed(Answers.NOON, ZoneOffset.UTC))
		.build();

	@Test
	void writesWhatWasSentInOrder() {
		StreamingResponse response = this.responses.create();
		response.start()
			.sendMetadata(Map.of("model", "m"))
			.sendToken("Hel")
			.sendToken("lo", 7)
			.sendToken("!")
			.sendUsage(Usage.of(9, 3))
			.end();
		assertThat(Frames.textOf(response)).isEqualTo(Answers.START
				+ """
						event: metadata
						id: 1
						data: {"model":"m"}

						event: token
						id: 2
						data: {"token":"Hel","index":0}

						event: token
						id: 3
						data: {"token":"lo","index":7}

						event: token
						id: 4
						data: {"token":"!","index":8}

						event: usage
						id: 5
						data: {"promptTokens":9,"completionTokens":3,"totalTokens":12,"usage":{"promptTokens":9,"completionTokens":3,"totalTokens":12}}

						event: done
						data: {"timestamp":"2026-01-31T12:00:00.000Z","outcome":"complete"}

						""");
	}

	@Test
	void countsStartEventsAndDone() {
		StreamingResponse response = this.responses.create();
		assertThat(response.getMessageCount()).isZero();
		response.start();
		assertThat(response.start().getMessageCount()).isEqualTo(1);
		assertThat(response.sendToken("Hel").getMessageCount()).isEqualTo(2);
		response.end();
		assertThat(response.getMessageCount()).isEqualTo(3);
	}

	@Test
	void refusesToSendAfterTheEnd() {
		StreamingResponse response = this.responses.create();
		response.end();
		assertThat(response.isStreamActive()).isFalse();
		assertThatIllegalStateException().isThrownBy(() -> response.sendToken("late"));
		assertThatIllegalStateException().isThrownBy(response::start);
		response.end();
		response.abort();
		assertThat(Frames.textOf(response)).isEqualTo(Answers.START + done("complete"));
	}

	@Test
	void tellsAnAbortedAnswerFromAWholeOne() {
		StreamingResponse response = this.responses.create();
		response.sendToken("Hel").abort();
		assertThat(Frames.textOf(response)).isEqualTo(Answers.START + token(1, 0, "Hel") + """
				event: error
				id: 2
				data: {"error":"The answer was stopped.","code":"ABORTED"}

				""" + done("error"));
	}

	@Test
	void endsWithAnErrorAfterAnErrorEvent() {
		StreamingResponse response = this.responses.create();
		response.sendError("Too many.", "RATE_LIMIT", Map.of("retryAfter", 2)).end();
		assertThat(Frames.textOf(response)).isEqualTo(Answers.START + """
				event: error
				id: 1
				data: {"error":"Too many.","code":"RATE_LIMIT","details":{"retryAfter":2}}

				""" + done("error"));
	}

	@Test
	void passesByWhatIsSentAfterTheReaderLeft() {
		StreamingResponse response = this.responses.create();
		AtomicInteger closed = new AtomicInteger();
		response.onClose(closed::incrementAndGet);
		Frames reader = Frames.of(response);
		response.sendToken("Hel");
		reader.leave();
		reader.leave();
		assertThat(response.isStreamActive()).isFalse();
		response.start().sendToken("lo").end();
		response.sendToken("lo").abort();
		assertThat(closed).hasValue(1);
		assertThat(reader.text()).doesNotContain("Hel", "lo", "done");
		response.onClose(closed::incrementAndGet);
		assertThat(closed).hasValue(2);
	}

	@Test
	void runsAllCloseListenersThoughOneFails() {
		AtomicInteger closed = new AtomicInteger();
		StreamingResponse response = this.responses.create().onClose(() -> {
			throw new IllegalArgumentException("listener");
		}).onClose(closed::incrementAndGet);
		Frames.of(response).leave();
		assertThat(closed).hasValue(1);
	}

	@Test
	void tellsNoListenerOfAnOrdinaryEnd() {
		AtomicInteger closed = new AtomicInteger();
		StreamingResponse response = this.responses.create().onClose(closed::incrementAndGet);
		response.end();
		Frames reader = Frames.of(response);
		reader.text();
		assertThat(reader.isDrained()).isTrue();
		reader.leave();
		assertThat(closed).hasValue(0);
	}

	@Test
	void makesSendersWaitForASlowReader() throws Exception {
		StreamingResponse response = this.responses.create(OPTIONS.withBufferSize(2));
		Frames reader = Frames.of(response);
		response.sendToken("a").sendToken("b");
		CompletableFuture<Void> sent = blockedSender(response);
		reader.take(2);
		sent.get(10, TimeUnit.SECONDS);
		assertThat(reader.text()).isEqualTo(token(2, 1, "b") + token(3, 2, "c"));
	}

	@Test
	void letsASenderGoWhenTheReaderLeaves() throws Exception {
		StreamingResponse response = this.responses.create(OPTIONS.withBufferSize(1));
		Frames reader = Frames.of(response);
		response.sendToken("a");
		CompletableFuture<Void> sent = blockedSender(response);
		reader.leave();
		sent.get(10, TimeUnit.SECONDS);
	}

	@Test
	void givesUpOnAReaderWhoIsTooSlow() {
		// Time stands still for who looks for stalled readers, who might be faster
		VirtualTimeScheduler time = VirtualTimeScheduler.create();
		Duration wait = Duration.ofMillis(10);
		StreamingResponse response = StreamingResponses.builder(OPTIONS.withBufferSize(1).withSendTimeout(wait))
			.heartbeats(new HeartbeatTimer(() -> time, () -> time.now(TimeUnit.NANOSECONDS)))
			.build()
			.create();
		AtomicInteger closed = new AtomicInteger();
		response.onClose(closed::incrementAndGet);
		Frames reader = Frames.of(response);
		response.sendToken("a");
		assertThatExceptionOfType(SendTimeoutException.class).isThrownBy(() -> response.sendToken("b"))
			.withMessageContaining("PT0.01S")
			.satisfies((ex) -> assertThat(ex.timeout()).isEqualTo(wait));
		await().atMost(TIMEOUT).until(() -> closed.get() == 1);
		assertThat(response.isStreamActive()).isFalse();
		assertThat(reader.text()).doesNotContain("done");
		assertThat(reader.isDrained()).isTrue();
	}

	@Test
	void neverBlocksAnEventLoop() {
		StreamingResponse response = this.responses.create(OPTIONS.withBufferSize(1));
		response.sendToken("a");
		StepVerifier.create(Mono.fromRunnable(() -> response.sendToken("b")).subscribeOn(Schedulers.parallel()))
			.expectErrorSatisfies(
					(ex) -> assertThat(ex).isInstanceOf(IllegalStateException.class).hasMessageContaining("bufferSize"))
			.verify(TIMEOUT);
		assertThat(response.isStreamActive()).isTrue();
	}

	@Test
	void keepsTheOrderOfEachOfManySenders() throws Exception {
		StreamingResponse response = this.responses.create(OPTIONS.withBufferSize(4));
		CompletableFuture<List<String>> read = response.toFlux()
			.map((event) -> String.valueOf(event.data()))
			.filter((data) -> data.startsWith("{\"token\":"))
			.collectList()
			.subscribeOn(Schedulers.boundedElastic())
			.toFuture();
		List<CompletableFuture<Void>> senders = new ArrayList<>();
		for (String name : List.of("a", "b", "c")) {
			senders.add(CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 500; i++) {
					response.sendToken(name + i);
				}
			}, Schedulers.boundedElastic()::schedule));
		}
		for (CompletableFuture<Void> sender : senders) {
			sender.get(10, TimeUnit.SECONDS);
		}
		response.end();
		List<String> tokens = read.get(10, TimeUnit.SECONDS);
		assertThat(tokens).hasSize(1500);
		for (int i = 0; i < 1500; i++) {
			assertThat(tokens.get(i)).endsWith("\"index\":" + i + "}");
		}
		assertThat(tokens.stream()
			.filter((token) -> token.startsWith("{\"token\":\"b"))
			.map((token) -> token.substring(11, token.indexOf("\",", 11))))
			.containsExactlyElementsOf(Flux.range(0, 500).map((i) -> "" + i).toIterable());
	}

	@Test
	void isWrittenOnlyOnce() {
		StreamingResponse response = this.responses.from(Flux.just(new Token("a", 0)));
		StepVerifier.create(response.toFlux()).expectNextCount(3).expectComplete().verify(TIMEOUT);
		StepVerifier.create(response.toFlux())
			.expectErrorSatisfies(
					(ex) -> assertThat(ex).isInstanceOf(IllegalStateException.class).hasMessageContaining("only once"))
			.verify(TIMEOUT);
	}

	@Test
	void asksASourceForNoMoreThanTheReaderTakes() {
		TestPublisher<StreamEvent> source = TestPublisher.create();
		AtomicInteger requested = new AtomicInteger();
		StreamingResponse response = this.responses
			.from(source.flux().doOnRequest((count) -> requested.addAndGet((int) count)));
		source.assertWasNotSubscribed();
		Frames reader = Frames.of(response);
		int first = requested.get();
		assertThat(first).isBetween(1, EventPipe.PREFETCH);
		for (int i = 0; i < first; i++) {
			source.next(new Token("t", i));
		}
		assertThat(requested).hasValue(first);
		reader.take(first);
		int second = requested.get();
		assertThat(second).isBetween(first + 1, first + EventPipe.PREFETCH);
		reader.take(100);
		assertThat(requested).hasValue(second);
		reader.leave();
		source.assertCancelled();
	}

	@Test
	void givesEventsOneByOneToWhoAsksSo() {
		Flux<Token> source = Flux.range(0, 10_000).map((i) -> new Token("t", i));
		StepVerifier.create(this.responses.from(source).toFlux().limitRate(1).map((event) -> "" + event.id()))
			.expectNext("null")
			.expectNextSequence(Flux.range(1, 10_000).map(String::valueOf).toIterable())
			.expectNext("null")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void cancelsTheSourceWhenTheApplicationEnds() {
		TestPublisher<StreamEvent> source = TestPublisher.create();
		StreamingResponse response = this.responses.from(source.flux());
		response.sendMetadata(Map.of("conversation", 7));
		Frames reader = Frames.of(response);
		source.next(new Token("Hel", 0));
		response.abort("Stopped.", "STOP");
		source.assertCancelled();
		assertThat(reader.text()).isEqualTo(Answers.START + """
				event: metadata
				id: 1
				data: {"conversation":7}

				""" + token(2, 0, "Hel") + """
				event: error
				id: 3
				data: {"error":"Stopped.","code":"STOP"}

				""" + done("error"));
	}

	@Test
	void tellsOfAFailureOnce() {
		Flux<StreamEvent> source = Flux.concat(Flux.just(new ErrorEvent("The model is busy.", "OVERLOADED")),
				Flux.error(new Answers.Overloaded()));
		assertThat(Frames.textOf(this.responses.from(source))).containsOnlyOnce("event: error").endsWith(done("error"));
	}

	@Test
	void tellsTheExceptionsTextWhereAskedTo() {
		StreamingResponse response = this.responses.from(Flux.error(new IllegalArgumentException("the reason")),
				OPTIONS.withExposeErrors(true));
		assertThat(Frames.textOf(response)).contains("{\"error\":\"the reason\",\"code\":\"INTERNAL_ERROR\"}");
	}

	@Test
	void endsWithAnErrorWhereAnEventCannotBeWritten() {
		StreamingResponse response = this.responses.create();
		Map<String, Object> itself = new LinkedHashMap<>();
		itself.put("itself", itself);
		response.sendToken("a").sendMetadata(itself).sendToken("b");
		assertThat(Frames.textOf(response)).isEqualTo(Answers.START + token(1, 0, "a") + """
				event: error
				id: 2
				data: {"error":"The answer could not be completed.","code":"INTERNAL_ERROR"}

				""" + done("error"));
	}

	@Test
	void handsTheReadersContextToTheSource() {
		AtomicReference<String> seen = new AtomicReference<>();
		Flux<StreamEvent> source = Flux.deferContextual((context) -> {
			seen.set(context.get("user"));
			return Flux.empty();
		});
		StepVerifier.create(this.responses.from(source).toFlux().contextWrite((context) -> context.put("user", "ada")))
			.expectNextCount(2)
			.expectComplete()
			.verify(TIMEOUT);
		assertThat(seen).hasValue("ada");
	}

	@Test
	void handsValuesOfTheReadersThreadToTheSource() {
		ThreadLocal<String> user = new ThreadLocal<>();
		ContextRegistry.getInstance().registerThreadLocalAccessor("user", user);
		try {
			user.set("ada");
			AtomicReference<String> seen = new AtomicReference<>();
			Frames.textOf(this.responses.from(Flux.deferContextual((context) -> {
				seen.set(context.get("user"));
				return Flux.empty();
			})));
			assertThat(seen).hasValue("ada");
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor("user");
		}
	}

	@Test
	void worksWithoutAFactory() {
		StreamingResponse response = StreamingResponse.create(OPTIONS);
		response.sendToken("Hel").end();
		StepVerifier.create(response.toFlux().map((event) -> "" + event.event()))
			.expectNext("start", "token", "done")
			.expectComplete()
			.verify(TIMEOUT);
	}

	@Test
	void tellsTheFormatOfOneResponseItsOwnId() {
		List<Opening> openings = new ArrayList<>();
		WireFormat format = new HostileTexts.RawFormat() {

			@Override
			public void start(Opening opening, Consumer<Frame> frames) {
				openings.add(opening);
			}

		};
		for (int i = 0; i < 3; i++) {
			Frames.textOf(this.responses.from(Flux.empty(), format));
		}
		assertThat(openings).extracting(Opening::timestamp).containsOnly(Answers.NOON);
		assertThat(openings).extracting(Opening::answerId).doesNotHaveDuplicates().allMatch((id) -> id.length() == 36);
	}

	@Test
	void speaksTheFormatOfItsOptions() {
		Flux<StreamEvent> source = Flux.just(HostileTexts.raw("own", null, "text"));
		StreamingOptions own = OPTIONS.withFormat(new HostileTexts.RawFormat());
		assertThat(Frames.textOf(this.responses.from(source, own))).isEqualTo("event: own\ndata: text\n\n");
		assertThat(Frames.textOf(this.responses.from(source))).startsWith("event: start\n");
	}

	private static CompletableFuture<Void> blockedSender(StreamingResponse response) {
		AtomicReference<Thread> thread = new AtomicReference<>();
		CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
			thread.set(Thread.currentThread());
			response.sendToken("c");
		}, Schedulers.boundedElastic()::schedule);
		await().atMost(TIMEOUT).until(() -> {
			Thread sender = thread.get();
			return sender != null && sender.getState() == Thread.State.TIMED_WAITING;
		});
		assertThat(sent).isNotDone();
		return sent;
	}

	private static String token(int id, int index, String text) {
		return "event: token\nid: " + id + "\ndata: {\"token\":\"" + text + "\",\"index\":" + index + "}\n\n";
	}

	private static String done(String outcome) {
		return "event: done\ndata: {\"timestamp\":\"2026-01-31T12:00:00.000Z\",\"outcome\":\"" + outcome + "\"}\n\n";
	}

}
