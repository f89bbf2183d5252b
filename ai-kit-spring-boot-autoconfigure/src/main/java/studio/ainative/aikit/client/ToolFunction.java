package studio.ainative.aikit.client;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Tool} does. It may block: it runs on a thread of its own, beside the
 * other calls of the same answer, and so may run several times at once. There it finds
 * what the subscriber's thread and context carry (the security context, the trace, the
 * MDC: all that has a {@code ThreadLocalAccessor}) if
 * {@code io.micrometer:context-propagation} is on the class path.
 * <p>
 * The thread is interrupted when nobody waits any more: after the time that
 * {@link ToolLimits} allow, when the reader leaves and when the call is stopped or fails.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ToolFunction {

	/**
	 * Do the work. The model wrote the arguments, so they are to be trusted as little as
	 * what a person types.
	 * @param invocation what the model asks for
	 * @return what the model is told: a string as it is, anything else as JSON,
	 * {@code null} as nothing. Larger than {@link ToolLimits#maxResultSize()} it is
	 * replaced by a sentence
	 * @throws Exception if it fails. The model is told so, but not the exception's text
	 */
	@Nullable Object call(ToolInvocation invocation) throws Exception;

}
