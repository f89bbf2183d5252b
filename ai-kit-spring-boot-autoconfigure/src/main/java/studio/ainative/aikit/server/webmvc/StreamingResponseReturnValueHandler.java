package studio.ainative.aikit.server.webmvc;

import java.util.Objects;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.method.support.AsyncHandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

import studio.ainative.aikit.server.StreamingResponse;

/**
 * Lets controllers of Spring MVC return a {@link StreamingResponse}.
 * <p>
 * To be added with a {@code WebMvcConfigurer}: Spring puts it behind its own handlers, of
 * which the one for {@code @ResponseBody} takes any object, but asks the asynchronous
 * ones alone once one of them, this one, has called the value asynchronous.
 *
 * @since 0.1.0
 */
public final class StreamingResponseReturnValueHandler implements AsyncHandlerMethodReturnValueHandler {

	/**
	 * Make the handler.
	 */
	public StreamingResponseReturnValueHandler() {
	}

	@Override
	public boolean isAsyncReturnValue(@Nullable Object returnValue, MethodParameter returnType) {
		return returnValue instanceof StreamingResponse;
	}

	@Override
	public boolean supportsReturnType(MethodParameter returnType) {
		return StreamingResponse.class.isAssignableFrom(returnType.getParameterType());
	}

	@Override
	public void handleReturnValue(@Nullable Object returnValue, MethodParameter returnType,
			ModelAndViewContainer mavContainer, NativeWebRequest webRequest) throws Exception {
		mavContainer.setRequestHandled(true);
		if (returnValue == null) {
			return;
		}
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		HttpServletResponse response = webRequest.getNativeResponse(HttpServletResponse.class);
		ServletStream.write(((StreamingResponse) returnValue).frames(), HttpHeaders.EMPTY,
				Objects.requireNonNull(request), Objects.requireNonNull(response),
				WebAsyncUtils.getAsyncManager(webRequest), mavContainer);
	}

}
