package studio.ainative.aikit.server.webflux;

import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

import studio.ainative.aikit.server.FrameSource;
import studio.ainative.aikit.server.GzipEncoder;
import studio.ainative.aikit.server.ResponseHead;
import studio.ainative.aikit.sse.SseEncoder;

/**
 * Writes a response to a reactive server. All frames that are ready go in one buffer; one
 * that comes alone leaves at once.
 * <p>
 * The buffers are not marked for flushing one by one: servers flush whenever no further
 * one is ready, and else put several in one write.
 */
final class FrameBody implements FrameSource.Take<DataBuffer> {

	/** A buffer this large is sent even if more is ready. */
	private static final int FULL = 16 * 1024;

	private final SseEncoder encoder = new SseEncoder();

	private final DataBufferFactory buffers;

	/** {@code null} if the reader gets the bytes as they are. */
	private final @Nullable GzipEncoder gzip;

	private final ReaderConnection connection;

	/** Asks for another try to take frames. */
	private Runnable again = () -> {
	};

	private volatile boolean begun;

	private FrameBody(DataBufferFactory buffers, @Nullable GzipEncoder gzip, ReaderConnection connection) {
		this.buffers = buffers;
		this.gzip = gzip;
		this.connection = connection;
	}

	static Mono<Void> write(FrameSource frames, HttpHeaders more, ServerWebExchange exchange) {
		Mono<Void> written = write(frames, more, exchange.getRequest(), exchange.getResponse());
		if (frames.isPrepared()) {
			return written;
		}
		boolean hasReader = isFollowedByBody(exchange.getRequest(), exchange.getResponse());
		return ExchangeReaderRequest.of(exchange)
			.flatMap(frames::prepare)
			// A log may answer on a thread that has all other answers' replies to read
			.publishOn(Schedulers.fromExecutor(ReaderConnection.of(exchange.getResponse()).ownThread()))
			.then(written)
			.doOnError((ex) -> frames.discard())
			.doOnCancel(hasReader ? frames::close : frames::discard);
	}

	static Mono<Void> write(FrameSource frames, @Nullable ServerHttpRequest request,
			ReactiveHttpOutputMessage message) {
		return write(frames, HttpHeaders.EMPTY, request, message);
	}

	private static Mono<Void> write(FrameSource frames, HttpHeaders more, @Nullable ServerHttpRequest request,
			ReactiveHttpOutputMessage message) {
		return Mono.defer(() -> {
			HttpHeaders headers = message.getHeaders();
			frames.headers(request != null && HttpVersions.isPersistentHeaderAllowed(request)).forEach(headers::set);
			more.forEach((name, values) -> {
				if (ResponseHead.isFree(name)) {
					headers.put(name, values);
				}
			});
			GzipEncoder gzip = compress(frames, request, headers);
			if (isFollowedByBody(request, message)) {
				return write(frames, gzip, message);
			}
			// Before the reader can come again
			frames.discard();
			return message.setComplete();
		}).doFinally((signal) -> frames.discard());
	}

	private static boolean isFollowedByBody(@Nullable ServerHttpRequest request, ReactiveHttpOutputMessage message) {
		HttpStatusCode status = (message instanceof ServerHttpResponse response) ? response.getStatusCode() : null;
		return ResponseHead.isFollowedByBody((request != null) ? request.getMethod().name() : "GET",
				(status != null) ? status.value() : HttpStatus.OK.value());
	}

	static Mono<Void> write(FrameSource frames, @Nullable GzipEncoder gzip, ReactiveHttpOutputMessage message) {
		FrameBody body = new FrameBody(message.bufferFactory(), gzip, ReaderConnection.of(message));
		// Closing the connection makes writes fail, of which nobody has to be told
		Mono<Void> written = message.writeWith(frames.flux(body)).onErrorComplete((ex) -> frames.isAbandoned());
		// If the headers can't be written, nobody cancels what was to be the body
		return written.doFinally((signal) -> body.leave(frames));
	}

	@Override
	public void begin(Runnable again) {
		this.again = again;
		this.begun = true;
	}

	@Override
	public Executor executor() {
		return this.connection.executor();
	}

	@Override
	public @Nullable DataBuffer from(FrameSource frames) {
		if (!this.connection.isWritable()) {
			this.connection.onWritable(this.again);
			return null;
		}
		if (!frames.drainTo(this.encoder, FULL)) {
			return null;
		}
		if (this.gzip != null) {
			return this.buffers.wrap(this.gzip.encode(this.encoder, frames.isDrained()));
		}
		DataBuffer buffer = this.buffers.allocateBuffer(this.encoder.size());
		this.encoder.drainTo(buffer);
		return buffer;
	}

	@Override
	public void end(FrameSource frames) {
		if (frames.isAbandoned()) {
			this.connection.close();
		}
		this.connection.release();
	}

	private void leave(FrameSource frames) {
		// Else it has another reader
		if (this.begun) {
			frames.close();
		}
		if (this.gzip != null) {
			this.gzip.close();
		}
	}

	private static @Nullable GzipEncoder compress(FrameSource frames, @Nullable ServerHttpRequest request,
			HttpHeaders headers) {
		if (!frames.isCompressible()) {
			return null;
		}
		// Others may vary it too, by the origin for one
		headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
		if (request == null || !GzipEncoder
			.isAccepted(String.join(",", request.getHeaders().getOrEmpty(HttpHeaders.ACCEPT_ENCODING)))) {
			return null;
		}
		headers.set(HttpHeaders.CONTENT_ENCODING, "gzip");
		return new GzipEncoder();
	}

}
