package studio.ainative.aikit.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;

import studio.ainative.aikit.event.StreamEventSink;

/**
 * A method for each type that a controller may declare, the same on both stacks.
 */
@RestController
@RequestMapping("/declared")
public class DeclaringController {

	private final Answers answers;

	public DeclaringController(Answers answers) {
		this.answers = answers;
	}

	@GetMapping("/plain")
	StreamingResponse plain() {
		return this.answers.from();
	}

	@GetMapping("/object")
	Object object() {
		return this.answers.from();
	}

	@GetMapping("/sink")
	StreamEventSink sink() {
		return this.answers.from();
	}

	@GetMapping("/mono")
	Mono<StreamingResponse> mono() {
		return Mono.fromSupplier(this.answers::from);
	}

	@GetMapping("/mono-object")
	Mono<Object> monoObject() {
		return Mono.fromSupplier(this.answers::from);
	}

	@GetMapping("/mono-any")
	Mono<?> monoAny() {
		return Mono.fromSupplier(this.answers::from);
	}

	@GetMapping("/object-mono")
	Object objectMono() {
		return Mono.fromSupplier(this.answers::from);
	}

	@GetMapping("/future")
	CompletableFuture<StreamingResponse> future() {
		return CompletableFuture.supplyAsync(this.answers::from);
	}

	@GetMapping("/future-object")
	CompletableFuture<Object> futureObject() {
		return CompletableFuture.supplyAsync(this.answers::from);
	}

	@GetMapping("/stage")
	CompletionStage<StreamingResponse> stage() {
		return CompletableFuture.supplyAsync(this.answers::from);
	}

	@GetMapping("/entity")
	ResponseEntity<StreamingResponse> entity() {
		return created(this.answers.from());
	}

	@GetMapping("/entity-any")
	ResponseEntity<?> entityAny() {
		return created(this.answers.from());
	}

	@GetMapping("/entity-object")
	ResponseEntity<Object> entityObject() {
		return created(this.answers.from());
	}

	@GetMapping("/object-entity")
	Object objectEntity() {
		return created(this.answers.from());
	}

	@GetMapping("/entity-mono")
	ResponseEntity<Mono<StreamingResponse>> entityMono() {
		return created(Mono.fromSupplier(this.answers::from));
	}

	@GetMapping("/mono-entity")
	Mono<ResponseEntity<StreamingResponse>> monoEntity() {
		return Mono.fromSupplier(() -> created(this.answers.from()));
	}

	@GetMapping("/mono-entity-any")
	Mono<ResponseEntity<?>> monoEntityAny() {
		return Mono.fromSupplier(() -> created(this.answers.from()));
	}

	@GetMapping("/mono-http-entity")
	Mono<HttpEntity<StreamingResponse>> monoHttpEntity() {
		return Mono.fromSupplier(() -> entityOf(this.answers.from()));
	}

	@GetMapping("/http-entity")
	HttpEntity<StreamingResponse> httpEntity() {
		return entityOf(this.answers.from());
	}

	@GetMapping("/stage-entity")
	CompletionStage<ResponseEntity<StreamingResponse>> stageEntity() {
		return CompletableFuture.supplyAsync(() -> created(this.answers.from()));
	}

	@GetMapping("/callable")
	Callable<StreamingResponse> callable() {
		return this.answers::from;
	}

	@GetMapping("/callable-entity")
	Callable<ResponseEntity<?>> callableEntity() {
		return () -> created(this.answers.from());
	}

	@GetMapping("/deferred")
	DeferredResult<StreamingResponse> deferred() {
		DeferredResult<StreamingResponse> result = new DeferredResult<>();
		result.setResult(this.answers.from());
		return result;
	}

	@GetMapping("/deferred-entity")
	DeferredResult<ResponseEntity<StreamingResponse>> deferredEntity() {
		DeferredResult<ResponseEntity<StreamingResponse>> result = new DeferredResult<>();
		result.setResult(created(this.answers.from()));
		return result;
	}

	@GetMapping("/task")
	WebAsyncTask<StreamingResponse> task() {
		return new WebAsyncTask<>(this.answers::from);
	}

	// Headers and status

	@GetMapping("/misled")
	ResponseEntity<StreamingResponse> misled() {
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_JSON)
			.contentLength(2)
			.header(HttpHeaders.CACHE_CONTROL, "no-store")
			.body(this.answers.from());
	}

	@GetMapping("/no-content")
	ResponseEntity<StreamingResponse> noContent() {
		return ResponseEntity.status(HttpStatus.NO_CONTENT).body(this.answers.silent());
	}

	@ResponseStatus(HttpStatus.RESET_CONTENT)
	@GetMapping("/reset-content")
	StreamingResponse resetContent() {
		return this.answers.silent();
	}

	// What can't be written

	@GetMapping("/list")
	List<StreamingResponse> list() {
		return List.of(this.answers.silent());
	}

	@GetMapping("/optional")
	Optional<StreamingResponse> optional() {
		return Optional.of(this.answers.silent());
	}

	@GetMapping("/flux")
	Flux<StreamingResponse> flux() {
		return Flux.just(this.answers.silent());
	}

	@GetMapping("/mono-list")
	Mono<List<StreamingResponse>> monoList() {
		return Mono.just(List.of(this.answers.silent()));
	}

	@GetMapping("/entity-flux")
	ResponseEntity<Flux<StreamingResponse>> entityFlux() {
		return ResponseEntity.ok(Flux.just(this.answers.silent()));
	}

	@GetMapping("/part")
	Map<String, Object> part() {
		return Map.of("answer", this.answers.silent());
	}

	// What is no response after all

	@GetMapping("/other/mono-object")
	Mono<Object> otherMonoObject() {
		return Mono.just(Map.of("other", true));
	}

	@GetMapping("/other/mono-any")
	Mono<?> otherMonoAny() {
		return Mono.just(Map.of("other", true));
	}

	@GetMapping("/other/future-object")
	CompletableFuture<Object> otherFutureObject() {
		return CompletableFuture.supplyAsync(() -> Map.of("other", true));
	}

	@GetMapping("/other/mono-entity-any")
	Mono<ResponseEntity<?>> otherMonoEntityAny() {
		return Mono.just(created(Map.of("other", true)));
	}

	@GetMapping("/other/entity-any")
	ResponseEntity<?> otherEntityAny() {
		return created(Map.of("other", true));
	}

	@GetMapping("/other/entity-mono-any")
	ResponseEntity<Mono<?>> otherEntityMonoAny() {
		return created(Mono.just(Map.of("other", true)));
	}

	@GetMapping("/other/nothing")
	Mono<Object> otherNothing() {
		return Mono.empty();
	}

	@GetMapping("/nothing")
	Mono<StreamingResponse> nothing() {
		return Mono.empty();
	}

	private static <T> ResponseEntity<T> created(T body) {
		return ResponseEntity.status(HttpStatus.CREATED).header("X-Own", "yes").body(body);
	}

	private static <T> HttpEntity<T> entityOf(T body) {
		HttpHeaders headers = new HttpHeaders();
		headers.set("X-Own", "yes");
		return new HttpEntity<>(body, headers);
	}

}
