package studio.ainative.aikit.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

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

	private @Nullable Done done;

	private @Nullable Thread thread;

	private boolean cancelled;

	private ToolRun(ToolFunction function, ToolInvocation invocation, int maxResultSize) {
		this.function = function;
		this.invocation = invocation;
		this.maxResultSize = maxResultSize;
	}

	/**
	 * Run a function.
	 * @param tools whose executor and limits it has
	 * @param function the function
	 * @param invocation what it is called with
	 * @param carried what its thread is to carry
	 * @return its result, never an error; cancelling interrupts it
	 */
	static Mono<ToolResult> of(Toolbox tools, ToolFunction function, ToolInvocation invocation,
			CarriedContext carried) {
		ToolLimits limits = tools.limits();
		return Mono.<ToolResult>create((sink) -> {
			ToolRun run = new ToolRun(function, invocation, limits.maxResultSize());
			run.done = sink::success;
			sink.onCancel(run::cancel);
			try {
				tools.executor().execute(carried.wrap(run));
			}
			catch (RejectedExecutionException ex) {
				sink.success(run.failed(BUSY));
			}
		}).timeout(limits.timeout(), Mono.fromSupplier(() -> late(invocation, limits.timeout())));
	}

	private static ToolResult late(ToolInvocation invocation, Duration timeout) {
		logger.warn("The tool '" + invocation.name() + "' did not end within " + timeout);
		return failed(invocation.callId(), invocation.name(),
				"The tool did not end within " + timeout.toMillis() / 1000.0 + " s.");
	}

	static ToolResult failed(String callId, String name, String sentence) {
		return new ToolResult(callId, name, sentence, true);
	}

	private ToolResult failed(String sentence) {
		return failed(this.invocation.callId(), this.invocation.name(), sentence);
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
		ToolResult result;
		try {
			result = result();
		}
		finally {
			end();
		}
		Done done = this.done;
		if (done != null) {
			done.with(result);
		}
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

	private ToolResult result() {
		try {
			Object value = this.function.call(this.invocation);
			String text = (value instanceof CharSequence words) ? text(words) : (value != null) ? json(value) : "";
			return (text != null) ? new ToolResult(this.invocation.callId(), this.invocation.name(), text, false)
					: failed("The tool's result has more than " + this.maxResultSize + " characters.");
		}
		catch (ToolInvocation.UnreadableArgumentsException ex) {
			return failed(NOT_FITTING);
		}
		catch (Exception | LinkageError | AssertionError | StackOverflowError ex) {
			log(ex);
			return failed(FAILED);
		}
	}

	private @Nullable String text(CharSequence words) {
		return (words.length() <= this.maxResultSize) ? words.toString() : null;
	}

	private @Nullable String json(Object value) {
		BoundedText text = new BoundedText(this.maxResultSize);
		try {
			Json.write(value, text);
		}
		catch (JacksonException ex) {
			if (text.isFull()) {
				return null;
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

	/** Takes the result. */
	@FunctionalInterface
	private interface Done {

		void with(ToolResult result);

	}

}
