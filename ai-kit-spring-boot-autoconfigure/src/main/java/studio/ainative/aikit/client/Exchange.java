package studio.ainative.aikit.client;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEventSink;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.ProviderRequest;

/**
 * One HTTP request and its answer: the status is checked, then the type, then the body is
 * read. Fails with {@link AIStreamException} only.
 */
final class Exchange {

	private static final int MAX_ERROR_BODY = 64 * 1024;

	private static final Duration ERROR_BODY_TIMEOUT = Duration.ofSeconds(5);

	/** Longer than a server that is there takes, and nobody waits for it. */
	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

	private static final String ANSWER_ID = "AI-Kit-Stream-Id";

	private static final String REQUEST_KEY = "Idempotency-Key";

	private static final Log logger = LogFactory.getLog(AIStream.class);

	private final WebClient webClient;

	private final URI endpoint;

	private final Provider provider;

	private final StreamConfig config;

	private final Secrets secrets;

	private final TransportErrors transportErrors;

	Exchange(WebClient webClient, URI endpoint, Provider provider, StreamConfig config) {
		this.webClient = webClient.mutate().filter(SentRequest::exchange).build();
		this.endpoint = endpoint;
		this.provider = provider;
		this.config = config;
		this.secrets = new Secrets(config);
		this.transportErrors = new TransportErrors(config.timeouts());
	}

	Provider provider() {
		return this.provider;
	}

	/** What an observer is told of a request that goes here. */
	CallObserver.Start start(ProviderRequest request) {
		return new CallObserver.Start(this.provider.name(), this.endpoint, request);
	}

	/** Whether answers can be read on whose connection was lost. */
	boolean canResume() {
		return this.provider.resumeAddress(this.endpoint, "0") != null;
	}

	/**
	 * The events of one try.
	 * @param body the request's body
	 * @param accepted run when the provider has begun to answer
	 * @param reconnects read the answer on if its connection is lost, {@code null} for
	 * nothing
	 * @return the events; each subscription is one request
	 */
	Flux<StreamEvent> events(byte[] body, Runnable accepted, @Nullable Reconnects reconnects) {
		return events(body, new Reception(this.config.timeouts(), null, accepted, () -> {
		}, reconnects));
	}

	/**
	 * The events of one try.
	 * @param body the request's body
	 * @param reception what is made of the answer
	 * @return the events; each subscription is one request
	 */
	Flux<StreamEvent> events(byte[] body, Reception reception) {
		SilenceClock clock = new SilenceClock(reception.timeouts(), reception.begun());
		Reconnects reconnects = reception.reconnects();
		SentRequest request = new SentRequest();
		Flux<StreamEvent> events = this.webClient.post()
			.uri(this.endpoint)
			.attribute(SentRequest.ATTRIBUTE, request)
			.contentType(MediaType.APPLICATION_JSON)
			.headers((headers) -> {
				if (reconnects != null) {
					headers.set(REQUEST_KEY, reconnects.requestKey());
				}
				setHeaders(headers);
			})
			.httpRequest(request::sending)
			.bodyValue(body)
			.exchangeToFlux((response) -> {
				if (reconnects != null) {
					reconnects.answered(response.statusCode());
				}
				return answer(request, response, (buffers) -> {
					reception.accepted().run();
					if (reconnects != null) {
						reconnects.announce(response.headers().asHttpHeaders().getFirst(ANSWER_ID));
					}
					Function<StreamEventSink, AnswerReader> readers = (sink) -> new AnswerReader(this.provider,
							this.config.limits(), this.secrets, reception.preface(), sink);
					return new AnswerFlux(buffers, readers, clock, request, this.transportErrors, reconnects);
				});
			});
		return clock.watch(request.track(events, this.transportErrors::translate));
	}

	/**
	 * The rest of an answer, over another connection.
	 * @param answerId the answer's id
	 * @param cursor the number of the last event that has come, -1 to begin anew
	 * @return the body of what follows; each subscription is one request. Fails with an
	 * {@link AnswerLostException} if the answer is not there
	 */
	Flux<DataBuffer> resume(String answerId, long cursor) {
		SentRequest request = new SentRequest();
		Flux<DataBuffer> rest = this.webClient.get()
			.uri(resumeAddress(answerId))
			.attribute(SentRequest.ATTRIBUTE, request)
			.headers((headers) -> {
				setHeaders(headers);
				if (cursor >= 0) {
					headers.set("Last-Event-ID", Long.toString(cursor));
				}
			})
			.httpRequest(request::sending)
			.exchangeToFlux((response) -> answer(request, response, Function.identity()));
		return request.track(rest, this.transportErrors::translate)
			.onErrorMap(ProviderException.class,
					(ex) -> (ex.status() == 404 || ex.status() == 410) ? new AnswerLostException(ex) : ex);
	}

	/**
	 * Stop an answer at its server. Nobody waits for it, and nobody learns whether it
	 * worked: the server stops an answer that nobody reads by itself, only later.
	 * @param answerId the answer's id
	 * @param context the subscriber's context
	 */
	void stop(String answerId, ContextView context) {
		SentRequest request = new SentRequest();
		this.webClient.delete()
			.uri(resumeAddress(answerId))
			.attribute(SentRequest.ATTRIBUTE, request)
			.headers(this::setHeaders)
			.httpRequest(request::sending)
			.exchangeToMono(ClientResponse::releaseBody)
			.timeout(STOP_TIMEOUT)
			.contextWrite(context)
			.subscribe(null, (ex) -> logger.debug("Stopping an answer has failed with " + ex.getClass().getName()));
	}

	private URI resumeAddress(String answerId) {
		return Objects.requireNonNull(this.provider.resumeAddress(this.endpoint, answerId));
	}

	private void setHeaders(HttpHeaders headers) {
		headers.set(HttpHeaders.ACCEPT, MediaType.TEXT_EVENT_STREAM_VALUE);
		// Compressors hold tokens back
		headers.set(HttpHeaders.ACCEPT_ENCODING, "identity");
		this.provider.headers(this.config.apiKey()).forEach(headers::set);
		this.config.headers().forEach(headers::set);
	}

	private <T> Flux<T> answer(SentRequest request, ClientResponse response,
			Function<Flux<DataBuffer>, Flux<T>> reading) {
		if (request.isAbandoned()) {
			return Flux.never();
		}
		int status = response.statusCode().value();
		String type = contentType(response);
		ContentEncoding encoding = ContentEncoding.of(response.headers().asHttpHeaders());
		Flux<DataBuffer> buffers = encoding.decode(response.body(BodyExtractors.toDataBuffers()));
		if (response.statusCode().is2xxSuccessful() && !hasNoBody(status) && encoding.isKnown()
				&& (type == null || MediaType.TEXT_EVENT_STREAM_VALUE.equals(type))) {
			return reading.apply(buffers);
		}
		request.closeAfterwards();
		Flux<DataBuffer> body = buffers.onErrorResume(request::failure);
		if (!response.statusCode().is2xxSuccessful()) {
			return errorBody(body).flatMapMany((error) -> Flux.error(failure(response, error).toException()));
		}
		if (hasNoBody(status)) {
			return fail(request, body, new StreamInterruptedException("HTTP " + status + ": no answer", false, null));
		}
		if (!encoding.isKnown()) {
			return fail(request, body, new MalformedEventException(
					"HTTP " + status + ": an answer in the encoding '" + encoding.name() + "', which can't be decoded",
					null));
		}
		MalformedEventException wrongType = new MalformedEventException(
				"HTTP " + status + ": " + type + " where text/event-stream was expected", null);
		if (type != null && type.endsWith("json")) {
			return errorBody(body).flatMapMany((error) -> {
				Failure failure = failure(response, error);
				return Flux.error(failure.error().equals(ProviderError.UNKNOWN) ? wrongType : failure.toException());
			});
		}
		return fail(request, body, wrongType);
	}

	private static boolean hasNoBody(int status) {
		return status == 204 || status == 205;
	}

	/** Without a look at the body, however long it is. */
	private static <T> Flux<T> fail(SentRequest request, Flux<DataBuffer> body, AIStreamException ex) {
		return body.doOnNext(DataBufferUtils::release)
			.onErrorComplete()
			.takeUntilOther(Mono.empty())
			.thenMany(Mono.defer(() -> request.failure(ex)));
	}

	private Failure failure(ClientResponse response, byte[] body) {
		HttpHeaders headers = response.headers().asHttpHeaders();
		String shouldRetry = headers.getFirst("x-should-retry");
		ProviderError error = this.secrets.removeFrom(this.provider.readError(body));
		Duration asked = RetryAfter.of(headers, Instant.now());
		return new Failure(response.statusCode().value(), error, (asked != null) ? asked : error.retryAfter(),
				parseBoolean(shouldRetry));
	}

	/** Neither a long nor a slow body keeps the caller waiting. */
	private static Mono<byte[]> errorBody(Flux<DataBuffer> body) {
		return Mono.defer(() -> {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			return body.doOnNext((buffer) -> append(buffer, bytes))
				.takeUntil((buffer) -> bytes.size() >= MAX_ERROR_BODY)
				.take(ERROR_BODY_TIMEOUT)
				.onErrorComplete()
				.then(Mono.fromSupplier(bytes::toByteArray));
		});
	}

	private static void append(DataBuffer buffer, ByteArrayOutputStream body) {
		try {
			byte[] bytes = new byte[Math.min(buffer.readableByteCount(), MAX_ERROR_BODY)];
			buffer.read(bytes);
			body.writeBytes(bytes);
		}
		finally {
			DataBufferUtils.release(buffer);
		}
	}

	/** The type without parameters, as long as it can be shown in a message. */
	private static @Nullable String contentType(ClientResponse response) {
		String header = response.headers().asHttpHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
		if (header == null || header.isBlank()) {
			return null;
		}
		int end = header.indexOf(';');
		String type = ((end < 0) ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
		return type.matches("[\\w.+-]{1,60}/[\\w.+-]{1,60}") ? type : "an unreadable type";
	}

	private static @Nullable Boolean parseBoolean(@Nullable String value) {
		if ("true".equalsIgnoreCase(value)) {
			return true;
		}
		return "false".equalsIgnoreCase(value) ? false : null;
	}

	/**
	 * What is made of the answer to one try.
	 *
	 * @param timeouts how long it may take
	 * @param preface what is said before it once its first content is there, {@code null}
	 * for nothing
	 * @param accepted run when the provider has begun to answer
	 * @param begun run once, just before the first content is passed on
	 * @param reconnects read the answer on if its connection is lost, {@code null} for
	 * nothing
	 */
	record Reception(StreamTimeouts timeouts, @Nullable StreamEvent preface, Runnable accepted, Runnable begun,
			@Nullable Reconnects reconnects) {
	}

}
