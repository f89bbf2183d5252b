package studio.ainative.aikit.server;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What an {@link Endpoint} answers.
 *
 * @since 0.1.0
 */
public sealed interface EndpointReply {

	/**
	 * An answer that is known as a whole.
	 *
	 * @param status its status
	 * @param contentType the type of the body
	 * @param headers further headers by name
	 * @param body the body; not to be changed
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Whole(int status, String contentType, Map<String, String> headers, byte[] body) implements EndpointReply {

		/**
		 * Copy what is mutable.
		 * @param status its status
		 * @param contentType the type of the body
		 * @param headers further headers by name
		 * @param body the body; not to be changed
		 */
		public Whole {
			headers = Map.copyOf(headers);
		}

		@Override
		public String toString() {
			return "Whole[status=" + this.status + ", length=" + this.body.length + "]";
		}

	}

	/**
	 * An answer that is streamed.
	 *
	 * @param response the response, with a status of 200
	 */
	record Streamed(StreamingResponse response) implements EndpointReply {
	}

	/**
	 * An answer of which nothing is known yet, not even its status.
	 *
	 * @param reply comes once, and is never itself one that comes later; cancelled where
	 * the stack notices that the reader has left
	 */
	record Later(Mono<? extends EndpointReply> reply) implements EndpointReply {
	}

	/**
	 * An answer in JSON.
	 * @param status its status
	 * @param headers further headers by name, {@code null} for none
	 * @param body JSON in UTF-8
	 * @return the answer
	 */
	static EndpointReply json(int status, @Nullable Map<String, String> headers, byte[] body) {
		return new Whole(status, "application/json", (headers != null) ? headers : Map.of(), body);
	}

}
