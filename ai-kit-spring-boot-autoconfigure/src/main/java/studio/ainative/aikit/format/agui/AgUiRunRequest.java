package studio.ainative.aikit.format.agui;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import tools.jackson.databind.annotation.JsonDeserialize;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.format.WireFormat;

/**
 * What a client of <a href="https://docs.ag-ui.com/sdk/js/core/types">AG-UI</a> sends to
 * run an agent, for a controller's {@code @RequestBody}.
 * <p>
 * Fields and parts of messages that are not known are passed by, and so are
 * {@code state}, {@code context}, {@code forwardedProps} and messages of the roles
 * {@code reasoning} and {@code activity}, which are the front end's own. Images,
 * documents and calls of tools with their results are read; addresses are handed on and
 * never fetched. Sound and videos are refused with their name, as is what has the wrong
 * type or is too much: more than {@value #MAX_MESSAGES} messages, {@value #MAX_PARTS}
 * parts of one, or {@value #MAX_TOOLS} tools.
 *
 * @param threadId the conversation
 * @param runId this run of it
 * @param messages the conversation, oldest first, with their ids, not empty; the role
 * {@code developer} is read as {@code system}
 * @param tools the tools that the front end has, each an object with {@code name},
 * {@code description} and {@code parameters}, as JSON values
 * @since 0.1.0
 */
@JsonDeserialize(using = AgUiRunRequestReader.class)
public record AgUiRunRequest(String threadId, String runId, List<Message> messages, List<Map<String, Object>> tools) {

	/** How many messages are read: {@value}. Longer conversations are for no model. */
	public static final int MAX_MESSAGES = 2048;

	/** How many parts of one message are read: {@value}. */
	public static final int MAX_PARTS = 512;

	/** How many tools are read: {@value}. */
	public static final int MAX_TOOLS = 128;

	/**
	 * Copy what is mutable.
	 * @param threadId the conversation
	 * @param runId this run of it
	 * @param messages the conversation, oldest first, not empty
	 * @param tools the tools that the front end has
	 */
	public AgUiRunRequest {
		Objects.requireNonNull(threadId, "'threadId' must not be null");
		Objects.requireNonNull(runId, "'runId' must not be null");
		messages = List.copyOf(messages);
		tools = List.copyOf(tools);
	}

	/**
	 * What the answer to this request looks like.
	 * @return the format, which names thread and run as the request does
	 */
	public WireFormat format() {
		return new AgUiWireFormat(this.threadId, this.runId);
	}

	/**
	 * Nothing of what was said is in it.
	 */
	@Override
	public String toString() {
		return "AgUiRunRequest[messages=" + this.messages.size() + ", tools=" + this.tools.size() + "]";
	}

}
