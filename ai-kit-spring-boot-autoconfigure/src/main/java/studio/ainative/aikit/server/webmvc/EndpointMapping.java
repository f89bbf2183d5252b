package studio.ainative.aikit.server.webmvc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;

import studio.ainative.aikit.server.Endpoint;
import studio.ainative.aikit.server.EndpointReply;
import studio.ainative.aikit.server.EndpointRequest;

/**
 * Brings an {@link Endpoint} to Spring MVC. The application's own controllers and routes
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

	private static ServerResponse handle(Endpoint endpoint, ServerRequest request) throws IOException {
		byte[] body = read(request, endpoint.maxBodySize());
		if (body == null) {
			return response(endpoint.tooLarge());
		}
		String path = request.requestPath().pathWithinApplication().value().substring(endpoint.basePath().length());
		return response(
				endpoint.handle(new EndpointRequest(request.method().name(), path, contentType(request), body)));
	}

	private static byte @Nullable [] read(ServerRequest request, int limit) throws IOException {
		if (request.headers().contentLength().orElse(0) > MAX_READ) {
			return null;
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		InputStream stream = request.servletRequest().getInputStream();
		byte[] buffer = new byte[8 * 1024];
		long size = 0;
		for (int read = stream.read(buffer); read >= 0 && size <= MAX_READ; read = stream.read(buffer)) {
			size += read;
			if (size <= limit) {
				body.write(buffer, 0, read);
			}
		}
		return (size <= limit) ? body.toByteArray() : null;
	}

	private static @Nullable MediaType contentType(ServerRequest request) {
		try {
			return request.headers().contentType().orElse(null);
		}
		catch (InvalidMediaTypeException ex) {
			return null;
		}
	}

	private static ServerResponse response(EndpointReply reply) {
		if (reply instanceof EndpointReply.Later later) {
			// The provider's limits of time end it, not the container's
			return ServerResponse.async(later.reply().map(EndpointMapping::response), Duration.ZERO);
		}
		if (reply instanceof EndpointReply.Streamed streamed) {
			return streamed.response().toMvcServerResponse();
		}
		EndpointReply.Whole whole = (EndpointReply.Whole) reply;
		ServerResponse.BodyBuilder builder = ServerResponse.status(whole.status())
			.contentType(MediaType.parseMediaType(whole.contentType()))
			.contentLength(whole.body().length);
		whole.headers().forEach((name, value) -> builder.header(name, value));
		return builder.build((request, response) -> {
			response.getOutputStream().write(whole.body());
			return null;
		});
	}

}
