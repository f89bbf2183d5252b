package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The requests that the container has begun and not ended.
 */
final class Requests implements Filter {

	private final Map<String, AtomicInteger> active = new ConcurrentHashMap<>();

	int active(String path) {
		return of(path).get();
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		AtomicInteger same = of(((HttpServletRequest) request).getRequestURI());
		same.incrementAndGet();
		try {
			chain.doFilter(request, response);
		}
		finally {
			if (request.isAsyncStarted()) {
				request.getAsyncContext().addListener(new End(same));
			}
			else {
				same.decrementAndGet();
			}
		}
	}

	private AtomicInteger of(String path) {
		return this.active.computeIfAbsent(path, (unused) -> new AtomicInteger());
	}

	private record End(AtomicInteger same) implements AsyncListener {

		@Override
		public void onComplete(AsyncEvent event) {
			this.same.decrementAndGet();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
		}

		@Override
		public void onError(AsyncEvent event) {
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			// Registrations end when a request starts again
			event.getAsyncContext().addListener(this);
		}

	}

}
