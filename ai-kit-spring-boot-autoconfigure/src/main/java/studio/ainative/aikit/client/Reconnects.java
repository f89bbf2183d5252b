package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;

/**
 * Reads the answer of one try on after its connection was lost, where the server keeps
 * it: never by a second call, as often in a row as {@link RetryConfig} allows retries.
 * Each event starts the count anew. Before there is an answer to read on, a further try
 * has the same key.
 */
final class Reconnects {

	private final Exchange exchange;

	private final Retries retries;

	private final RequestKeys keys;

	private final Consumer<AIStreamEvent.Reconnect> listener;

	/** The answer's id, as the response's header has it. */
	private volatile @Nullable String announced;

	private boolean begun;

	/** In a row, without an event between them. */
	private int attempts;

	/** How far the answer had come then. */
	private long cursor;

	/**
	 * Make those of one try.
	 * @param exchange makes the requests
	 * @param retries say when
	 * @param keys those of the tries of one request
	 * @param listener is told of each before its delay
	 */
	Reconnects(Exchange exchange, Retries retries, RequestKeys keys, Consumer<AIStreamEvent.Reconnect> listener) {
		this.exchange = exchange;
		this.retries = retries;
		this.keys = keys;
		this.listener = listener;
	}

	/** By which a request that is sent again joins the answer of the first. */
	String requestKey() {
		return this.keys.of(this.exchange);
	}

	/**
	 * The server has answered the request. From then on the answer is found by its id; or
	 * the key is refused because it was used (409).
	 */
	void answered(HttpStatusCode status) {
		if (status.is2xxSuccessful() || status.value() == HttpStatus.CONFLICT.value()) {
			this.keys.usedUp(this.exchange);
		}
	}

	/** The response says under which id the answer is kept. */
	void announce(@Nullable String answerId) {
		this.announced = answerId;
	}

	/** Whether the response has said so. */
	boolean isAnnounced() {
		return this.announced != null;
	}

	/** Whether the answer was read on before. */
	boolean haveBegun() {
		return this.begun;
	}

	/**
	 * Read the answer on.
	 * @param reader has read the answer so far
	 * @param cause how the connection was lost, or how reading on failed
	 * @param sending run when the request is made
	 * @return the further body, {@code null} if it can't be read on, or was tried often
	 * enough
	 */
	@Nullable Flux<DataBuffer> reconnect(AnswerReader reader, AIStreamException cause, Runnable sending) {
		String answerId = reader.answerId(this.announced);
		if (answerId == null || cause instanceof AnswerLostException) {
			return null;
		}
		long reached = reader.cursor();
		if (reached > this.cursor || cause instanceof SilentConnectionException) {
			this.attempts = 0;
			this.cursor = reached;
		}
		Duration delay = this.retries.delayBeforeReconnect(this.attempts + 1, cause, reader.reconnectionTime());
		if (delay == null) {
			return null;
		}
		this.begun = true;
		this.attempts++;
		reader.reconnect();
		this.listener.accept(new AIStreamEvent.Reconnect(this.attempts, delay));
		return Mono.delay(delay).flatMapMany((tick) -> {
			sending.run();
			return this.exchange.resume(answerId, reached);
		});
	}

	/**
	 * Nobody is going to read the rest of the answer, so the server is to stop it: else
	 * it would wait for somebody, and be paid for, for a while.
	 * @param reader has read the answer so far
	 * @param context that of whoever has read it
	 */
	void stop(AnswerReader reader, ContextView context) {
		String answerId = reader.answerId(this.announced);
		if (answerId != null) {
			this.exchange.stop(answerId, context);
		}
	}

}
