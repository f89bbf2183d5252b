package studio.ainative.aikit.server;

import java.util.Collection;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;

import org.springframework.util.ClassUtils;

import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.format.UnreadableRequestException;

/**
 * Says what is wrong with a request's body, in a sentence that quotes nothing of it and
 * names no class.
 *
 * @since 0.1.0
 */
public final class BodyFault {

	private BodyFault() {
	}

	/**
	 * Find the words for a body that could not be read.
	 * @param ex the fault, or what Spring made of it
	 * @return a sentence
	 */
	public static String sentence(Throwable ex) {
		for (Throwable each = ex; each != null; each = each.getCause()) {
			if (each instanceof ReaderFacing known) {
				return known.toErrorEvent().error();
			}
		}
		for (Throwable each = ex; each != null; each = each.getCause()) {
			if (each instanceof JacksonException fault) {
				return sentence(fault);
			}
		}
		return "The request has no body, or none that can be read.";
	}

	/**
	 * Find the field of the body that is wrong.
	 * @param ex what Spring made of the fault
	 * @return its path, {@code null} if there is none to blame
	 */
	static @Nullable String field(Throwable ex) {
		for (Throwable each = ex; each != null; each = each.getCause()) {
			if (each instanceof UnreadableRequestException known) {
				return known.field().isEmpty() ? null : known.field();
			}
			if (each instanceof JacksonException fault) {
				return path(fault);
			}
		}
		return null;
	}

	private static String sentence(JacksonException ex) {
		if (ex instanceof StreamReadException) {
			return "The request's body is not valid JSON.";
		}
		if (ex instanceof StreamConstraintsException) {
			return "The request's body holds a text, a number or a nesting that is too long.";
		}
		if (ex instanceof PropertyBindingException) {
			return "The request's body has a field that is not known here.";
		}
		if (ex instanceof MismatchedInputException mismatch) {
			return place(ex) + " must be " + kind(mismatch.getTargetType()) + ".";
		}
		return place(ex) + " has a value that is not allowed.";
	}

	/**
	 * Names of fields, as the application's classes have them. What follows is the
	 * sender's own where a field holds a map.
	 */
	private static @Nullable String path(JacksonException ex) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference step : ex.getPath()) {
			if (step.from() instanceof java.util.Map || step.from() == java.util.Map.class) {
				break;
			}
			if (step.getPropertyName() == null) {
				path.append('[').append(step.getIndex()).append(']');
			}
			else {
				path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
			}
		}
		return path.isEmpty() ? null : path.toString();
	}

	private static String place(JacksonException ex) {
		String path = path(ex);
		return (path != null) ? "'" + path + "'" : "The request's body";
	}

	private static String kind(@Nullable Class<?> type) {
		if (type == null) {
			return "something else";
		}
		Class<?> kind = ClassUtils.resolvePrimitiveIfNecessary(type);
		if (CharSequence.class.isAssignableFrom(kind)) {
			return "text";
		}
		if (kind == Boolean.class) {
			return "true or false";
		}
		if (Number.class.isAssignableFrom(kind)) {
			return "a number";
		}
		if (Collection.class.isAssignableFrom(kind) || kind.isArray()) {
			return "a list";
		}
		// Values have forms of their own, and so may any other class of the JDK
		return (kind.isEnum() || kind.getName().startsWith("java.")) ? "something else" : "an object";
	}

}
