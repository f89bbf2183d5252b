package studio.ainative.aikit.cache;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.provider.ProviderRequest;
import studio.ainative.aikit.provider.ToolDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What makes requests the same, and what doesn't.
 */
class CachedRequestTests {

	private static final String BASE = key(asked(List.of(Message.user("Hi")), "m", "Be kind.", Map.of("a", 1)));

	private static ProviderRequest asked(List<Message> messages, @Nullable String model, @Nullable String prompt,
			Map<String, Object> options, ToolDefinition... tools) {
		return new ProviderRequest(messages, model, prompt, options, List.of(tools));
	}

	private static CachedRequest request(ProviderRequest asked) {
		return new CachedRequest("openai", URI.create("http://a/v1"), "key", Map.of("h", "1"), asked);
	}

	private static String key(ProviderRequest asked) {
		return Objects.requireNonNull(request(asked).key("ann"));
	}

	static Stream<Arguments> isDifferent() {
		Message hi = Message.user("Hi");
		ProviderRequest same = asked(List.of(hi), "m", "Be kind.", Map.of("a", 1));
		return Stream.of(arguments("somebody else", request(same).key("ben")),
				arguments("everyone", request(same).key(null)), arguments("nobody's name", request(same).key("")),
				arguments("another format",
						new CachedRequest("ai-kit", URI.create("http://a/v1"), "key", Map.of("h", "1"), same)
							.key("ann")),
				arguments("another address",
						new CachedRequest("openai", URI.create("http://b/v1"), "key", Map.of("h", "1"), same)
							.key("ann")),
				arguments("another key",
						new CachedRequest("openai", URI.create("http://a/v1"), null, Map.of("h", "1"), same)
							.key("ann")),
				arguments("another header",
						new CachedRequest("openai", URI.create("http://a/v1"), "key", Map.of("h", "2"), same)
							.key("ann")),
				arguments("another model", key(asked(List.of(hi), "n", "Be kind.", Map.of("a", 1)))),
				arguments("no model", key(asked(List.of(hi), null, "Be kind.", Map.of("a", 1)))),
				arguments("another prompt", key(asked(List.of(hi), "m", "Be rude.", Map.of("a", 1)))),
				arguments("no prompt", key(asked(List.of(hi), "m", null, Map.of("a", 1)))),
				arguments("another option", key(asked(List.of(hi), "m", "Be kind.", Map.of("a", 2)))),
				arguments("an option as text", key(asked(List.of(hi), "m", "Be kind.", Map.of("a", "1")))),
				arguments("one more option", key(asked(List.of(hi), "m", "Be kind.", Map.of("a", 1, "b", 1)))),
				arguments("a tool",
						key(asked(List.of(hi), "m", "Be kind.", Map.of("a", 1),
								new ToolDefinition("t", "Does it.", Map.of())))),
				arguments("another text", key(asked(List.of(Message.user("Hi!")), "m", "Be kind.", Map.of("a", 1)))),
				arguments("another role", key(
						asked(List.of(Message.system("Hi")), "m", "Be kind.", Map.of("a", 1)))),
				arguments(
						"one more message", key(asked(List.of(hi, Message.assistant(
								"Yes?")), "m", "Be kind.", Map.of("a",
										1)))),
				arguments("a file",
						key(asked(
								List.of(Message.user("Hi",
										MessagePart.File.at("image/png", URI.create("https://a/1.png")))),
								"m", "Be kind.", Map.of("a", 1)))),
				arguments("another file", key(asked(
						List.of(Message.user("Hi", MessagePart.File.at("image/png", URI.create("https://a/2.png")))),
						"m", "Be kind.", Map.of("a", 1)))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void isDifferent(String name, String key) {
		assertThat(key).hasSize(64).isNotEqualTo(BASE);
	}

	/**
	 * Nodes of two releases share a cache. If this has to change, the version in the key
	 * has to.
	 */
	@Test
	void theKeyIsTheSameInEachRelease() {
		assertThat(BASE).isEqualTo("32b69504a85f29ed3371e4d0c0a99d4e7f4c350bde2e71681972939e80476b66");
	}

	@Test
	void allThatDifferDifferFromEachOther() {
		assertThat(isDifferent().map((arguments) -> arguments.get()[1])).doesNotHaveDuplicates();
	}

	@Test
	void idsTimesAndStatesOfMessagesAreNotSent() {
		Message message = new Message("id-7", Message.Role.USER, "Hi", Instant.EPOCH, Message.Status.FAILED);
		assertThat(key(asked(List.of(message), "m", "Be kind.", Map.of("a", 1)))).isEqualTo(BASE);
	}

	@Test
	void orderOfMapsAndTypesOfNumbersMakeNoDifference() {
		Map<String, Object> inner = new TreeMap<>(Map.of("x", 1L, "y", 2.0F));
		Map<String, Object> one = new LinkedHashMap<>();
		one.put("seed", 7);
		one.put("temperature", 0.2);
		one.put("format", inner);
		Map<String, Object> other = new LinkedHashMap<>();
		Map<String, Object> reversed = new LinkedHashMap<>();
		reversed.put("y", new BigDecimal("2.00"));
		reversed.put("x", 1);
		other.put("format", reversed);
		other.put("temperature", new BigDecimal("0.20"));
		other.put("seed", 7.0);
		List<Message> messages = List.of(Message.user("Hi"));
		assertThat(key(asked(messages, "m", null, one))).isEqualTo(key(asked(messages, "m", null, other)));
	}

	@Test
	void textCannotMoveFromOnePlaceToAnother() {
		assertThat(key(asked(List.of(Message.user("ab")), "c", "d", Map.of())))
			.isNotEqualTo(key(asked(List.of(Message.user("a")), "bc", "d", Map.of())));
		assertThat(key(asked(List.of(Message.user("a")), "m", null, Map.of("l", Arrays.asList("a", null)))))
			.isNotEqualTo(key(asked(List.of(Message.user("a")), "m", null, Map.of("l", List.of("a")))));
	}

	@Test
	void whatCannotBeComparedHasNoKey() {
		List<Object> itself = new ArrayList<>();
		itself.add(itself);
		assertThat(request(asked(List.of(Message.user("Hi")), "m", null, Map.of("a", new Object()))).key("ann"))
			.isNull();
		assertThat(request(asked(List.of(Message.user("Hi")), "m", null, Map.of("a", itself))).key("ann")).isNull();
	}

	@Test
	void hugeNumbersAreNotWrittenOut() {
		assertThat(key(asked(List.of(Message.user("Hi")), "m", null, Map.of("a", new BigDecimal("1E+999999999")))))
			.isNotEqualTo(key(asked(List.of(Message.user("Hi")), "m", null, Map.of("a", Double.NaN))));
	}

	@Test
	void showsNothing() {
		assertThat(request(asked(List.of(Message.user("Hi")), "m", "Be kind.", Map.of())))
			.hasToString("CachedRequest[provider=openai]");
	}

}
