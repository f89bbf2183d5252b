package studio.ainative.aikit.server.webmvc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.server.Fingerprint;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * Takes the fingerprint of requests that have an {@code Idempotency-Key}, while their
 * body is read. Others are not touched.
 *
 * @since 0.1.0
 */
public final class FingerprintFilter implements Filter {

	private static final String ATTRIBUTE = FingerprintFilter.class.getName();

	/**
	 * Make the filter.
	 */
	public FingerprintFilter() {
	}

	static String fingerprint(HttpServletRequest request) {
		return (request.getAttribute(ATTRIBUTE) instanceof Fingerprint fingerprint) ? fingerprint.value() : "";
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (request instanceof HttpServletRequest http && request.getAttribute(ATTRIBUTE) == null
				&& http.getHeader(StreamingResponses.IDEMPOTENCY_KEY_HEADER) != null) {
			Fingerprint fingerprint = new Fingerprint(http.getMethod(), http.getRequestURI(), http.getQueryString());
			request.setAttribute(ATTRIBUTE, fingerprint);
			chain.doFilter(new ObservedRequest(http, fingerprint), response);
		}
		else {
			chain.doFilter(request, response);
		}
	}

	/**
	 * A request whose body is looked at on its way.
	 */
	private static final class ObservedRequest extends HttpServletRequestWrapper {

		private final Fingerprint fingerprint;

		private @Nullable ObservedBody body;

		ObservedRequest(HttpServletRequest request, Fingerprint fingerprint) {
			super(request);
			this.fingerprint = fingerprint;
		}

		@Override
		public ServletInputStream getInputStream() throws IOException {
			if (this.body == null) {
				this.body = new ObservedBody(super.getInputStream(), this.fingerprint);
			}
			return this.body;
		}

		@Override
		public BufferedReader getReader() throws IOException {
			Charset charset = (getCharacterEncoding() != null) ? Charset.forName(getCharacterEncoding())
					: StandardCharsets.ISO_8859_1;
			return new BufferedReader(new InputStreamReader(getInputStream(), charset));
		}

	}

	/**
	 * A body that is looked at on its way.
	 */
	private static final class ObservedBody extends ServletInputStream {

		private final ServletInputStream body;

		private final Fingerprint fingerprint;

		ObservedBody(ServletInputStream body, Fingerprint fingerprint) {
			this.body = body;
			this.fingerprint = fingerprint;
		}

		@Override
		public int read() throws IOException {
			int next = this.body.read();
			if (next >= 0) {
				this.fingerprint.add(new byte[] { (byte) next }, 0, 1);
			}
			return next;
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			int count = this.body.read(target, offset, length);
			if (count > 0) {
				this.fingerprint.add(target, offset, count);
			}
			return count;
		}

		@Override
		public boolean isFinished() {
			return this.body.isFinished();
		}

		@Override
		public boolean isReady() {
			return this.body.isReady();
		}

		@Override
		public void setReadListener(ReadListener listener) {
			this.body.setReadListener(listener);
		}

	}

}
