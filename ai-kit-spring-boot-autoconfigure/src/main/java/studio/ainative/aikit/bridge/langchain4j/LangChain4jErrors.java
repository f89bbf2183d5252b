package studio.ainative.aikit.bridge.langchain4j;

import java.util.Map;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.bridge.ForeignStreamException;
import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.provider.ProviderError;

/**
 * What is known of LangChain4j's exceptions.
 */
final class LangChain4jErrors {

	private static final int MAX_CAUSES = 16;

	/** Where no status is told. */
	private static final Map<Class<?>, String> WORDS = Map.of(RateLimitException.class, "rate_limit",
			AuthenticationException.class, "authentication", TimeoutException.class, "timeout",
			InternalServerException.class, "internal_server");

	private LangChain4jErrors() {
	}

	/**
	 * Make the exception that readers may be told of.
	 * @param failure what LangChain4j told of
	 * @return an exception that is {@link ReaderFacing}
	 */
	static Throwable explain(Throwable failure) {
		return (failure instanceof ReaderFacing) ? failure
				: new ForeignStreamException("LangChain4j", failure, error(failure));
	}

	private static @Nullable ProviderError error(Throwable failure) {
		String word = null;
		Throwable cause = failure;
		for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
			// The body is the message: it may say that nothing is left to pay with
			if (cause instanceof HttpException ex && ex.statusCode() >= 400) {
				return new ProviderError(null, String.valueOf(ex.statusCode()), ex.getMessage());
			}
			word = (word != null) ? word : WORDS.get(cause.getClass());
		}
		return (word != null) ? new ProviderError(null, word, null) : null;
	}

}
