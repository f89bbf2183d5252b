package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;

import studio.ainative.aikit.server.GzipEncoder;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.sse.SseEncoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a Servlet response leaves behind.
 */
class ServletStreamTests {

	private final GzipEncoder gzip = new GzipEncoder();

	private final StreamingResponse response = StreamingResponse.create(StreamingOptions.defaults());

	private final MockHttpServletRequest request = new MockHttpServletRequest();

	@Test
	void givesTheMemoryOfCompressionBackWhenTheContainerEndsTheRequest() throws Exception {
		this.request.setAsyncSupported(true);
		begin();
		assertThat(this.gzip.encode(new SseEncoder().appendComment("open"), false)).isNotEmpty();
		@Nullable MockAsyncContext context = (MockAsyncContext) this.request.getAsyncContext();
		Objects.requireNonNull(context).complete();
		assertReleased();
	}

	@Test
	void givesTheMemoryOfCompressionBackWhenTheContainerRefusesTheRequest() {
		assertThatIllegalStateException().isThrownBy(this::begin);
		assertReleased();
	}

	/** As Tomcat has forgotten the dispatch that was to be its end. */
	@Test
	void endsARequestThatFailsWhileItsEndIsUnderWay() throws Exception {
		this.request.setAsyncSupported(true);
		ServletStream stream = begin();
		MockAsyncContext context = Objects.requireNonNull((MockAsyncContext) this.request.getAsyncContext());
		stream.complete();
		assertThat(this.request.isAsyncStarted()).isTrue();
		for (AsyncListener listener : List.copyOf(context.getListeners())) {
			listener.onError(new AsyncEvent(context, new IOException("Connection reset")));
		}
		assertThat(this.request.isAsyncStarted()).isFalse();
		assertReleased();
	}

	private ServletStream begin() throws Exception {
		MockHttpServletResponse servlet = new MockHttpServletResponse();
		WebAsyncManager async = WebAsyncUtils.getAsyncManager(this.request);
		async.setAsyncWebRequest(WebAsyncUtils.createAsyncWebRequest(this.request, servlet));
		ServletStream stream = new ServletStream(this.response.frames(), servlet, this.gzip,
				ServletStream.RequestEnd.IGNORED);
		stream.begin(this.request, async);
		return stream;
	}

	private void assertReleased() {
		assertThat(this.gzip.encode(new SseEncoder().appendComment("closed"), false)).isEmpty();
		assertThat(this.response.isStreamActive()).isFalse();
	}

}
