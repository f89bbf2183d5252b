package studio.ainative.aikit.server;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.ConversionNotSupportedException;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import org.springframework.util.StringUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.server.ServerWebInputException;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.format.RefusalForm;

/**
 * What a request is answered that gets no stream: a status and
 * <a href="https://www.rfc-editor.org/rfc/rfc9457">problem details</a>, or the form that
 * its kind of client {@linkplain RefusalForm has of its own}, whatever the request
 * accepts. One that accepts event streams alone can't be told anything otherwise.
 *
 * @since 0.1.0
 */
public final class Refusal {

	private static final Log logger = LogFactory.getLog(StreamingResponse.class);

	private static final JsonMapper JSON = JsonMapper.builder()
		.addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
		.build();

	private final ProblemDetail problem;

	private final byte[] body;

	private final HttpHeaders headers = new HttpHeaders();

	private Refusal(ProblemDetail problem, HttpHeaders headers) {
		this.problem = problem;
		this.headers.putAll(headers);
		if (ResponseHead.isFollowedByBody("GET", problem.getStatus())) {
			this.body = JSON.writeValueAsBytes(problem);
			this.headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		}
		else {
			this.body = new byte[0];
		}
	}

	private Refusal(ProblemDetail problem, HttpHeaders headers, RefusalForm form, @Nullable String field) {
		String detail = problem.getDetail();
		this.problem = problem;
		this.body = form.body(problem.getStatus(), (detail != null) ? detail : String.valueOf(problem.getTitle()),
				field);
		this.headers.putAll(headers);
		form.headers(problem.getStatus()).forEach(this.headers::set);
		this.headers.set(HttpHeaders.CONTENT_TYPE, form.contentType());
	}

	private Refusal(EmptyChatException ex) {
		this.problem = ex.getBody();
		this.body = ex.body();
		this.headers.setContentType(MediaType.TEXT_EVENT_STREAM);
		this.headers.setCacheControl("no-cache, no-transform");
	}

	/**
	 * Find out whether an exception says what a request is to be answered.
	 * @param ex what was thrown before the response began
	 * @param handler what handles the request, {@code null} if that is not known. Where
	 * it is {@linkplain #isFor no method that streams}, only what {@code AIStream}
	 * refuses counts.
	 * @return the answer, {@code null} to leave it to others
	 */
	public static @Nullable Refusal of(Throwable ex, @Nullable Object handler) {
		if (ex instanceof EmptyChatException empty) {
			return new Refusal(empty);
		}
		ProblemDetail problem = (ex instanceof InvalidMessagesException) ? badRequest(ex.getMessage())
				: StreamingMethods.isStreaming(handler) ? problem(ex) : null;
		if (problem == null || problem.getStatus() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
			return null;
		}
		// Not the exception, which may quote the request
		logger.debug("A request was answered with " + problem.getStatus() + ": " + problem.getDetail());
		HttpHeaders headers = (ex instanceof ErrorResponse error) ? error.getHeaders() : HttpHeaders.EMPTY;
		RefusalForm form = ResponseHead.isFollowedByBody("GET", problem.getStatus()) ? RefusalForms.of(handler) : null;
		return (form != null) ? new Refusal(problem, headers, form, BodyFault.field(ex))
				: new Refusal(problem, headers);
	}

	/**
	 * Whether all that stands in a request's way is answered so.
	 * @param handler what handles the request
	 * @return whether it is a method that streams answers
	 */
	public static boolean isFor(@Nullable Object handler) {
		return StreamingMethods.isStreaming(handler);
	}

	private static @Nullable ProblemDetail problem(Throwable ex) {
		if (ex instanceof HttpMessageNotReadableException || isOfTheBody(ex)) {
			return badRequest(BodyFault.sentence(ex));
		}
		if (ex instanceof TypeMismatchException mismatch) {
			return (ex instanceof ConversionNotSupportedException) ? null : mistyped(name(mismatch));
		}
		if (ex instanceof ServerWebInputException input && ex.getCause() instanceof TypeMismatchException) {
			return mistyped(
					(input.getMethodParameter() != null) ? input.getMethodParameter().getParameterName() : null);
		}
		if (ex instanceof ErrorResponse error) {
			return problem(error);
		}
		ResponseStatus status = AnnotatedElementUtils.findMergedAnnotation(ex.getClass(), ResponseStatus.class);
		return (status != null) ? ProblemDetail.forStatusAndDetail(status.code(),
				StringUtils.hasText(status.reason()) ? status.reason() : null) : null;
	}

	private static boolean isOfTheBody(Throwable ex) {
		return ex.getClass() == ServerWebInputException.class && !(ex.getCause() instanceof TypeMismatchException);
	}

	/** Spring's own sentences for some quote the request or say too little. */
	private static ProblemDetail problem(ErrorResponse error) {
		HttpStatusCode status = error.getStatusCode();
		return switch (status.value()) {
			case 405 -> ProblemDetail.forStatusAndDetail(status, "This address is for requests of another method.");
			case 413 ->
				ProblemDetail.forStatusAndDetail(status, "The request's body is larger than this server accepts.");
			case 415 -> ProblemDetail.forStatusAndDetail(status,
					"The request's body must be JSON, and its Content-Type application/json.");
			default -> error.getBody();
		};
	}

	private static @Nullable String name(TypeMismatchException ex) {
		return (ex instanceof MethodArgumentTypeMismatchException argument) ? argument.getName() : ex.getPropertyName();
	}

	private static ProblemDetail mistyped(@Nullable String name) {
		return badRequest(
				((name != null) ? "'" + name + "'" : "A value of the request") + " has a value that is not allowed.");
	}

	private static ProblemDetail badRequest(@Nullable String detail) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, detail);
	}

	/**
	 * The status.
	 * @return the status
	 */
	public HttpStatusCode status() {
		return HttpStatusCode.valueOf(this.problem.getStatus());
	}

	/**
	 * The headers, the body's type among them.
	 * @return the headers
	 */
	public HttpHeaders headers() {
		return this.headers;
	}

	/**
	 * The body.
	 * @return text in UTF-8, empty for a status that has no body
	 */
	public byte[] body() {
		return this.body;
	}

}
