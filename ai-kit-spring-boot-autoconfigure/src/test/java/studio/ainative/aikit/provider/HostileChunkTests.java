package studio.ainative.aikit.provider;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Answers of servers that are broken, or mean harm.
 */
class HostileChunkTests {

	private static final long SEED = 20260131;

	private static final JsonMapper MAPPER = JsonMapper.shared();

	private static final List<String> VALUES = List.of("null", "true", "0", "-1", "7", "3000000000", "-9e99", "1e999",
			"1E-2147483647", "123456789012345678901234567890", "1.5", "\"\"", "\"x\"", "\"error\"", "[]", "[null]",
			"[[1]]", "[{}]", "{}", "{\"type\":\"text\"}", "\"\\ud83d\"");

	static final List<Provider> PROVIDERS = List.of(new OpenAIProvider(), new OpenAIResponsesProvider(),
			new AnthropicProvider(), new AiKitProvider());

	private static final Map<String, List<String>> RECORDINGS = Map.of("openai",
			List.of("text", "tools", "choices", "mistral", "perplexity", "openrouter-error", "function-call"),
			"openai-responses",
			List.of("responses/text", "responses/tools", "responses/phases", "responses/custom-tool",
					"responses/first-error"),
			"anthropic", List.of("text", "tools", "thinking", "cache", "error"), "ai-kit",
			List.of("java-server", "npm-server", "bare", "error", "retry"));

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void everyFieldMayBeOfAnyType(Provider provider) {
		for (Recording recording : recordings(provider)) {
			for (int frame = 0; frame < recording.frames().size(); frame++) {
				for (Recording.Frame variant : variants(recording.frames().get(frame))) {
					List<Recording.Frame> frames = new ArrayList<>(recording.frames());
					frames.set(frame, variant);
					feed(provider, frames);
				}
			}
		}
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void anyByteMayBeAnother(Provider provider) {
		Random random = new Random(SEED);
		List<Recording> recordings = recordings(provider);
		for (int round = 0; round < 2_000; round++) {
			Recording recording = recordings.get(random.nextInt(recordings.size()));
			List<Recording.Frame> frames = new ArrayList<>(recording.frames());
			int frame = random.nextInt(frames.size());
			byte[] data = frames.get(frame).data().getBytes(StandardCharsets.UTF_8);
			for (int change = random.nextInt(3); change >= 0; change--) {
				data[random.nextInt(data.length)] = (byte) random.nextInt(256);
			}
			String mutated = new String(data, StandardCharsets.ISO_8859_1);
			frames.set(frame, new Recording.Frame(frames.get(frame).event(), mutated));
			feed(provider, frames);
			feedBytes(provider, data);
			assertThat(provider.readError(data)).isNotNull();
		}
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void depthIsLimited(Provider provider) {
		feedBytes(provider, "[".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII));
		feedBytes(provider, "{\"a\":".repeat(400_000).getBytes(StandardCharsets.US_ASCII));
		feedBytes(provider, ("{\"x\":" + "9".repeat(100_000) + "}").getBytes(StandardCharsets.US_ASCII));
	}

	private static void feed(Provider provider, List<Recording.Frame> frames) {
		ProviderAdapter adapter = provider.adapter(HostileChunkTests::check);
		try {
			frames.forEach((frame) -> frame.feed(adapter));
		}
		catch (MalformedChunkException ex) {
			assertThat(ex).hasNoCause();
		}
		adapter.finish();
	}

	private static void feedBytes(Provider provider, byte[] data) {
		ProviderAdapter adapter = provider.adapter(HostileChunkTests::check);
		try {
			adapter.processChunk("message", data, 0, data.length);
		}
		catch (MalformedChunkException ex) {
			assertThat(ex).hasNoCause();
		}
	}

	private static void check(StreamEvent event) {
		if (event instanceof StreamEvent.Token token) {
			assertThat(token.text()).isNotEmpty();
		}
		if (event instanceof StreamEvent.Metadata metadata) {
			assertThat(metadata.values()).isNotEmpty();
		}
	}

	private static List<Recording> recordings(Provider provider) {
		return RECORDINGS.getOrDefault(provider.name(), List.of())
			.stream()
			.map((name) -> Recording.of(provider.getClass(), name))
			.toList();
	}

	private static List<Recording.Frame> variants(Recording.Frame frame) {
		List<Recording.Frame> variants = new ArrayList<>();
		if (frame.data().startsWith("{")) {
			JsonNode root = MAPPER.readTree(frame.data());
			vary(root, root, frame.event(), variants);
		}
		return variants;
	}

	private static void vary(JsonNode root, JsonNode node, String event, List<Recording.Frame> variants) {
		if (node instanceof ObjectNode object) {
			for (String name : List.copyOf(object.propertyNames())) {
				JsonNode original = object.get(name);
				for (String value : VALUES) {
					object.putRawValue(name, new RawValue(value));
					variants.add(new Recording.Frame(event, MAPPER.writeValueAsString(root)));
				}
				object.set(name, original);
				vary(root, original, event, variants);
			}
		}
		if (node instanceof ArrayNode array) {
			for (int index = 0; index < array.size(); index++) {
				JsonNode original = array.get(index);
				for (String value : VALUES) {
					array.set(index, MAPPER.getNodeFactory().rawValueNode(new RawValue(value)));
					variants.add(new Recording.Frame(event, MAPPER.writeValueAsString(root)));
				}
				array.set(index, original);
				vary(root, original, event, variants);
			}
		}
	}

}
