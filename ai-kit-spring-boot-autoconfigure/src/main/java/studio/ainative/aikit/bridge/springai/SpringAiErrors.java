package studio.ainative.aikit.bridge.springai;

import com.openai.errors.OpenAIServiceException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import studio.ainative.aikit.bridge.ForeignStreamException;
import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.provider.ProviderError;

/**
 * What is known of the exceptions that models of Spring AI throw: each throws those of
 * the client that it is made on.
 */
final class SpringAiErrors {

	private static final boolean HAS_OPENAI = isPresent("com.openai.errors.OpenAIServiceException");

	private static final boolean HAS_WEBCLIENT = isPresent(
			"org.springframework.web.reactive.function.client.WebClientResponseException");

	private static final int MAX_CAUSES = 16;

	private SpringAiErrors() {
	}

	/**
	 * Make the exception that readers may be told of.
	 * @param failure what Spring AI threw
	 * @return an exception that is {@link ReaderFacing}
	 */
	static Throwable explain(Throwable failure) {
		Throwable unwrapped = Exceptions.unwrap(failure);
		return (unwrapped instanceof ReaderFacing) ? unwrapped
				: new ForeignStreamException("Spring AI", unwrapped, error(unwrapped));
	}

	private static @Nullable ProviderError error(Throwable failure) {
		Throwable cause = failure;
		for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
			ProviderError error = HAS_OPENAI ? OpenAi.error(cause) : null;
			error = (error == null && HAS_WEBCLIENT) ? Web.error(cause) : error;
			if (error != null) {
				return error;
			}
		}
		return null;
	}

	private static boolean isPresent(String className) {
		return ClassUtils.isPresent(className, SpringAiErrors.class.getClassLoader());
	}

	/** Loaded only where the SDK is. */
	private static final class OpenAi {

		static @Nullable ProviderError error(Throwable cause) {
			if (!(cause instanceof OpenAIServiceException ex)) {
				return null;
			}
			String word = ex.code().filter((code) -> !code.isEmpty()).orElse(null);
			boolean inStream = ex.statusCode() < 400;
			return new ProviderError(ex.type().orElse(null),
					(word != null || inStream) ? word : String.valueOf(ex.statusCode()), null);
		}

	}

	/** Loaded only where WebClient is. */
	private static final class Web {

		static @Nullable ProviderError error(Throwable cause) {
			return (cause instanceof WebClientResponseException ex)
					? new ProviderError(null, String.valueOf(ex.getStatusCode().value()), null) : null;
		}

	}

}
