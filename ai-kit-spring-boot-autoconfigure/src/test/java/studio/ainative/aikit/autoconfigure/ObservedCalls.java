package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import reactor.core.publisher.Flux;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.AIStreamEvent;
import studio.ainative.aikit.client.RetryConfig;
import studio.ainative.aikit.client.StreamLimits;
import studio.ainative.aikit.client.StreamTimeouts;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.test.ScriptedServer;
import studio.ainative.aikit.tokens.TokenBudget;

/**
 * Calls that end in each way that there is.
 */
enum ObservedCalls {

	COMPLETE("none") {

		@Override
		void make(ScriptedServer provider, AIStream.Builder builder) {
			provider.respond("Hel", "lo").usage(9, 2);
			run(builder.build().stream("Hi"));
		}

	},

	STOPPED("none") {

		@Override
		void make(ScriptedServer provider, AIStream.Builder builder) {
			provider.respond("Hel").thenStall();
			AIStream stream = builder.build();
			stream.on(AIStreamEvent.TOKEN, (token) -> stream.stop());
			run(stream.send("Hi"));
		}

	},

	ABANDONED("none") {

		@Override
		void make(ScriptedServer provider, AIStream.Builder builder) {
			provider.respond("Hel").thenStall();
			run(builder.build().stream("Hi").ofType(StreamEvent.Token.class).take(1));
		}

	},

	ERROR("400") {

		@Override
		void make(ScriptedServer provider, AIStream.Builder builder) {
			provider.respond().status(400);
			run(builder.build().stream("Hi"));
		}

	},

	TRUNCATED("INTERRUPTED") {

		@Override
		void make(ScriptedServer provider, AIStream.Builder builder) {
			provider.respond("Hel").thenCut();
			run(builder.build().stream("Hi"));
		}

	},

	TIMEOUT("TIMEOUT") {

		@Override
		void make(ScriptedServer provider, AIStream.Builder builder) {
			provider.respond().thenStall();
			StreamTimeouts timeouts = StreamTimeouts.defaults().withFirstToken(Duration.ofMillis(50));
			run(builder.timeouts(timeouts).build().stream("Hi"));
		}

	},

	LIMIT("LIMIT_EXCEEDED") {

		@Override
		void make(ScriptedServer provider, AIStream.Builder builder) {
			provider.respond("x".repeat(5000));
			run(builder.limits(new StreamLimits(1024, 1024)).build().stream("Hi"));
		}

	},

	BUDGET("BUDGET_EXCEEDED") {

		@Override
		void make(ScriptedServer provider, AIStream.Builder builder) {
			run(builder.budget(TokenBudget.of(1)).build().stream("What is the answer to all of this?"));
		}

	};

	static final Duration TIMEOUT_OF_TEST = Duration.ofSeconds(30);

	private final String errorType;

	ObservedCalls(String errorType) {
		this.errorType = errorType;
	}

	/** The value of {@code aikit.outcome}. */
	String outcome() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** The value of {@code error.type}. */
	String errorType() {
		return this.errorType;
	}

	/**
	 * Make the call and wait for its end.
	 * @param provider answers it
	 * @param builder a builder of the stream
	 */
	abstract void make(ScriptedServer provider, AIStream.Builder builder);

	static void run(Flux<? extends StreamEvent> answer) {
		answer.onErrorComplete().blockLast(TIMEOUT_OF_TEST);
	}

	static AIStream.Builder withoutRetries(AIStream.Builder builder) {
		return builder.retry(RetryConfig.defaults().withEnabled(false));
	}

}
