package studio.ainative.aikit.format.agui;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.format.WireFormat;

/**
 * The events of <a href="https://docs.ag-ui.com/concepts/events">AG-UI</a> 1.0, which
 * CopilotKit and {@code @ag-ui/client} read:
 *
 * <pre>
 * data: {"type":"RUN_STARTED","threadId":"t1","runId":"r1"}
 * data: {"type":"TEXT_MESSAGE_START","messageId":"…","role":"assistant"}
 * data: {"type":"TEXT_MESSAGE_CONTENT","messageId":"…","delta":"Hel"}
 * data: {"type":"TEXT_MESSAGE_END","messageId":"…"}
 * data: {"type":"RUN_FINISHED","threadId":"t1","runId":"r1","usage":[{"inputTokens":9,"outputTokens":2,"totalTokens":11}]}
 * </pre>
 *
 * Reasoning has messages of its own, of the role {@code reasoning}; a call of a tool
 * belongs to the answer's message. A refusal is text. An answer that is not whole ends
 * with {@code RUN_ERROR}, and so does one that begins anew after its first text; nothing
 * follows either end. Of several choices the first is told. Costs, warnings and other
 * metadata are not carried.
 *
 * @since 0.1.0
 */
public final class AgUiWireFormat implements WireFormat {

	private final @Nullable String threadId;

	private final @Nullable String runId;

	/**
	 * Make a format for requests that name neither thread nor run: both are called by the
	 * answer's id. For one request's own, see {@link AgUiRunRequest#format()}.
	 */
	public AgUiWireFormat() {
		this(null, null);
	}

	/**
	 * Make a format.
	 * @param threadId the conversation, as the reader names it; {@code null} for the
	 * answer's id
	 * @param runId the run, as the reader names it; {@code null} for the answer's id
	 */
	public AgUiWireFormat(@Nullable String threadId, @Nullable String runId) {
		this.threadId = threadId;
		this.runId = runId;
	}

	@Override
	public String name() {
		return "ag-ui";
	}

	/** Thread and run, as the answer names them. */
	@Override
	public @Nullable String note() {
		return (this.threadId != null && this.runId != null) ? AgUiEncoder.run(this.threadId, this.runId) : null;
	}

	@Override
	public Encoder encoder() {
		return new AgUiEncoder(this.threadId, this.runId);
	}

}
