package studio.ainative.aikit.server.webflux;

import java.io.ByteArrayOutputStream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;

import studio.ainative.aikit.server.Endpoint;
import studio.ainative.aikit.server.EndpointReply;
import studio.ainative.aikit.server.EndpointRequest;

/**
 * Brings an {@link Endpoint} to WebFlux. The application's own controllers and routes
 * below the same path come first.
 *
 * @since 0.1.0
 */
public final class EndpointMapping extends RouterFunctionMapping {

	/** Behind all that an application maps, before files that match every path. */
	private static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	/**
	 * A body over its limit is read to its end up to here, 64 MB: a client that still
	 * sends does not see the answer.
	 */
	private static final long MAX_READ = 64 * 1024 * 1024;

	/**
	 * Make the mapping.
	 * @param endpoint what answers
	 */
	public EndpointMapping(Endpoint endpoint) {
		super(RouterFunctions.route(
				RequestPredicates.path(endpoint.basePath()).or(RequestPredicates.path(endpoint.basePath() + "/**")),
				(request) -> handle(endpoint, request)));
		setOrder(ORDER);
	}

	private static Mono<ServerResponse> handle(Endpoint endpoint, ServerRequest request) {
		if (request.headers().contentLength().orElse(0) > MAX_READ) {
			return response(endpoint.tooLarge());
		}
		String path = request.requestPath().pathWithinApplication().value().substring(endpoint.basePath().length());
		return Body.read(request, endpoint.maxBodySize())
			.flatMap((body) -> response(body.isTooLarge() ? endpoint.tooLarge() : endpoint
				.handle(new EndpointRequest(request.method().name(), path, contentType(request), body.bytes()))));
	}

	private static @Nullable MediaType contentType(ServerRequest request) {
		try {
			return request.headers().contentType().orElse(null);
		}
		catch (InvalidMediaTypeException ex) {
			return null;
		}
	}

	private static Mono<ServerResponse> response(EndpointReply reply) {
		if (reply instanceof EndpointReply.Later later) {
			return later.reply().flatMap(EndpointMapping::response);
		}
		if (reply instanceof EndpointReply.Streamed streamed) {
			return streamed.response().toServerResponse();
		}
		EndpointReply.Whole whole = (EndpointReply.Whole) reply;
		return ServerResponse.status(whole.status())
			.contentType(MediaType.parseMediaType(whole.contentType()))
			.contentLength(whole.body().length)
			.headers((headers) -> whole.headers().forEach(headers::set))
			.body((message, context) -> message
				.writeWith(Mono.fromSupplier(() -> message.bufferFactory().wrap(whole.body()))));
	}

	/**
	 * The body of one request, up to its limit.
	 */
	private static final class Body {

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private final int limit;

		private long size;

		private Body(int limit) {
			this.limit = limit;
		}

		static Mono<Body> read(ServerRequest request, int limit) {
			return Mono.defer(() -> {
				Body body = new Body(limit);
				return request.body(BodyExtractors.toDataBuffers())
					.doOnNext(body::add)
					.takeUntil((buffer) -> body.size > MAX_READ)
					.then(Mono.just(body));
			});
		}

		private void add(DataBuffer buffer) {
			int readable = buffer.readableByteCount();
			this.size += readable;
			if (!isTooLarge()) {
				byte[] bytes = new byte[readable];
				buffer.read(bytes);
				this.bytes.write(bytes, 0, readable);
			}
			DataBufferUtils.release(buffer);
		}

		boolean isTooLarge() {
			return this.size > this.limit;
		}

		byte[] bytes() {
			return this.bytes.toByteArray();
		}

	}

}
