package studio.ainative.aikit.server.webmvc;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

import studio.ainative.aikit.server.Refusal;

/**
 * Spring's problem details for all controllers, with AI Kit's own sentences for those
 * that stream.
 *
 * @since 0.1.0
 */
@ControllerAdvice
public class RefusalAdvice extends ResponseEntityExceptionHandler {

	/**
	 * Make the advice.
	 */
	public RefusalAdvice() {
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleExceptionInternal(Exception ex, @Nullable Object body,
			HttpHeaders headers, HttpStatusCode statusCode, WebRequest request) {
		Refusal refusal = Refusal.of(ex,
				request.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE, RequestAttributes.SCOPE_REQUEST));
		if (refusal == null) {
			return super.handleExceptionInternal(ex, body, headers, statusCode, request);
		}
		return ResponseEntity.status(refusal.status()).headers(refusal.headers()).body(refusal.body());
	}

}
