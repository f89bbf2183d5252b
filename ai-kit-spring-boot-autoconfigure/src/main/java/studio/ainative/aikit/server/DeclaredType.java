package studio.ainative.aikit.server;

import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;

/**
 * What a controller method is declared to return, as far as a {@link StreamingResponse}
 * may be in it.
 *
 * @since 0.1.0
 */
public final class DeclaredType {

	private static final List<String> EVERYBODYS = List.of("java.", "org.reactivestreams.", "org.springframework.",
			"reactor.");

	private static final ResolvableType ANYTHING = ResolvableType.forClass(Object.class);

	private final ResolvableType type;

	private final Predicate<Class<?>> promises;

	/**
	 * Look at the type of a method's return value.
	 * @param type the type
	 * @param promises what the web stack waits for, besides the types of single values
	 * that Spring knows how to adapt
	 */
	public DeclaredType(ResolvableType type, Predicate<Class<?>> promises) {
		this.type = type;
		this.promises = promises;
	}

	/**
	 * The response that a value is, or that it carries as its body, be it as the events
	 * of {@link StreamingResponse#toFlux()} that nothing was done with.
	 * @param value the value
	 * @return the response, {@code null} if there is none, or none yet
	 */
	public static @Nullable StreamingResponse find(@Nullable Object value) {
		Object body = (value instanceof HttpEntity<?> entity) ? entity.getBody() : value;
		if (body instanceof EventFlux events) {
			return events.response();
		}
		return (body instanceof StreamingResponse response) ? response : null;
	}

	/**
	 * Whether values of a class are responses, in either form that {@link #find} knows.
	 * @param type the class of a value
	 * @return whether they are
	 */
	public static boolean isResponse(Class<?> type) {
		return StreamingResponse.class.isAssignableFrom(type) || EventFlux.class.isAssignableFrom(type);
	}

	/**
	 * Whether a value of the type may turn out to be, or to carry, a response. Of a type
	 * that says nothing ({@code Object}, {@code ?}) it may.
	 * @return whether it may
	 */
	public boolean mayHold() {
		return mayHold(this.type);
	}

	/**
	 * Whether the type names responses, in whatever way.
	 * @return {@code false} also if it says nothing
	 */
	public boolean isNamed() {
		return mentions(this.type);
	}

	/**
	 * Whether the type names responses in a way that nobody writes, a list of them for
	 * example.
	 * @return whether that is so; {@code false} for classes of the application's own, for
	 * which it may have handlers
	 */
	public boolean isHopeless() {
		return mentions(this.type) && !mayHold(this.type);
	}

	/**
	 * What is wrong with a type without hope.
	 * @param method the controller method
	 * @param allowed what to declare
	 * @return the exception, to be thrown
	 */
	public IllegalStateException refusal(MethodParameter method, String allowed) {
		return new IllegalStateException("A StreamingResponse can't be written as " + this.type + ", which "
				+ method.getExecutable().toGenericString() + " declares: declare " + allowed);
	}

	private boolean mayHold(ResolvableType type) {
		Class<?> raw = type.toClass();
		if (StreamingResponse.class.isAssignableFrom(raw) || raw.isAssignableFrom(StreamingResponse.class)) {
			return true;
		}
		return (HttpEntity.class.isAssignableFrom(raw) || isPromise(raw)) && mayHold(content(type));
	}

	private boolean isPromise(Class<?> raw) {
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
		return (adapter != null) ? !adapter.isMultiValue() && !adapter.isNoValue() : this.promises.test(raw);
	}

	private static ResolvableType content(ResolvableType type) {
		return type.hasGenerics() ? type.getGeneric() : ANYTHING;
	}

	private static boolean mentions(ResolvableType type) {
		if (StreamingResponse.class.isAssignableFrom(type.toClass())) {
			return true;
		}
		if (type.isArray()) {
			return mentions(type.getComponentType());
		}
		if (!isEverybodys(type.toClass())) {
			return false;
		}
		for (ResolvableType generic : type.getGenerics()) {
			if (mentions(generic)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isEverybodys(Class<?> raw) {
		return EVERYBODYS.stream().anyMatch(raw.getName()::startsWith);
	}

}
