package studio.ainative.aikit.server.webmvc;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.method.support.AsyncHandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

import studio.ainative.aikit.server.DeclaredType;
import studio.ainative.aikit.server.FrameSource;
import studio.ainative.aikit.server.StreamingResponse;

/**
 * Lets controllers of Spring MVC return a {@link StreamingResponse}, by itself or as the
 * body of a {@code ResponseEntity}. What Spring waits for may hold either. The same goes
 * for the events of {@link StreamingResponse#toFlux()}, if they are returned as they are,
 * and for the emitter of {@link StreamingResponse#toSseEmitter()}.
 * <p>
 * To be added with a {@code WebMvcConfigurer}: Spring puts it behind its own handlers, of
 * which the one for {@code @ResponseBody} takes any object, but asks the asynchronous
 * ones alone once one of them, this one, has called the value asynchronous.
 *
 * @since 0.1.0
 */
public final class StreamingResponseReturnValueHandler implements AsyncHandlerMethodReturnValueHandler {

	private static final Set<Class<?>> PROMISES = Set.of(Callable.class, DeferredResult.class, WebAsyncTask.class);

	private static final String ALLOWED = "StreamingResponse, or ResponseEntity, Callable, DeferredResult, "
			+ "WebAsyncTask, CompletableFuture or Mono of it";

	/**
	 * Make the handler.
	 */
	public StreamingResponseReturnValueHandler() {
	}

	@Override
	public boolean isAsyncReturnValue(@Nullable Object returnValue, MethodParameter returnType) {
		return DeclaredType.find(returnValue) != null || StreamingSseEmitter.find(returnValue) != null
				|| isHopeless(returnType);
	}

	/**
	 * Asked by the class of the value, if there is one. For an entity Spring's handler
	 * comes first, unless the value was called asynchronous.
	 */
	@Override
	public boolean supportsReturnType(MethodParameter returnType) {
		Class<?> type = returnType.getParameterType();
		return DeclaredType.isResponse(type) || StreamingSseEmitter.class.isAssignableFrom(type)
				|| HttpEntity.class.isAssignableFrom(type) || isHopeless(returnType);
	}

	@Override
	public void handleReturnValue(@Nullable Object returnValue, MethodParameter returnType,
			ModelAndViewContainer mavContainer, NativeWebRequest webRequest) throws Exception {
		mavContainer.setRequestHandled(true);
		StreamingSseEmitter emitter = StreamingSseEmitter.find(returnValue);
		StreamingResponse streaming = DeclaredType.find(returnValue);
		if (streaming == null && emitter == null) {
			if (returnValue != null) {
				throw declared(returnType).refusal(returnType, ALLOWED);
			}
			return;
		}
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		HttpServletResponse response = webRequest.getNativeResponse(HttpServletResponse.class);
		HttpHeaders headers = HttpHeaders.EMPTY;
		if (returnValue instanceof HttpEntity<?> entity) {
			headers = entity.getHeaders();
		}
		if (returnValue instanceof ResponseEntity<?> entity) {
			Objects.requireNonNull(response).setStatus(entity.getStatusCode().value());
		}
		FrameSource frames = (emitter != null) ? emitter.frames() : Objects.requireNonNull(streaming).frames();
		ServletStream.RequestEnd end = (emitter != null) ? emitter.bypass() : ServletStream.RequestEnd.IGNORED;
		ServletStream.write(frames, headers, Objects.requireNonNull(request), Objects.requireNonNull(response), end,
				WebAsyncUtils.getAsyncManager(webRequest), mavContainer);
	}

	/** Asked for each value of every controller's: most types are plain classes. */
	private static boolean isHopeless(MethodParameter returnType) {
		return !(returnType.getGenericParameterType() instanceof Class<?>) && declared(returnType).isHopeless();
	}

	private static DeclaredType declared(MethodParameter returnType) {
		return new DeclaredType(ResolvableType.forMethodParameter(returnType), PROMISES::contains);
	}

}
