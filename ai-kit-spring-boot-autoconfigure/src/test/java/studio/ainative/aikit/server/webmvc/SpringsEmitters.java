package studio.ainative.aikit.server.webmvc;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodParameter;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.method.support.AsyncHandlerMethodReturnValueHandler;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Keeps AI Kit's handler from the emitters below a path, as if it were not there.
 */
final class SpringsEmitters implements BeanPostProcessor {

	static final String PATH = "/spring";

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (bean instanceof RequestMappingHandlerAdapter adapter) {
			List<HandlerMethodReturnValueHandler> handlers = Objects.requireNonNull(adapter.getReturnValueHandlers());
			adapter.setReturnValueHandlers(handlers.stream().map(SpringsEmitters::keep).toList());
		}
		return bean;
	}

	private static HandlerMethodReturnValueHandler keep(HandlerMethodReturnValueHandler handler) {
		return (handler instanceof StreamingResponseReturnValueHandler own) ? new Kept(own) : handler;
	}

	private record Kept(StreamingResponseReturnValueHandler handler) implements AsyncHandlerMethodReturnValueHandler {

		@Override
		public boolean isAsyncReturnValue(@Nullable Object value, MethodParameter type) {
			return !(value instanceof SseEmitter && isBelowPath()) && this.handler.isAsyncReturnValue(value, type);
		}

		private static boolean isBelowPath() {
			return ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes()).getRequest()
				.getRequestURI()
				.startsWith(PATH);
		}

		@Override
		public boolean supportsReturnType(MethodParameter type) {
			return this.handler.supportsReturnType(type);
		}

		@Override
		public void handleReturnValue(@Nullable Object value, MethodParameter type, ModelAndViewContainer container,
				NativeWebRequest request) throws Exception {
			this.handler.handleReturnValue(value, type, container, request);
		}

	}

}
