package studio.ainative.aikit.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Sinks;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.autoconfigure.ResumeServer.ChatController;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.StreamEvent.ErrorEvent;
import studio.ainative.aikit.event.StreamEvent.Metadata;
import studio.ainative.aikit.event.StreamEvent.Reasoning;
import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.event.StreamEvent.ToolCall;
import studio.ainative.aikit.event.StreamEvent.UsageReport;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.log.redis.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A reader whose connection is cut at a random byte, over and over: what it has put
 * together in the end is what a reader gets who was never cut.
 */
class RandomCutTests {

	private static final int CUTS = 1000;

	/** With {@code -Dredis.cuts=1000} as many. */
	private static final int CUTS_IN_REDIS = Integer.getInteger("redis.cuts", 200);

	private static final int TIMEOUT = 20_000;

	private final Random random = new Random(15);

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void putsTheAnswerTogether(WebApplicationType type) throws Exception {
		try (ResumeServer server = ResumeServer.start(type, null)) {
			readInPieces(CUTS, server);
		}
	}

	/** Each time from another node, or from that which makes the answer. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void putsTheAnswerTogetherThatIsInRedis(WebApplicationType type) throws Exception {
		try (RedisServer redis = RedisServer.start();
				ResumeServer one = inRedis(type, redis);
				ResumeServer other = inRedis(type, redis)) {
			readInPieces(CUTS_IN_REDIS, one, other);
			assertThat(other.chat().calls).hasValue(0);
		}
	}

	private static ResumeServer inRedis(WebApplicationType type, RedisServer redis) {
		return ResumeServer.start(type, null, "ai-kit.response.resume.store=redis",
				"spring.data.redis.port=" + redis.port());
	}

	private void readInPieces(int least, ResumeServer... nodes) throws IOException {
		int cuts = 0;
		for (int i = 0; cuts < least; i++) {
			cuts += readInPieces("answer-" + i, nodes);
		}
		assertThat(nodes[0].chat().cancels).hasValue(0);
	}

	private int readInPieces(String name, ResumeServer... nodes) throws IOException {
		ChatController chat = nodes[0].chat();
		ResumeServer node = nodes[0];
		List<StreamEvent> events = events();
		Map<String, String> got = new LinkedHashMap<>();
		String path = "/chat/" + name;
		String id = "";
		String cursor = null;
		int cuts = 0;
		int fed = 0;
		boolean done = false;
		while (!done) {
			try (Socket socket = connect(node, path, cursor)) {
				InputStream input = socket.getInputStream();
				String head = head(input);
				id = id.isEmpty() ? id(head) : id;
				assertThat(id(head)).isEqualTo(id);
				int limit = 1 + this.random.nextInt(1200);
				ByteArrayOutputStream body = new ByteArrayOutputStream();
				int next = 0;
				while (body.size() < limit && next >= 0) {
					if (input.available() == 0 && fed <= events.size()) {
						feed(chat, name, events, fed);
						fed++;
					}
					next = input.read();
					if (next >= 0) {
						body.write(next);
					}
				}
				socket.setSoLinger(true, 0);
				done = take(body.toByteArray(), got);
			}
			cursor = got.keySet().stream().reduce(null, (one, other) -> other);
			path = "/ai-kit/streams/" + id;
			node = nodes[this.random.nextInt(nodes.length)];
			cuts++;
		}
		Map<String, String> whole = new LinkedHashMap<>();
		try (Socket socket = connect(node, path, null)) {
			head(socket.getInputStream());
			assertThat(take(socket.getInputStream().readAllBytes(), whole)).isTrue();
		}
		assertThat(got).isEqualTo(whole).hasSize(events.size() + 2);
		assertThat(List.copyOf(got.keySet())).startsWith("0", "1", "2").endsWith("" + events.size(), "done");
		return cuts;
	}

	/**
	 * Take the events that came whole.
	 * @return whether the last one is there
	 */
	private static boolean take(byte[] chunks, Map<String, String> events) {
		byte[] body = body(chunks);
		int end = body.length;
		while (end > 0 && !(end > 1 && body[end - 1] == '\n' && body[end - 2] == '\n')) {
			end--;
		}
		boolean done = false;
		for (String block : new String(body, 0, end, StandardCharsets.UTF_8).split("\n\n", -1)) {
			if (block.startsWith("event: ")) {
				done = block.startsWith("event: done\n");
				String id = done ? "done" : block.lines().skip(1).findFirst().orElseThrow().substring("id: ".length());
				assertThat(events.put(id, block)).as("event %s came twice", id).isNull();
			}
		}
		return done;
	}

	/** What is in the chunks, of which the last may be cut anywhere. */
	private static byte[] body(byte[] chunks) {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		int start = 0;
		int end = lineEnd(chunks, start);
		while (end < chunks.length) {
			int size = Integer.parseInt(new String(chunks, start, end - 1 - start, StandardCharsets.US_ASCII), 16);
			body.write(chunks, end + 1, Math.min(size, chunks.length - end - 1));
			start = end + 1 + size + 2;
			end = (size > 0) ? lineEnd(chunks, start) : chunks.length;
		}
		return body.toByteArray();
	}

	private static int lineEnd(byte[] bytes, int start) {
		int end = start;
		while (end < bytes.length && bytes[end] != '\n') {
			end++;
		}
		return Math.min(end, bytes.length);
	}

	private static void feed(ChatController chat, String name, List<StreamEvent> events, int index) {
		if (index < events.size()) {
			chat.source(name).emitNext(events.get(index), Sinks.EmitFailureHandler.FAIL_FAST);
		}
		else {
			chat.end(name);
		}
	}

	private static List<StreamEvent> events() {
		List<StreamEvent> events = new ArrayList<>();
		events.add(new Metadata(Map.of("model", "gpt-4.1")));
		for (String thought : List.of("思", "🤔 hm", "\n\n")) {
			events.add(new Reasoning(thought));
		}
		for (int i = 0; i < 40; i++) {
			events.add(new Token(List.of("a", "😀", "é\n", "漢字", "data: x\n\n", "\"\\").get(i % 6) + i, i));
		}
		events.add(new ToolCall(0, "call_1", "weather", "{\"city\":"));
		events.add(new ToolCall(0, null, null, "\"Zürich 🏔\"}"));
		events.add(new UsageReport(Usage.of(9, 40)));
		events.add(new ErrorEvent("The answer could not be completed.", "RATE_LIMIT", Map.of("after", 3)));
		return events;
	}

	private static Socket connect(ResumeServer server, String path, @Nullable String cursor) throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
		socket.setSoTimeout(TIMEOUT);
		String lastEventId = (cursor != null) ? "Last-Event-ID: " + cursor + "\r\n" : "";
		socket.getOutputStream()
			.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + lastEventId + "\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static String head(InputStream input) throws IOException {
		StringBuilder head = new StringBuilder();
		while (!head.toString().endsWith("\r\n\r\n")) {
			int next = input.read();
			assertThat(next).isNotNegative();
			head.append((char) next);
		}
		assertThat(head).contains(" 200 ");
		return head.toString();
	}

	private static String id(String head) {
		return head.lines()
			.filter((line) -> line.regionMatches(true, 0, "AI-Kit-Stream-Id: ", 0, 18))
			.map((line) -> line.substring(18))
			.findFirst()
			.orElseThrow();
	}

}
