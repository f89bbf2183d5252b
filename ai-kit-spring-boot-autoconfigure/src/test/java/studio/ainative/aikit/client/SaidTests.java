package studio.ainative.aikit.client;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import studio.ainative.aikit.event.InvalidMessagesException;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SaidTests {

	private static final Message QUESTION = Message.user("Hi");

	private static final Message CALLS = Message.assistant("", new MessagePart.ToolCall("c1", "weather", "{}"),
			new MessagePart.ToolCall("c2", "time", "{}"));

	private static final Message RESULTS = Message.tool(new MessagePart.ToolResult("c2", "noon"),
			new MessagePart.ToolResult("c1", "sunny"));

	private static final Message FIRST = Message.tool(new MessagePart.ToolResult("c1", "sunny"));

	private static final Message SECOND = Message.tool(new MessagePart.ToolResult("c2", "noon"));

	static final List<List<Message>> WITHOUT_RESULTS = List.of(List.of(QUESTION, CALLS),
			List.of(QUESTION, CALLS, FIRST), List.of(QUESTION, CALLS, QUESTION, RESULTS),
			List.of(QUESTION, CALLS, FIRST, QUESTION), List.of(QUESTION, CALLS, CALLS, RESULTS));

	static final List<List<Message>> WITHOUT_CALLS = List.of(List.of(QUESTION, FIRST),
			List.of(QUESTION, CALLS, RESULTS, FIRST), List.of(QUESTION, CALLS, FIRST, FIRST), List.of(FIRST, QUESTION));

	@Test
	void takesCallsOfToolsWithTheirResults() {
		List<Message> together = List.of(QUESTION, CALLS, RESULTS);
		assertThat(Said.messages(together)).isEqualTo(together);
		List<Message> apart = List.of(QUESTION, CALLS, SECOND, FIRST, Message.assistant("Fine."), QUESTION);
		assertThat(Said.messages(apart)).isEqualTo(apart);
	}

	@Test
	void takesAnImageForAQuestion() {
		List<Message> image = List.of(Message.user("", MessagePart.File.of("image/png", new byte[] { 1 })));
		assertThat(Said.messages(image)).isEqualTo(image);
	}

	@ParameterizedTest
	@FieldSource("WITHOUT_RESULTS")
	void refusesCallsWithoutResults(List<Message> messages) {
		assertThatExceptionOfType(InvalidMessagesException.class).isThrownBy(() -> Said.messages(messages))
			.withMessage("A call of a tool must have its result in the messages after it");
	}

	@ParameterizedTest
	@FieldSource("WITHOUT_CALLS")
	void refusesResultsWithoutCalls(List<Message> messages) {
		assertThatExceptionOfType(InvalidMessagesException.class).isThrownBy(() -> Said.messages(messages))
			.withMessage("A result of a tool must follow the message with its call");
	}

	@Test
	void refusesCallsOfOneId() {
		Message twice = Message.assistant("", new MessagePart.ToolCall("c1", "weather", "{}"),
				new MessagePart.ToolCall("c1", "time", "{}"));
		assertThatExceptionOfType(InvalidMessagesException.class)
			.isThrownBy(() -> Said.messages(List.of(QUESTION, twice, FIRST)))
			.withMessage("Calls of tools must have ids of their own");
	}

}
