package studio.ainative.aikit.server;

import java.lang.reflect.Field;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.HandlerMethod;

import studio.ainative.aikit.event.Message;

/**
 * Tells a controller's methods that stream answers from all others, which are none of AI
 * Kit's business.
 */
final class StreamingMethods {

	/** Of Spring MVC, which need not be there. */
	private static final Set<String> EMITTERS = Set.of(
			"org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
			"org.springframework.web.servlet.mvc.method.annotation.SseEmitter");

	private StreamingMethods() {
	}

	/**
	 * Whether a method is declared to return a {@link StreamingResponse}, or takes
	 * {@link Message messages}, or what a kind of client sends, and may return a stream.
	 * @param handler what handles a request
	 * @return whether it streams answers, as far as can be seen from outside
	 */
	static boolean isStreaming(@Nullable Object handler) {
		if (!(handler instanceof HandlerMethod method)) {
			return false;
		}
		ResolvableType type = ResolvableType.forMethodParameter(method.getReturnType());
		return holds(type, StreamingResponse.class::isAssignableFrom)
				|| (mayBeStream(type) && (takesMessages(method) || RefusalForms.of(method) != null));
	}

	private static boolean mayBeStream(ResolvableType type) {
		return isUnknown(type) || holds(type, StreamingMethods::isStream);
	}

	private static boolean isStream(Class<?> type) {
		return Flux.class.isAssignableFrom(type) || ServerSentEvent.class.isAssignableFrom(type)
				|| EMITTERS.contains(type.getName());
	}

	/** Declared as anything, by itself or in what Spring takes a value out of. */
	private static boolean isUnknown(ResolvableType type) {
		Class<?> declared = type.toClass();
		return declared == Object.class
				|| (isAnyOf(declared, HttpEntity.class, Mono.class, CompletionStage.class, Callable.class)
						&& isUnknown(type.getGeneric()));
	}

	private static boolean isAnyOf(Class<?> type, Class<?>... types) {
		for (Class<?> each : types) {
			if (each.isAssignableFrom(type)) {
				return true;
			}
		}
		return false;
	}

	private static boolean takesMessages(HandlerMethod method) {
		for (MethodParameter parameter : method.getMethodParameters()) {
			ResolvableType type = ResolvableType.forMethodParameter(parameter);
			if (holds(type, Message.class::equals) || holds(type, StreamingMethods::hasFieldOfMessages)) {
				return true;
			}
		}
		return false;
	}

	private static boolean hasFieldOfMessages(Class<?> type) {
		for (Class<?> each = type; each != null && !ClassUtils.isJavaLanguageInterface(each)
				&& !each.getName().startsWith("java."); each = each.getSuperclass()) {
			for (Field field : each.getDeclaredFields()) {
				if (holds(ResolvableType.forField(field), Message.class::equals)) {
					return true;
				}
			}
		}
		return false;
	}

	private static boolean holds(ResolvableType type, Predicate<Class<?>> wanted) {
		if (wanted.test(type.toClass())) {
			return true;
		}
		for (ResolvableType generic : type.getGenerics()) {
			if (holds(generic, wanted)) {
				return true;
			}
		}
		return false;
	}

}
