package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

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

	private final Iterable<RequestMappingHandlerMapping> mappings;

	/**
	 * Make the resolver.
	 * @param mappings where the methods of controllers are found that don't take a
	 * request for its method or type; asked for each
	 */
	public RefusalResolver(Iterable<RequestMappingHandlerMapping> mappings) {
		this.mappings = mappings;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception ex) {
		Refusal refusal = response.isCommitted() ? null
				: Refusal.of(ex, (handler != null) ? handler : atTheAddress(request));
		if (refusal == null) {
			return null;
		}
		byte[] body = refusal.body();
		response.setStatus(refusal.status().value());
		refusal.headers().forEach((name, values) -> values.forEach((value) -> response.addHeader(name, value)));
		if (body.length == 0) {
			return new ModelAndView();
		}
		response.setContentLength(body.length);
		try {
			response.getOutputStream().write(body);
		}
		catch (IOException gone) {
			logger.debug("Nobody was there to be told of a refusal", gone);
		}
		return new ModelAndView();
	}

	/**
	 * Whose request this would be but for its method or type: a method that streams if
	 * there is one.
	 */
	private @Nullable Object atTheAddress(HttpServletRequest request) {
		for (RequestMappingHandlerMapping mapping : this.mappings) {
			for (Map.Entry<RequestMappingInfo, HandlerMethod> method : mapping.getHandlerMethods().entrySet()) {
				if (Refusal.isFor(method.getValue())
						&& method.getKey().getActivePatternsCondition().getMatchingCondition(request) != null) {
					return method.getValue();
				}
			}
		}
		return null;
	}

}
