package example;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

@SpringBootApplication
public class ChatApplication {

	public static void main(String[] args) {
		SpringApplication.run(ChatApplication.class, args);
	}

	record ChatRequest(List<Message> messages) {
	}

	@RestController
	static class ChatController {

		private final AIStream aiStream;

		private final StreamingResponses responses;

		ChatController(AIStream aiStream, StreamingResponses responses) {
			this.aiStream = aiStream;
			this.responses = responses;
		}

		@PostMapping("/api/chat")
		StreamingResponse chat(@RequestBody ChatRequest request) {
			return this.responses.from(this.aiStream.stream(request.messages()));
		}

		@PostMapping("/api/object")
		Object object(@RequestBody ChatRequest request) {
			return chat(request);
		}

		@PostMapping("/api/entity")
		ResponseEntity<StreamingResponse> entity(@RequestBody ChatRequest request) {
			return ResponseEntity.ok(chat(request));
		}

		@PostMapping("/api/mono")
		Mono<Object> mono(@RequestBody ChatRequest request) {
			return Mono.fromSupplier(() -> chat(request));
		}

		@PostMapping("/api/mono-entity")
		Mono<ResponseEntity<?>> monoEntity(@RequestBody ChatRequest request) {
			return Mono.fromSupplier(() -> entity(request));
		}

		@PostMapping("/api/future")
		CompletableFuture<StreamingResponse> future(@RequestBody ChatRequest request) {
			return CompletableFuture.supplyAsync(() -> chat(request));
		}

		@PostMapping("/api/list")
		List<Object> list(@RequestBody ChatRequest request) {
			return List.of(chat(request));
		}

	}

}
