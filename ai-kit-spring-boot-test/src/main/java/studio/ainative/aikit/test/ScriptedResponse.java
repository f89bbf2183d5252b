package studio.ainative.aikit.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the provider does with one request. Says {@code 200} with an event stream, the
 * tokens, and a proper end, unless told otherwise. Tell everything before the request.
 *
 * @since 0.1.0
 */
public final class ScriptedResponse {

	private final Dialect dialect;

	private final List<Step> steps = new ArrayList<>();

	private final Map<String, String> headers = new LinkedHashMap<>();

	private int status = 200;

	private boolean withLength = true;

	private boolean started;

	private boolean ended;

	private Duration headDelay = Duration.ZERO;

	private Step beforeHeaders = (exchange) -> Mono.empty();

	ScriptedResponse(Dialect dialect) {
		this.dialect = dialect;
		this.headers.put("Content-Type", "text/event-stream");
	}

	/**
	 * Send tokens, each in a packet of its own.
	 * @param tokens their texts
	 * @return this response
	 */
	public ScriptedResponse tokens(String... tokens) {
		start();
		for (String token : tokens) {
			raw(this.dialect.token(token));
		}
		return this;
	}

	/**
	 * Send exactly this, in a packet of its own.
	 * @param text what to send
	 * @return this response
	 */
	public ScriptedResponse raw(String text) {
		return raw(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Send exactly this, in a packet of its own.
	 * @param bytes what to send
	 * @return this response
	 */
	public ScriptedResponse raw(byte[] bytes) {
		if (bytes.length > 0) {
			step((exchange) -> Mono.just(bytes));
		}
		return this;
	}

	/**
	 * Send a comment, as providers do that keep a caller waiting.
	 * @return this response
	 */
	public ScriptedResponse comment() {
		return raw(": keep-alive\n\n");
	}

	/**
	 * Send the status and the headers now. Without this they travel with whatever is sent
	 * first.
	 * @return this response
	 */
	public ScriptedResponse headers() {
		return step((exchange) -> Mono.empty());
	}

	/**
	 * Wait, before the headers if nothing was sent yet.
	 * @param delay how long
	 * @return this response
	 */
	public ScriptedResponse pause(Duration delay) {
		if (this.steps.isEmpty()) {
			this.headDelay = delay;
			return this;
		}
		return step((exchange) -> Mono.delay(delay).then(Mono.empty()));
	}

	/**
	 * Report what was used.
	 * @param promptTokens tokens of the prompt
	 * @param completionTokens tokens of the answer
	 * @return this response
	 */
	public ScriptedResponse usage(long promptTokens, long completionTokens) {
		start();
		return raw(this.dialect.usage(promptTokens, completionTokens));
	}

	/**
	 * Say why the model stopped, as providers do after the last token. At a proper end
	 * this is said without being told.
	 * @return this response
	 */
	public ScriptedResponse finishReason() {
		return raw(this.dialect.finish());
	}

	/**
	 * Report an error inside the stream.
	 * @param type the provider's word for it
	 * @return this response
	 */
	public ScriptedResponse error(String type) {
		return raw(this.dialect.error(type));
	}

	/**
	 * Answer with another status, without an event stream.
	 * @param status the status
	 * @return this response
	 */
	public ScriptedResponse status(int status) {
		this.status = status;
		this.ended = true;
		return contentType("application/json");
	}

	/**
	 * Send a body of JSON that tells of an error.
	 * @param type the provider's class of error
	 * @param code the provider's code, {@code null} for none
	 * @param message the provider's sentence
	 * @return this response
	 */
	public ScriptedResponse errorBody(String type, @Nullable String code, String message) {
		this.ended = true;
		return raw("{\"error\":{\"type\":" + Dialect.json(type) + ",\"code\":"
				+ ((code != null) ? Dialect.json(code) : "null") + ",\"message\":" + Dialect.json(message) + "}}");
	}

	/**
	 * Ask the caller to wait.
	 * @param value the value of {@code Retry-After}
	 * @return this response
	 */
	public ScriptedResponse retryAfter(String value) {
		return header("Retry-After", value);
	}

	/**
	 * Declare another type of content.
	 * @param contentType the type
	 * @return this response
	 */
	public ScriptedResponse contentType(String contentType) {
		return header("Content-Type", contentType);
	}

	/**
	 * Send a header.
	 * @param name its name
	 * @param value its value
	 * @return this response
	 */
	public ScriptedResponse header(String name, String value) {
		this.headers.put(name, value);
		return this;
	}

	/**
	 * Give the body no length, as plain servers do: it ends with the connection. Over
	 * HTTP/2, where it would not, this changes nothing.
	 * @return this response
	 */
	public ScriptedResponse withoutLength() {
		this.withLength = false;
		return this;
	}

	/**
	 * Then close the connection (FIN) in the middle of the response, or before its
	 * headers if nothing was sent yet.
	 */
	public void thenCut() {
		finish((exchange) -> exchange.cut(false));
	}

	/**
	 * Then reset the connection (RST) in the middle of the response, or before its
	 * headers if nothing was sent yet. What was just sent may be lost on the way: a
	 * {@link #pause(Duration)} before lets it arrive. Over HTTP/2 the stream is reset
	 * ({@code INTERNAL_ERROR}).
	 */
	public void thenReset() {
		finish((exchange) -> exchange.cut(true));
	}

	/**
	 * Then say nothing more, not even the headers if nothing was sent yet, and keep the
	 * connection open.
	 */
	public void thenStall() {
		finish((exchange) -> Mono.never());
	}

	/**
	 * Then end the response properly, but not the answer.
	 */
	public void thenEnd() {
		this.ended = true;
	}

	/**
	 * Then give a finish reason and end the response, without a terminal event.
	 */
	public void thenFinishOnly() {
		finishReason();
		this.ended = true;
	}

	/**
	 * Then end the answer, but not the response.
	 */
	public void thenEndAndStayOpen() {
		finishReason();
		raw(this.dialect.done());
		thenStall();
	}

	private void start() {
		if (!this.started) {
			this.started = true;
			raw(this.dialect.start());
		}
	}

	private void finish(Step step) {
		this.ended = true;
		if (this.steps.isEmpty()) {
			this.beforeHeaders = step;
		}
		else {
			this.steps.add(step);
		}
	}

	private ScriptedResponse step(Step step) {
		this.steps.add(step);
		return this;
	}

	int status() {
		return this.status;
	}

	boolean hasLength() {
		return this.withLength;
	}

	Map<String, String> headerValues() {
		return this.headers;
	}

	/** What happens before the headers: completes if they may be sent. */
	Mono<Void> beforeHeaders(RecordedRequest exchange) {
		Mono<Void> step = this.beforeHeaders.play(exchange).then();
		return this.headDelay.isZero() ? step : Mono.delay(this.headDelay).then(step);
	}

	Flux<byte[]> play(RecordedRequest exchange) {
		List<Step> script = new ArrayList<>(this.steps);
		if (!this.ended) {
			byte[] end = (this.dialect.finish() + this.dialect.done()).getBytes(StandardCharsets.UTF_8);
			script.add((request) -> Mono.just(end));
		}
		return Flux.fromIterable(script).concatMap((step) -> step.play(exchange));
	}

	/** One thing that happens. */
	@FunctionalInterface
	private interface Step {

		Mono<byte[]> play(RecordedRequest exchange);

	}

}
