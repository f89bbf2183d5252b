package studio.ainative.aikit.server.webmvc;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Lets readers read answers again ({@code GET}) and stop them ({@code DELETE}), without a
 * controller of the application's.
 *
 * @since 0.1.0
 */
@RestController
@RequestMapping("${ai-kit.response.resume.base-path:/ai-kit/streams}")
public class StreamEndpoint {

	private final StreamingResponses responses;

	/**
	 * Make the endpoint.
	 * @param responses whose answers are read
	 */
	public StreamEndpoint(StreamingResponses responses) {
		this.responses = responses;
	}

	/**
	 * Read an answer again.
	 * @param streamId the answer's id
	 * @param lastEventId the id of the last event that the reader has, {@code null} to
	 * read the answer from its beginning
	 * @param after the same for readers who can't set the header
	 * @return the answer
	 */
	@GetMapping("/{streamId}")
	public StreamingResponse read(@PathVariable("streamId") String streamId,
			@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
			@RequestParam(name = "after", required = false) @Nullable String after) {
		return this.responses.resume(streamId, (lastEventId != null) ? lastEventId : after);
	}

	/**
	 * Stop an answer.
	 * @param streamId the answer's id
	 * @param request the request
	 * @return 204, also if it has ended; 404 if the reader has no such answer
	 */
	@DeleteMapping("/{streamId}")
	public ResponseEntity<Void> stop(@PathVariable("streamId") String streamId, HttpServletRequest request) {
		boolean found = Boolean.TRUE.equals(this.responses.stop(streamId, new ServletReaderRequest(request)).block());
		return ResponseEntity.status(found ? HttpStatus.NO_CONTENT : HttpStatus.NOT_FOUND).build();
	}

}
