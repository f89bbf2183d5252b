package studio.ainative.aikit.server.webmvc;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

import studio.ainative.aikit.server.Refusal;
import studio.ainative.aikit.server.StreamingResponse;

/**
 * Answers requests to Spring MVC that get no stream, as {@link Refusal} says.
 * <p>
 * To be added with a {@code WebMvcConfigurer}, behind the resolver that asks the
 * application's own {@code @ExceptionHandler} methods and before Spring's default, which
 * warns of each such request in the log, in words that quote it, and whose error page has
 * nothing for a reader who accepts event streams alone.
 *
 * @since 0.1.0
 */
public final class RefusalResolver implements HandlerExceptionResolver {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	/**
	 * Make the resolver.
	 */
	public RefusalResolver() {
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		Refusal refusal = response.isCommitted() ? null : Refusal.of(ex, handler);
		if (refusal == null) {
			return null;
		}
		byte[] body = refusal.body();
		response.setStatus(refusal.status().value());
		refusal.headers().forEach((name, values) -> values.forEach((value) -> response.addHeader(name, value)));
		response.setContentLength(body.length);
		try {
			response.getOutputStream().write(body);
		}
		catch (IOException gone) {
			logger.debug("Nobody was there to be told of a refusal", gone);
		}
		return new ModelAndView();
	}

}
