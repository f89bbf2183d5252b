package studio.ainative.aikit.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.annotation.JsonValue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.codec.ServerSentEvent;
import org.springframework.util.ClassUtils;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.Frame;
import studio.ainative.aikit.server.webflux.WebFluxResponses;
import studio.ainative.aikit.server.webmvc.WebMvcResponses;

/**
 * The application's view of a pipe.
 * <p>
 * No erased type of a member is one of a single web stack's, as those who look at all
 * members (serialisers do) would then need that stack. Nor is one of their subtypes made
 * here: the class would not load without it.
 */
final class DefaultStreamingResponse implements StreamingResponse {

	private static final String ABORT_SENTENCE = "The answer was stopped.";

	private static final boolean SERVLET = ClassUtils.isPresent("org.springframework.web.servlet.DispatcherServlet",
			DefaultStreamingResponse.class.getClassLoader());

	private final EventPipe pipe;

	DefaultStreamingResponse(EventPipe pipe) {
		this.pipe = pipe;
	}

	@Override
	public StreamingResponse start() {
		this.pipe.state().start();
		return this;
	}

	@Override
	public StreamingResponse sendToken(String token) {
		Objects.requireNonNull(token, "'token' must not be null");
		this.pipe.offer((index) -> new StreamEvent.Token(token, index));
		return this;
	}

	@Override
	public StreamingResponse sendToken(String token, int index) {
		send(new StreamEvent.Token(token, index));
		return this;
	}

	@Override
	public StreamingResponse sendUsage(Usage usage) {
		send(new StreamEvent.UsageReport(usage));
		return this;
	}

	@Override
	public StreamingResponse sendMetadata(Map<String, ?> metadata) {
		send(new StreamEvent.Metadata(new LinkedHashMap<>(metadata)));
		return this;
	}

	@Override
	public StreamingResponse sendError(String error) {
		return sendError(error, ERROR);
	}

	@Override
	public StreamingResponse sendError(String error, String code) {
		return sendError(error, code, Map.of());
	}

	@Override
	public StreamingResponse sendError(String error, String code, Map<String, ?> details) {
		send(new StreamEvent.ErrorEvent(error, code, new LinkedHashMap<>(details)));
		return this;
	}

	@Override
	public void send(StreamEvent event) {
		Objects.requireNonNull(event, "'event' must not be null");
		this.pipe.offer((index) -> event);
	}

	@Override
	public void end() {
		this.pipe.end(null);
	}

	@Override
	public void abort() {
		abort(ABORT_SENTENCE, ABORTED);
	}

	@Override
	public void abort(String error, String code) {
		this.pipe.end(new StreamEvent.ErrorEvent(error, code));
	}

	@Override
	public boolean isStreamActive() {
		return this.pipe.state().isOpen();
	}

	@Override
	public long getMessageCount() {
		return this.pipe.state().messages();
	}

	@Override
	public StreamingResponse onClose(Runnable listener) {
		this.pipe.closeListeners().add(listener);
		return this;
	}

	@Override
	public StreamingOptions options() {
		return this.pipe.options();
	}

	@Override
	public FrameSource frames() {
		return this.pipe;
	}

	@Override
	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	public <E> E toSseEmitter() {
		return (E) WebMvcResponses.sseEmitter(this.pipe);
	}

	@Override
	public Flux<ServerSentEvent<Object>> toFlux() {
		Flux<ServerSentEvent<Object>> events = this.pipe.flux((frames) -> {
			Frame frame = frames.poll();
			return (frame != null) ? frame.toServerSentEvent() : null;
		});
		return new EventFlux(this, SERVLET ? WebMvcResponses.flux(this.pipe, events) : events);
	}

	@Override
	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	public <R> Mono<R> toServerResponse() {
		return (Mono<R>) WebFluxResponses.serverResponse(this.pipe);
	}

	@Override
	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	public <R> R toMvcServerResponse() {
		return (R) WebMvcResponses.serverResponse(this.pipe);
	}

	/**
	 * Called where a response is about to be written as JSON, as a part of something
	 * else: a list, say. It would be an object of two properties, and its source would
	 * wait for ever.
	 */
	@JsonValue
	Object refuseToBeJson() {
		this.pipe.discard();
		throw new IllegalStateException("A StreamingResponse can't be written as JSON: a controller method is to "
				+ "declare StreamingResponse, or Mono, CompletableFuture or ResponseEntity of it");
	}

	@Override
	public String toString() {
		return "StreamingResponse[messageCount=" + getMessageCount() + ", active=" + isStreamActive() + "]";
	}

}
