package studio.ainative.aikit.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import studio.ainative.aikit.event.StreamEvent.ToolResult;
import studio.ainative.aikit.provider.wire.Json;

/**
 * One run of a function. Whatever it does, there is a result, unless it is cancelled:
 * then its thread is interrupted. An exception's text may hold anything, so neither model
 * nor log is told it.
 */
final class ToolRun implements Runnable {

	static final String NO_ARGUMENTS = "{}";

	static final String UNKNOWN = "There is no tool of this name.";

	static final String NO_OBJECT = "The arguments are no JSON object.";

	static final String NOT_FITTING = "The arguments do not fit the tool.";

	static final String FAILED = "The tool has failed.";

	static final String BUSY = "The tool can't be run now.";

	static final String CUT = "The answer ended before the call was complete.";

	private static final Log logger = LogFactory.getLog(AIStream.class);

	private final ToolFunction function;

	private final ToolInvocation invocation;

	private final int maxResultSize;

	private final CallObserver.ObservedTool observed;

	private final Consumer<Ended> done;

	private @Nullable Thread thread;

	private boolean cancelled;

	private ToolRun(ToolFunction function, ToolInvocation invocation, int maxResultSize,
			CallObserver.ObservedTool observed, Consumer<Ended> done) {
		this.function = function;
		this.invocation = invocation;
		this.maxResultSize = maxResultSize;
		this.observed = observed;
		this.done = done;
	}

	/**
	 * Run a function.
	 * @param tools whose executor and limits it has
	 * @param function the function
	 * @param invocation what it is called with
	 * @param carried what its thread is to carry
	 * @param observed is told of the run
	 * @return its result, never an error; cancelling interrupts it
	 */
	static Mono<ToolResult> of(Toolbox tools, ToolFunction function, ToolInvocation invocation, CarriedContext carried,
			CallObserver.ObservedTool observed) {
		ToolLimits limits = tools.limits();
		return Mono.<Ended>create((sink) -> {
			ToolRun run = new ToolRun(function, invocation, limits.maxResultSize(), observed, sink::success);
			sink.onCancel(run::cancel);
			try {
				tools.executor().execute(carried.wrap(run));
			}
			catch (RejectedExecutionException ex) {
				sink.success(run.failed(BUSY, ex));
			}
		})
			.timeout(limits.timeout(), Mono.fromSupplier(() -> late(invocation, limits.timeout())))
			.doOnNext((ended) -> observed.ends(ended.failure()))
			.doOnCancel(() -> observed.ends(new CancellationException()))
			.map(Ended::result);
	}

	private static Ended late(ToolInvocation invocation, Duration timeout) {
		logger.warn("The tool '" + invocation.name() + "' did not end within " + timeout);
		return new Ended(failed(invocation.callId(), invocation.name(),
				"The tool did not end within " + timeout.toMillis() / 1000.0 + " s."), new TimeoutException());
	}

	static ToolResult failed(String callId, String name, String sentence) {
		return new ToolResult(callId, name, sentence, true);
	}

	private Ended failed(String sentence, Throwable failure) {
		return new Ended(failed(this.invocation.callId(), this.invocation.name(), sentence), failure);
	}

	/**
	 * Look at what a model has written as arguments.
	 * @param arguments what it has written
	 * @return JSON text of an object, {@code null} if it is none
	 */
	static @Nullable String object(String arguments) {
		if (arguments.isBlank()) {
			return NO_ARGUMENTS;
		}
		byte[] text = arguments.getBytes(StandardCharsets.UTF_8);
		JsonNode node = Json.parse(text, 0, text.length);
		return (node != null && node.isObject()) ? arguments : null;
	}

	@Override
	public void run() {
		synchronized (this) {
			if (this.cancelled) {
				return;
			}
			this.thread = Thread.currentThread();
		}
		Ended ended;
		try {
			ended = call();
		}
		finally {
			end();
		}
		this.done.accept(ended);
	}

	/** An interrupt is meant for the function only: what comes after must not see it. */
	private synchronized void end() {
		this.thread = null;
		if (this.cancelled) {
			Thread.interrupted();
		}
	}

	private synchronized void cancel() {
		this.cancelled = true;
		if (this.thread != null) {
			this.thread.interrupt();
		}
	}

	private Ended call() {
		CallObserver.Scope scope = this.observed.openScope();
		try {
			String text = text(this.function.call(this.invocation));
			return new Ended(new ToolResult(this.invocation.callId(), this.invocation.name(), text, false), null);
		}
		catch (ToolInvocation.UnreadableArgumentsException ex) {
			return failed(NOT_FITTING, ex);
		}
		catch (ResultTooLargeException ex) {
			return failed("The tool's result has more than " + this.maxResultSize + " characters.", ex);
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			log(ex);
			return failed(FAILED, ex);
		}
		finally {
			scope.close();
		}
	}

	private String text(@Nullable Object value) {
		if (value instanceof CharSequence words) {
			if (words.length() > this.maxResultSize) {
				throw new ResultTooLargeException();
			}
			return words.toString();
		}
		return (value != null) ? json(value) : "";
	}

	private String json(Object value) {
		BoundedText text = new BoundedText(this.maxResultSize);
		try {
			Json.write(value, text);
		}
		catch (JacksonException ex) {
			if (text.isFull()) {
				throw new ResultTooLargeException();
			}
			throw ex;
		}
		return text.toString();
	}

	/** Who left it cancelled is no news. */
	private synchronized void log(Throwable ex) {
		if (!this.cancelled) {
			logger.warn("The tool '" + this.invocation.name() + "' has failed with " + ex.getClass().getName());
			logger.debug("Details of the failure", ex);
		}
	}

	/**
	 * How a run ended.
	 *
	 * @param result what the model is told
	 * @param failure why that is no result, {@code null} if it is one
	 */
	private record Ended(ToolResult result, @Nullable Throwable failure) {
	}

	/** The function has returned more than the model is to read. */
	private static final class ResultTooLargeException extends RuntimeException {

		ResultTooLargeException() {
			super("The result is too large");
		}

	}

}
