package studio.ainative.aikit.server.webflux;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.server.ServerWebExchange;

import studio.ainative.aikit.server.DeclaredType;
import studio.ainative.aikit.server.StreamingResponse;

/**
 * Lets controllers of Spring WebFlux return a {@link StreamingResponse}, by itself or as
 * the body of a {@code ResponseEntity}, now or later ({@code Mono},
 * {@code CompletableFuture}), or the events of {@link StreamingResponse#toFlux()} as they
 * are.
 * <p>
 * What a {@code Mono<Object>} holds is known only once it is there. If it is no response
 * it goes on to the handler that would have had it.
 *
 * @since 0.1.0
 */
public final class StreamingResponseResultHandler implements HandlerResultHandler, Ordered, ApplicationContextAware {

	/** Before the handlers that would write any object as JSON. */
	private static final int ORDER = -10;

	private static final String ALLOWED = "StreamingResponse, or ResponseEntity, Mono or CompletableFuture of it";

	private final ReactiveAdapterRegistry adapters = ReactiveAdapterRegistry.getSharedInstance();

	private final SingletonSupplier<List<HandlerResultHandler>> others = SingletonSupplier.of(this::findOthers);

	private @Nullable ApplicationContext context;

	/**
	 * Make the handler.
	 */
	public StreamingResponseResultHandler() {
	}

	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.context = context;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public boolean supports(HandlerResult result) {
		Object value = result.getReturnValue();
		if (DeclaredType.find(value) != null) {
			return true;
		}
		DeclaredType declared = declared(result);
		if (value == null) {
			return declared.isNamed();
		}
		return declared.isHopeless() || (declared.mayHold() && promise(content(value)) != null);
	}

	@Override
	public Mono<Void> handleResult(ServerWebExchange exchange, HandlerResult result) {
		DeclaredType declared = declared(result);
		if (declared.isHopeless()) {
			return Mono.error(declared.refusal(result.getReturnTypeSource(), ALLOWED));
		}
		Object value = result.getReturnValue();
		return (value != null) ? handle(exchange, result, value, Objects::requireNonNull) : Mono.empty();
	}

	/**
	 * Write a value.
	 * @param form puts what turns out to be no response in the form that was declared
	 */
	private Mono<Void> handle(ServerWebExchange exchange, HandlerResult result, Object value, Form form) {
		StreamingResponse response = DeclaredType.find(value);
		if (response != null) {
			return write(exchange, value, response);
		}
		Object source = content(value);
		ReactiveAdapter promise = promise(source);
		if (promise == null) {
			return handOn(exchange, result, form.of(value));
		}
		return Mono.from(promise.toPublisher(source))
			.doOnDiscard(StreamingResponse.class, (discarded) -> discarded.frames().discard())
			.singleOptional()
			.flatMap((kept) -> handleKept(exchange, result, value, kept.orElse(null),
					(inner) -> form.of(with(value, promise.fromPublisher(Mono.justOrEmpty(inner))))));
	}

	private Mono<Void> handleKept(ServerWebExchange exchange, HandlerResult result, Object value, @Nullable Object kept,
			Form form) {
		if (kept == null) {
			return declared(result).isNamed() ? Mono.empty() : handOn(exchange, result, form.of(null));
		}
		if (value instanceof HttpEntity<?> && kept instanceof StreamingResponse response) {
			return write(exchange, value, response);
		}
		if (kept instanceof StreamingResponse || kept instanceof HttpEntity<?>) {
			return handle(exchange, result, kept, form);
		}
		return handOn(exchange, result, form.of(kept));
	}

	private static Object with(Object value, Object content) {
		if (!(value instanceof HttpEntity<?> entity)) {
			return content;
		}
		ResponseEntity.BodyBuilder builder = (entity instanceof ResponseEntity<?> response)
				? ResponseEntity.status(response.getStatusCode()) : ResponseEntity.ok();
		return builder.headers(entity.getHeaders()).body(content);
	}

	private static @Nullable Object content(Object value) {
		return (value instanceof HttpEntity<?> entity) ? entity.getBody() : value;
	}

	private @Nullable ReactiveAdapter promise(@Nullable Object source) {
		ReactiveAdapter adapter = (source != null) ? this.adapters.getAdapter(null, source) : null;
		return (adapter != null && !adapter.isMultiValue()) ? adapter : null;
	}

	private static Mono<Void> write(ServerWebExchange exchange, @Nullable Object value, StreamingResponse response) {
		HttpHeaders headers = HttpHeaders.EMPTY;
		if (value instanceof HttpEntity<?> entity) {
			headers = entity.getHeaders();
		}
		if (value instanceof ResponseEntity<?> entity) {
			exchange.getResponse().setStatusCode(entity.getStatusCode());
		}
		return FrameBody.write(response.frames(), headers, exchange);
	}

	private Mono<Void> handOn(ServerWebExchange exchange, HandlerResult result, Object value) {
		HandlerResult rest = new HandlerResult(result.getHandler(), value, result.getReturnTypeSource(),
				result.getBindingContext());
		return this.others.obtain()
			.stream()
			.filter((handler) -> handler.supports(rest))
			.findFirst()
			.map((handler) -> handler.handleResult(exchange, rest))
			.orElseGet(() -> Mono.error(new IllegalStateException("No HandlerResultHandler for " + value)));
	}

	private List<HandlerResultHandler> findOthers() {
		return (this.context == null) ? List.of()
				: this.context.getBeanProvider(HandlerResultHandler.class)
					.orderedStream()
					.filter((handler) -> handler != this)
					.toList();
	}

	private static DeclaredType declared(HandlerResult result) {
		return new DeclaredType(result.getReturnType(), (type) -> false);
	}

	/** Puts a value in the form that was declared. */
	@FunctionalInterface
	private interface Form {

		Object of(@Nullable Object value);

	}

}
