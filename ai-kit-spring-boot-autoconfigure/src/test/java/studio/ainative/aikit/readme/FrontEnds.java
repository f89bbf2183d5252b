package studio.ainative.aikit.readme;

import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.format.uimessage.UiChatRequest;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The README's code for front ends, word for word, in the applications of
 * {@link QuickStart}.
 */
interface FrontEnds {

	@RestController
	class UiChatController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		private final UiMessageFormat format;

		UiChatController(AIStream aiStream, StreamingResponses responses, UiMessageFormat format) {
			this.aiStream = aiStream;
			this.responses = responses;
			this.format = format;
		}

		@PostMapping("/api/chat/ui")
		StreamingResponse chat(@RequestBody UiChatRequest request) {
			return this.responses.from(this.aiStream.stream(request.toMessages()), this.format.answering(request));
		}

	}

	@RestController
	class ResumableChatController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		private final UiMessageFormat format;

		ResumableChatController(AIStream aiStream, StreamingResponses responses, UiMessageFormat format) {
			this.aiStream = aiStream;
			this.responses = responses;
			this.format = format;
		}

		@PostMapping("/api/chat/kept")
		StreamingResponse chat(@RequestBody UiChatRequest request) {
			return this.responses.fromChat(request.id(), this.aiStream.stream(request.toMessages()),
					this.format.answering(request));
		}

		@GetMapping("/api/chat/kept/{id}/stream")
		StreamingResponse resume(@PathVariable("id") String id,
				@RequestParam(name = "startIndex", required = false) @Nullable Long startIndex) {
			return (startIndex == null) ? this.responses.resumeChat(id, this.format)
					: this.responses.resume(id, null, this.format.withStartIndex(startIndex));
		}

	}

}
