package studio.ainative.aikit.provider;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
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
import studio.ainative.aikit.sse.SseDecoder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Chunks that are recognized mean what they mean when they are parsed. A chunk that has
 * more or less white space before it than the last one is never recognized, so the same
 * chunks with white space tell what is right.
 */
class FastPathTests {

	private static final long SEED = 20261127;

	private static final JsonMapper MAPPER = JsonMapper.shared();

	static final List<Provider> PROVIDERS = List.of(new OpenAIProvider(), new OpenAIResponsesProvider(),
			new AnthropicProvider(), new AiKitProvider());

	/** String literals as providers write them, and as they should not. */
	private static final List<String> LITERALS = List.of("\"Hel\"", "\"lo\"", "\"\"", "\" \"", "\"a\\nb\"", "\"\\n\"",
			"\"\\\"\"", "\"\\\\\"", "\"\\/\\b\\f\\r\\t\"", "\"é\"", "\"日本。\\n\"", "\"😀\"", "\"\\u00e9\"",
			"\"\\uD83D\\uDE00x\"", "\"\\ud83d\"", "\"\\ude00\\ud83d\"", "\"\\ud83d\\n\"", "\"\\u0000\"", "\"\\u001F\"",
			"\"\uFFFD\"", "\"\\ufffd\"", "\"assistant\"", "\"text_delta\"", "\"error\"", "\"stop\"", "\"\\u12\"",
			"\"\\x\"", "\"a\nb\"", "\"a\u0001b\"", "\"\\", "\"", "\"a\"b\"", "\"a\",\"b\":\"c\"", "\"a\",\"index\":9",
			"null", "7", "{}", "\"" + "long ".repeat(50) + "\"");

	private static final List<String> NUMBERS = List.of("0", "1", "41", "007", "-1", "999999999", "1000000000",
			"2147483647", "2147483648", "1.5", "1e3", "null", "\"3\"", "", "1 ", "12345678901234567890");

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void recordedAnswersMeanTheSame(Provider provider) {
		for (Recording recording : recordings(provider)) {
			assertSame(provider, chunks(recording));
		}
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void chunksOfOneShapeMeanTheSame(Provider provider) {
		Random random = new Random(SEED);
		for (Recording recording : recordings(provider)) {
			for (Recording.Frame frame : recording.frames()) {
				List<Recording.Frame> variants = variants(frame);
				for (int round = 0; round < 3 && !variants.isEmpty(); round++) {
					List<Chunk> chunks = new ArrayList<>(chunks(recording));
					int at = random.nextInt(chunks.size());
					for (int count = 0; count < 60; count++) {
						boolean varied = random.nextInt(4) > 0;
						chunks.add(at + count, chunk(varied ? variants.get(random.nextInt(variants.size())) : frame));
					}
					assertSame(provider, chunks);
				}
			}
		}
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void anyByteMayBeAnother(Provider provider) {
		Random random = new Random(SEED);
		for (Recording recording : recordings(provider)) {
			for (Recording.Frame frame : recording.frames()) {
				for (int round = 0; round < 40; round++) {
					List<Chunk> chunks = new ArrayList<>();
					for (int count = 0; count < 3; count++) {
						chunks.add(chunk(frame));
					}
					byte[] bytes = chunk(frame).data;
					for (int change = random.nextInt(2); change >= 0; change--) {
						bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
					}
					chunks.add(new Chunk(frame.event(), bytes));
					chunks.add(chunk(frame));
					assertSame(provider, chunks);
				}
			}
		}
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void anyByteMayBeMissing(Provider provider) {
		for (Recording recording : recordings(provider)) {
			for (Recording.Frame frame : recording.frames()) {
				byte[] bytes = chunk(frame).data;
				for (int length = 0; length < bytes.length; length += 1 + bytes.length / 60) {
					assertSame(provider, List.of(chunk(frame), chunk(frame),
							new Chunk(frame.event(), Arrays.copyOf(bytes, length)), chunk(frame)));
				}
			}
		}
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void anAnswerMayBeCutAnywhere(Provider provider) {
		for (Recording recording : recordings(provider)) {
			byte[] body = recording.body().getBytes(StandardCharsets.UTF_8);
			String whole = decode(provider, body, body.length);
			for (int cut = 1; cut < body.length; cut++) {
				assertThat(decode(provider, body, cut)).isEqualTo(whole);
			}
			assertThat(decode(provider, body, 1)).isEqualTo(whole);
		}
	}

	@ParameterizedTest
	@FieldSource("PROVIDERS")
	void readsTextWithoutParsing(Provider provider) {
		Recording.Frame frame = switch (provider.name()) {
			case "openai" -> new Recording.Frame("message",
					"{\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"},\"finish_reason\":null}],"
							+ "\"obfuscation\":\"aB3\"}");
			case "openai-responses" -> new Recording.Frame("response.output_text.delta",
					"{\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,"
							+ "\"delta\":\"Hel\",\"logprobs\":[],\"obfuscation\":\"aB3\",\"sequence_number\":0}");
			case "anthropic" -> new Recording.Frame("content_block_delta",
					"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}");
			default -> new Recording.Frame("token", "{\"token\":\"Hel\",\"index\":0}");
		};
		List<Chunk> chunks = new ArrayList<>();
		for (int count = 0; count < 1000; count++) {
			String data = frame.data()
				.replace("Hel", "t" + count % 10)
				.replace("aB3", "x".repeat(count % 7))
				.replace(":0}", ":" + count + "}");
			chunks.add(chunk(new Recording.Frame(frame.event(), data)));
		}
		List<StreamEvent> events = new ArrayList<>(chunks.size() + 1);
		ProviderAdapter adapter = provider.adapter(events::add);
		chunks.subList(0, 10).forEach((chunk) -> chunk.feed(adapter));
		long before = allocatedBytes();
		chunks.subList(10, chunks.size()).forEach((chunk) -> chunk.feed(adapter));
		long allocated = allocatedBytes() - before;
		assertThat(events).hasSizeGreaterThanOrEqualTo(1000);
		assertThat(events.get(events.size() - 1)).isEqualTo(new StreamEvent.Token("t9", 999));
		// An event, a string and its characters; a tree of JSON alone is 2,500
		assertThat(allocated / 990).isLessThan(150);
	}

	/**
	 * As servers may write what OpenAI writes: fields in another order, with white space,
	 * and with the text in a second place, where it means nothing.
	 */
	@Test
	void piecesOfResponsesMeanTheSameHoweverTheyAreWritten() {
		List<String> templates = List.of(
				"{'type':'response.output_text.delta','sequence_number':NUMBER,'item_id':'msg_1','output_index':0,"
						+ "'content_index':0,'delta':TEXT,'logprobs':[],'obfuscation':PADDING}",
				"{'obfuscation':PADDING,'delta':TEXT,'content_index':0,'output_index':0,'item_id':'msg_1',"
						+ "'sequence_number':NUMBER,'type':'response.output_text.delta'}",
				"{ 'type' : 'response.output_text.delta' , 'delta' : TEXT ,\n'obfuscation' : PADDING,"
						+ "'sequence_number' :NUMBER ,'output_index':0 }",
				"{'item_id':TEXT,'output_index':0,'delta':TEXT,'obfuscation':PADDING,'sequence_number':NUMBER}",
				"{'item_id':'a\\'delta\\':\\'Hel\\'b','output_index':0,'delta':TEXT,'sequence_number':NUMBER}",
				"{'output_index':0,'delta':TEXT,'obfuscation':TEXT,'sequence_number':NUMBER}",
				"{'output_index':0,'delta':'first','sequence_number':NUMBER,'delta':TEXT,'obfuscation':PADDING}",
				"{'output_index':0,'logprobs':[{'token':TEXT,'logprob':-0.1,'bytes':[72]}],'delta':TEXT}");
		List<String> literals = new ArrayList<>(LITERALS);
		for (int length = 0; length < 20; length++) {
			String text = "abcdefghijklmnopqrst".substring(0, length);
			for (String other : List.of("", "\\n", "\\\"", "é", "😀", "\u0001", "\"", "\\")) {
				literals.add("\"" + text + other + "\"");
				literals.add("\"" + text + other + "tail\"");
			}
		}
		Random random = new Random(SEED);
		Provider provider = new OpenAIResponsesProvider();
		for (String template : templates) {
			for (int round = 0; round < 40; round++) {
				List<Chunk> chunks = new ArrayList<>();
				for (int count = 0; count < 20; count++) {
					boolean odd = random.nextInt(4) == 0;
					String number = odd ? NUMBERS.get(random.nextInt(NUMBERS.size())) : String.valueOf(round + count);
					String data = template.replace('\'', '"')
						.replace("NUMBER", number)
						.replace("PADDING", odd ? literals.get(random.nextInt(literals.size())) : "\"q8ZsW3nRk0aT\"")
						.replace("TEXT", literals.get(random.nextInt(literals.size())));
					chunks.add(chunk(new Recording.Frame("response.output_text.delta", data)));
				}
				assertSame(provider, chunks);
			}
		}
	}

	@Test
	void textThatIsToldAgainIsNotReadAgain() {
		List<StreamEvent> events = new ArrayList<>();
		ProviderAdapter adapter = new OpenAIResponsesProvider().adapter(events::add);
		toldThrice(0, "Hello").forEach((chunk) -> chunk.feed(adapter));
		List<Chunk> chunks = toldThrice(1, "long ".repeat(20_000));
		long before = allocatedBytes();
		chunks.forEach((chunk) -> chunk.feed(adapter));
		long allocated = allocatedBytes() - before;
		assertThat(EventText.of(events)).isEqualTo("token 0/0 \"a piece\"\ntoken 0/1 \"a piece\"\n");
		// As two strings they would be 200,000 bytes
		assertThat(allocated).isLessThan(50_000);
	}

	/** An event that is known by its type alone is read as a whole. */
	@Test
	void textThatWasNotToldIsReadWhateverIsMissing() {
		Provider provider = new OpenAIResponsesProvider();
		Random random = new Random(SEED);
		for (Recording recording : recordings(provider)) {
			for (int round = 0; round < 50; round++) {
				List<Recording.Frame> left = recording.frames()
					.stream()
					.filter((frame) -> random.nextInt(3) > 0)
					.toList();
				List<Recording.Frame> nameless = left.stream()
					.map((frame) -> new Recording.Frame(frame.event().endsWith(".done") ? "message" : frame.event(),
							frame.data()))
					.toList();
				assertThat(read(provider, left.stream().map(FastPathTests::chunk).toList()))
					.isEqualTo(read(provider, nameless.stream().map(FastPathTests::chunk).toList()));
			}
		}
	}

	private static List<Chunk> toldThrice(int item, String text) {
		String place = "{\"output_index\":" + item + ",\"content_index\":0,";
		String part = "\"text\":\"" + text + "\"}";
		return List
			.of(new Recording.Frame("response.output_text.delta", place + "\"delta\":\"a piece\"}"),
					new Recording.Frame("response.output_text.done", place + part),
					new Recording.Frame("response.output_item.done",
							place + "\"item\":{\"type\":\"message\",\"content\":[{\"type\":\"output_text\"," + part
									+ "]}}"))
			.stream()
			.map(FastPathTests::chunk)
			.toList();
	}

	private static long allocatedBytes() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

	private static void assertSame(Provider provider, List<Chunk> chunks) {
		List<Chunk> spaced = new ArrayList<>();
		for (int i = 0; i < chunks.size(); i++) {
			spaced.add(chunks.get(i).after(1 + i % 2));
		}
		assertThat(read(provider, chunks)).isEqualTo(read(provider, spaced));
	}

	private static String read(Provider provider, List<Chunk> chunks) {
		List<StreamEvent> events = new ArrayList<>();
		ProviderAdapter adapter = provider.adapter(events::add);
		String failure = "";
		for (Chunk chunk : chunks) {
			try {
				chunk.feed(adapter);
			}
			catch (MalformedChunkException ex) {
				failure += ex.getMessage() + " after " + events.size() + "\n";
			}
		}
		boolean complete = adapter.isComplete();
		adapter.finish();
		return EventText.of(events) + failure + complete + adapter.isTerminated() + adapter.error();
	}

	private static String decode(Provider provider, byte[] body, int piece) {
		List<StreamEvent> events = new ArrayList<>();
		ProviderAdapter adapter = provider.adapter(events::add);
		SseDecoder decoder = new SseDecoder(1_000_000);
		boolean twoPieces = piece > 1;
		for (int start = 0; start < body.length;) {
			int length = (twoPieces && start > 0) ? body.length - start : piece;
			decoder.decode(body, start, Math.min(length, body.length - start),
					(frame) -> adapter.processChunk(frame.event(), frame.array(), frame.offset(), frame.length()));
			start += length;
		}
		return EventText.of(events) + adapter.isTerminated() + adapter.error();
	}

	private static List<Recording> recordings(Provider provider) {
		return Recording.names(provider).stream().map((name) -> Recording.of(provider.getClass(), name)).toList();
	}

	private static List<Chunk> chunks(Recording recording) {
		return recording.frames().stream().map(FastPathTests::chunk).toList();
	}

	private static Chunk chunk(Recording.Frame frame) {
		return new Chunk(frame.event(), frame.data().getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * The frame with one of its values replaced. What is no JSON then is meant to be
	 * none.
	 */
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
				for (String value : original.isNumber() ? NUMBERS : LITERALS) {
					object.putRawValue(name, new RawValue(value));
					variants.add(new Recording.Frame(event, MAPPER.writeValueAsString(root)));
				}
				object.set(name, original);
				vary(root, original, event, variants);
			}
		}
		if (node instanceof ArrayNode array) {
			for (JsonNode element : array) {
				vary(root, element, event, variants);
			}
		}
	}

	private static final class Chunk {

		private final String event;

		private final byte[] data;

		Chunk(String event, byte[] data) {
			this.event = event;
			this.data = data;
		}

		Chunk after(int spaces) {
			byte[] spaced = new byte[spaces + this.data.length];
			Arrays.fill(spaced, 0, spaces, (byte) ' ');
			System.arraycopy(this.data, 0, spaced, spaces, this.data.length);
			return new Chunk(this.event, spaced);
		}

		void feed(ProviderAdapter adapter) {
			adapter.processChunk(this.event, this.data, 0, this.data.length);
		}

	}

}
