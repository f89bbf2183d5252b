package studio.ainative.aikit.sample;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.format.uimessage.UiChatRequest;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The same chat for pages with {@code useChat} of the npm package {@code ai}.
 */
@RestController
class UiChatController {

	private final AIStream aiStream;

	private final StreamingResponses responses;

	private final UiMessageFormat format;

	private final boolean kept;

	UiChatController(AIStream aiStream, StreamingResponses responses, UiMessageFormat format,
			@Value("${ai-kit.response.resume.enabled:false}") boolean kept) {
		this.aiStream = aiStream;
		this.responses = responses;
		this.format = format;
		this.kept = kept;
	}

	@PostMapping("/api/chat/ui")
	StreamingResponse chat(@RequestBody UiChatRequest request) {
		return this.responses.fromChat(request.id(), this.aiStream.stream(request.toMessages()),
				this.format.answering(request));
	}

	/** What a page asks for when it was loaded anew. */
	@GetMapping("/api/chat/ui/{id}/stream")
	StreamingResponse resume(@PathVariable("id") String id) {
		if (!this.kept) {
			throw new ResponseStatusException(HttpStatus.NO_CONTENT);
		}
		return this.responses.resumeChat(id, this.format);
	}

}
