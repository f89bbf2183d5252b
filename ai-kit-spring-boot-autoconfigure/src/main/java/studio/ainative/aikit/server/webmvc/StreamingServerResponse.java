package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.util.Objects;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.context.request.async.AsyncWebRequest;
import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

import studio.ainative.aikit.server.FrameSource;

/**
 * A response as the answer of a functional route.
 */
final class StreamingServerResponse implements ServerResponse {

	private final FrameSource frames;

	StreamingServerResponse(FrameSource frames) {
		this.frames = frames;
	}

	@Override
	public HttpStatusCode statusCode() {
		return HttpStatus.OK;
	}

	@Override
	public HttpHeaders headers() {
		HttpHeaders headers = new HttpHeaders();
		this.frames.headers(false).forEach(headers::set);
		return headers;
	}

	@Override
	public MultiValueMap<String, Cookie> cookies() {
		return new LinkedMultiValueMap<>();
	}

	@Override
	public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
			throws ServletException, IOException {
		WebAsyncManager async = WebAsyncUtils.getAsyncManager(request);
		AsyncWebRequest asyncRequest = async.getAsyncWebRequest();
		if (asyncRequest == null) {
			asyncRequest = WebAsyncUtils.createAsyncWebRequest(request, response);
			async.setAsyncWebRequest(asyncRequest);
		}
		// Its response refuses what is written after the end of the request
		HttpServletResponse guarded = asyncRequest.getNativeResponse(HttpServletResponse.class);
		try {
			ServletStream.write(this.frames, HttpHeaders.EMPTY, request, Objects.requireNonNull(guarded),
					ServletStream.RequestEnd.IGNORED, async);
		}
		catch (ServletException | IOException | RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new ServletException("Asynchronous processing could not be started", ex);
		}
		return null;
	}

}
