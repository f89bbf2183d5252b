package studio.ainative.aikit.observation;

import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes calls: a span for each, with its tries as children, and whatever listeners
 * make of its end. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ClientObservations {

	private final ObservationRegistry registry;

	private final AiKitClientObservationConvention convention;

	private final ModelNames requestModels;

	private final ModelNames responseModels;

	private final List<ClientCallListener> listeners;

	private final LongSupplier nanoTime;

	private final @Nullable ContentRule content;

	/**
	 * Observe calls.
	 * @param registry makes spans, {@link ObservationRegistry#NOOP} for none
	 * @param convention names them
	 * @param requestModels bounds the names of models that are asked for
	 * @param responseModels bounds the names of models that answer
	 * @param listeners are told of each call
	 */
	public ClientObservations(ObservationRegistry registry, AiKitClientObservationConvention convention,
			ModelNames requestModels, ModelNames responseModels, List<ClientCallListener> listeners) {
		this(registry, convention, requestModels, responseModels, listeners, System::nanoTime, null);
	}

	/** For tests, which have their own time. */
	ClientObservations(ObservationRegistry registry, AiKitClientObservationConvention convention,
			ModelNames requestModels, ModelNames responseModels, List<ClientCallListener> listeners,
			LongSupplier nanoTime, @Nullable ContentRule content) {
		this.registry = Objects.requireNonNull(registry, "'registry' must not be null");
		this.convention = Objects.requireNonNull(convention, "'convention' must not be null");
		this.requestModels = requestModels;
		this.responseModels = responseModels;
		this.listeners = List.copyOf(listeners);
		this.nanoTime = nanoTime;
		this.content = content;
	}

	/**
	 * The same, but with prompts and answers for listeners.
	 * @param content what of them
	 * @return the copy
	 */
	public ClientObservations withContent(ContentRule content) {
		Objects.requireNonNull(content, "'content' must not be null");
		return new ClientObservations(this.registry, this.convention, this.requestModels, this.responseModels,
				this.listeners, this.nanoTime, content);
	}

	/**
	 * Begin to observe a call.
	 * @param facts what is asked
	 * @param parent what the call is a part of, {@code null} for what the current thread
	 * observes, if anything
	 * @return the call
	 */
	public ClientCall begin(ClientCallFacts facts, @Nullable Observation parent) {
		AiKitClientObservationContext context = new AiKitClientObservationContext(facts,
				this.requestModels.bound(facts.model()));
		Observation observation = AiKitClientObservationDocumentation.CALL.observation(null, this.convention,
				() -> context, this.registry);
		if (parent != null) {
			observation.parentObservation(parent);
			// Tracing believes the thread's span rather than the parent's
			parent.scoped(() -> observation.start());
		}
		else {
			observation.start();
		}
		this.listeners.forEach((listener) -> listener.begun(context));
		return new ClientCall(this, observation, context);
	}

	ObservationRegistry registry() {
		return this.registry;
	}

	/**
	 * Whether prompts and answers are recorded.
	 * @return {@code false} unless a rule says what of them
	 */
	public boolean recordContent() {
		return this.content != null;
	}

	@Nullable ContentRule content() {
		return this.content;
	}

	ModelNames requestModels() {
		return this.requestModels;
	}

	ModelNames responseModels() {
		return this.responseModels;
	}

	List<ClientCallListener> listeners() {
		return this.listeners;
	}

	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

}
