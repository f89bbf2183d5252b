package studio.ainative.aikit.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.server.StreamingOptions.Heartbeat;

/**
 * What the controllers of both stacks answer in tests.
 */
public final class Answers {

	public static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

	public static final String START = """
			event: start
			data: {"timestamp":"2026-01-31T12:00:00.000Z"}

			""";

	public static final String HEARTBEAT = """
			: heartbeat

			""";

	public static final String HELLO = START
			+ """
					event: token
					id: 1
					data: {"token":"Hel","index":0}

					event: token
					id: 2
					data: {"token":"lo","index":1}

					event: usage
					id: 3
					data: {"promptTokens":9,"completionTokens":2,"totalTokens":11,"usage":{"promptTokens":9,"completionTokens":2,"totalTokens":11}}

					event: done
					data: {"timestamp":"2026-01-31T12:00:00.000Z","outcome":"complete"}

					""";

	public static final String HOSTILE = "data: a\r\nevent: b\rid: c\n\n: d\0\u2028\ud800e\"\\";

	private static final Duration BEAT = Duration.ofMillis(100);

	private static final Duration IMPATIENT = Duration.ofMillis(500);

	private static final Duration PATIENT = Duration.ofMinutes(5);

	static final int SENDERS = 8;

	static final int SENT_BY_EACH = 250;

	private final StreamingResponses responses = StreamingResponses
		.builder(StreamingOptions.defaults().withHeader("X-Chat", "yes"))
		.clock(Clock.fixed(NOON, ZoneOffset.UTC))
		.build();

	private final StreamingResponses rawResponses = StreamingResponses.builder(StreamingOptions.defaults())
		.wireFormat(new HostileTexts.RawFormat())
		.build();

	/** What the test lets the answers say, and what it saw; renewed for each test. */
	public Script script = new Script();

	public StreamingResponse created() {
		StreamingResponse response = this.responses.create();
		response.sendToken("Hel").sendToken("lo").sendUsage(Usage.of(9, 2)).end();
		return response;
	}

	public StreamingResponse from() {
		return this.responses.from(Flux.just(new StreamEvent.Token("Hel", 0), new StreamEvent.Token("lo", 1),
				new StreamEvent.UsageReport(Usage.of(9, 2))));
	}

	public StreamingResponse gated() {
		return this.responses.from(this.script.events());
	}

	public StreamingResponse beating() {
		Script current = this.script;
		return this.responses.from(current.events(), this.responses.options().withHeartbeat(Heartbeat.every(BEAT)))
			.onClose(current.closed::incrementAndGet);
	}

	/** Made when its reader has left. */
	public StreamingResponse late() {
		Script current = this.script;
		current.asked.release();
		current.left.acquireUninterruptibly();
		return silence(current);
	}

	/** Without an end, and nothing in it but heartbeats. */
	public StreamingResponse silent() {
		Script current = this.script;
		current.asked.release();
		return silence(current);
	}

	private StreamingResponse silence(Script current) {
		StreamingOptions options = this.responses.options()
			.withHeartbeat(Heartbeat.every(BEAT))
			.withSendTimeout(PATIENT);
		return this.responses.from(current.silence(), options).onClose(current.closed::incrementAndGet);
	}

	public StreamingResponse compressed() {
		return this.responses.from(this.script.events(), this.responses.options().withCompression(true));
	}

	/** More than any buffer holds, to a reader of little patience's. */
	public StreamingResponse endless() {
		Script current = this.script;
		String text = "t".repeat(16 * 1024);
		Flux<StreamEvent> tokens = Flux.<StreamEvent>generate((sink) -> sink.next(new StreamEvent.Token(text, 0)))
			.doOnCancel(current.cancelled::incrementAndGet);
		return this.responses.from(tokens, this.responses.options().withSendTimeout(IMPATIENT))
			.onClose(current.closed::incrementAndGet);
	}

	/** The same, to a reader who is given time. */
	public StreamingResponse unread() {
		Script current = this.script;
		String text = "t".repeat(16 * 1024);
		Flux<StreamEvent> tokens = Flux.generate((sink) -> {
			current.made.incrementAndGet();
			sink.next(new StreamEvent.Token(text, 0));
		});
		return this.responses.from(tokens, this.responses.options().withSendTimeout(PATIENT));
	}

	public StreamingResponse impatient() {
		return this.responses.from(this.script.events(), this.responses.options().withSendTimeout(IMPATIENT));
	}

	public StreamingResponse broken() {
		return this.responses.from(Flux.error(new IllegalStateException("secret")));
	}

	public StreamingResponse overloaded() {
		return this.responses
			.from(Flux.concat(Flux.just(new StreamEvent.Token("Hel", 0)), Flux.error(new Overloaded())));
	}

	public StreamingResponse hostile() {
		return this.responses.from(Flux.just(new StreamEvent.Token(HOSTILE, 0),
				new StreamEvent.Metadata(Map.of(HOSTILE, List.of(HOSTILE)))));
	}

	/** Three tokens of this thread's, and then as many others' as there are senders. */
	public StreamingResponse concurrent() {
		StreamingResponse response = this.responses.create(this.responses.options().withBufferSize(16));
		AtomicInteger running = new AtomicInteger(SENDERS);
		response.sendToken("first").sendToken("second").sendToken("third");
		for (int sender = 0; sender < SENDERS; sender++) {
			int number = sender;
			startSender(() -> {
				for (int i = 0; i < SENT_BY_EACH; i++) {
					response.sendToken(number + ":" + i);
				}
				if (running.decrementAndGet() == 0) {
					response.end();
				}
			});
		}
		return response;
	}

	/** Sends more than any buffer holds, from a thread that may be made to wait. */
	public StreamingResponse pushed() {
		Script current = this.script;
		StreamingResponse response = this.responses
			.create(this.responses.options().withBufferSize(1).withSendTimeout(PATIENT))
			.onClose(current.closed::incrementAndGet);
		String text = "t".repeat(16 * 1024);
		current.sender = startSender(() -> {
			while (response.isStreamActive()) {
				response.sendToken(text);
			}
		});
		return response;
	}

	/** Sends for as long as it is read, from a thread that must not wait. */
	public StreamingResponse hurried() {
		Script current = this.script;
		StreamingResponse response = this.responses.create(this.responses.options().withBufferSize(4));
		Schedulers.parallel().schedule(() -> {
			try {
				while (response.isStreamActive()) {
					response.sendToken("t");
				}
			}
			catch (IllegalStateException ex) {
				current.refusal = ex;
				response.end();
			}
		});
		return response;
	}

	private static Thread startSender(Runnable sender) {
		Thread thread = new Thread(sender, "sender");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	public StreamingResponse empty() {
		return this.responses.from(Flux.empty());
	}

	public StreamingResponse unsubscribable() {
		return this.responses.from(Flux.from((subscriber) -> {
			throw new IllegalStateException("secret");
		}));
	}

	/** Of a source that needs a class that isn't there. */
	public StreamingResponse unlinkable() {
		return this.responses.from(Flux.from((subscriber) -> {
			throw new NoClassDefFoundError("secret");
		}));
	}

	public StreamingResponse brokenMidway() {
		return this.responses.from(Flux.concat(Flux.just(new StreamEvent.Token("Hel", 0)),
				Flux.error(new IllegalStateException("secret"))));
	}

	public StreamingResponse exposed() {
		return this.responses.from(Flux.error(new IllegalStateException("secret")),
				this.responses.options().withExposeErrors(true));
	}

	public StreamingResponse reported() {
		StreamingResponse response = this.responses.create();
		response.sendToken("Hel").sendError("Too many.", "RATE_LIMIT", Map.of("retryAfter", 2)).end();
		return response;
	}

	/**
	 * What the script says.
	 * @param raw whether in a format that refuses nothing
	 */
	public StreamingResponse scripted(boolean raw) {
		StreamingOptions options = this.responses.options();
		if (this.script.header != null) {
			options = options.withHeader("X-Hostile", this.script.header);
		}
		return (raw ? this.rawResponses : this.responses).from(Flux.fromIterable(this.script.hostile), options);
	}

	public StreamingResponse many() {
		return this.responses.from(Flux.range(0, 20_000).map((index) -> new StreamEvent.Token("token", index)));
	}

	/**
	 * One test's part.
	 */
	public static final class Script {

		public final AtomicInteger cancelled = new AtomicInteger();

		public final AtomicInteger closed = new AtomicInteger();

		/** Sources subscribed to, and those of them that have ended by now. */
		public final AtomicInteger subscribed = new AtomicInteger();

		public final AtomicInteger ended = new AtomicInteger();

		/** Events that were asked for. */
		public final AtomicInteger made = new AtomicInteger();

		/** Requests that have told their emitter of their end. */
		public final AtomicInteger completed = new AtomicInteger();

		/** A permit for each request that has come to a controller. */
		public final Semaphore asked = new Semaphore(0);

		/** A permit for each reader who has left before the answer. */
		public final Semaphore left = new Semaphore(0);

		List<StreamEvent> hostile = List.of();

		@Nullable String header;

		/** Who sends, if it is a thread that may wait. */
		volatile @Nullable Thread sender;

		/** What a sender who must not wait was told. */
		volatile @Nullable IllegalStateException refusal;

		private final Sinks.Many<StreamEvent> sink = Sinks.many().unicast().onBackpressureBuffer();

		public void say(StreamEvent event) {
			this.sink.emitNext(event, Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(5)));
		}

		public void end() {
			this.sink.tryEmitComplete().orThrow();
		}

		private Flux<StreamEvent> silence() {
			return Flux.<StreamEvent>never()
				.doOnSubscribe((subscription) -> this.subscribed.incrementAndGet())
				.doFinally((signal) -> this.ended.incrementAndGet());
		}

		private Flux<StreamEvent> events() {
			return this.sink.asFlux().doOnCancel(this.cancelled::incrementAndGet);
		}

	}

	static final class Overloaded extends RuntimeException implements ReaderFacing {

		Overloaded() {
			super("secret");
		}

		@Override
		public StreamEvent.ErrorEvent toErrorEvent() {
			return new StreamEvent.ErrorEvent("The model is busy.", "OVERLOADED", Map.of("retryable", true));
		}

	}

}
