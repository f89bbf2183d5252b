package studio.ainative.aikit.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.sse.Decoded;
import studio.ainative.aikit.sse.ReferenceParser;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.server.Answers.START;

/**
 * What can't be done to a reader by texts, over a real socket: nothing in them ends a
 * frame early, starts a field or adds a header, on whatever path they leave.
 */
public abstract class FramingContract {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final Set<String> HEADERS = Set.of("content-type", "cache-control", "connection",
			"x-accel-buffering", "transfer-encoding", "date", "keep-alive", "vary", "x-chat", "x-hostile");

	@LocalServerPort
	private int port;

	@Autowired
	private @Nullable Answers answers;

	protected final int port() {
		return this.port;
	}

	protected final Answers answers() {
		return Objects.requireNonNull(this.answers);
	}

	/** The paths of the stack on which bytes leave. */
	protected abstract List<String> paths();

	@BeforeEach
	void newScript() {
		answers().script = new Answers.Script();
	}

	@Test
	void keepsTheFramingOfHostileText() throws Exception {
		try (SseReader reader = SseReader.get(port(), "/hostile")) {
			String text = "\"data: a\\r\\nevent: b\\rid: c\\n\\n: d\\u0000\u2028\\ud800e\\\"\\\\\"";
			assertThat(reader.readAll()).isEqualTo(START + "event: token\nid: 1\ndata: {\"token\":" + text
					+ ",\"index\":0}\n\nevent: metadata\nid: 2\ndata: {" + text + ":[" + text + "]}\n\n" + """
							event: done
							data: {"timestamp":"2026-01-31T12:00:00.000Z","outcome":"complete"}

							""");
		}
	}

	@Test
	void givesEventsBackAsTheyWereWhateverTheirTexts() throws Exception {
		HostileTexts texts = new HostileTexts(1);
		for (int i = 0; i < 40; i++) {
			List<StreamEvent> events = texts.nextEvents();
			answers().script.hostile = events;
			for (String path : paths()) {
				List<Decoded.Frame> frames = read(path);
				assertThat(frames).extracting(Decoded.Frame::event)
					.as(path)
					.containsExactly("start", "token", "token", "metadata", "metadata", "metadata", "error", "done");
				for (int event = 0; event < events.size(); event++) {
					Decoded.Frame frame = frames.get(event + 1);
					assertThat(frame.id()).isEqualTo("" + (event + 1));
					assertThat(JSON.readTree(frame.data())).as(path).isEqualTo(json(events.get(event)));
				}
			}
		}
	}

	/** For formats of the application's own, which may put anything anywhere. */
	@Test
	void givesFramesBackAsTheyWereWhateverTheirTexts() throws Exception {
		HostileTexts texts = new HostileTexts(2);
		for (int i = 0; i < 20; i++) {
			List<StreamEvent> events = texts.nextRawEvents(50);
			answers().script.hostile = events;
			for (String path : paths()) {
				List<Decoded.Frame> expected = frames(events);
				List<Decoded.Frame> frames = read(path + "?raw=true");
				assertThat(frames).as(path).hasSameSizeAs(expected);
				for (int frame = 0; frame < frames.size(); frame++) {
					assertThat(plain(frames.get(frame))).as(path).isEqualTo(plain(expected.get(frame)));
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nid: 7", "a\rid: 7", "a\r\n\r\ndata: x", "a\0b" })
	void refusesNamesAndIdsThatAreNoLine(String text) throws Exception {
		for (StreamEvent event : List.of(HostileTexts.raw(text, null, "x"), HostileTexts.raw("name", text, "x"))) {
			answers().script.hostile = List.of(HostileTexts.raw("name", "1", "before"), event,
					HostileTexts.raw("name", "2", "after"));
			for (String path : paths()) {
				assertThat(read(path + "?raw=true")).as(path)
					.containsExactly(new Decoded.Frame("name", "1", "before"),
							new Decoded.Frame("error", "1", "failed"));
			}
		}
	}

	/** What is not refused at once reaches the reader as one header, or as none. */
	@Test
	void addsNoHeaderWhateverAHeadersValue() throws Exception {
		HostileTexts texts = new HostileTexts(3);
		int sent = 0;
		for (int i = 0; i < 300; i++) {
			String value = texts.next();
			if (isRefused(value)) {
				continue;
			}
			sent++;
			answers().script.header = value;
			for (String path : paths()) {
				if (path.endsWith("flux")) {
					continue; // Its headers are Spring's
				}
				try (SseReader reader = SseReader.get(port(), path)) {
					assertThat(reader.status()).as(path).startsWith("HTTP/1.1 200");
					assertThat(reader.headers().keySet()).as(path).isSubsetOf(HEADERS);
					assertThat(reader.headers().getOrDefault("x-hostile", "").strip()).isEqualTo(value.strip());
					assertThat(reader.readAll()).startsWith("event");
				}
			}
		}
		assertThat(sent).isGreaterThan(20);
	}

	private boolean isRefused(String value) {
		try {
			StreamingOptions.defaults().withHeader("X-Hostile", value);
			return false;
		}
		catch (IllegalArgumentException ex) {
			return true;
		}
	}

	private List<Decoded.Frame> read(String path) throws IOException {
		try (SseReader reader = SseReader.get(port(), path)) {
			Decoded decoded = ReferenceParser.parse(reader.readAll().getBytes(StandardCharsets.UTF_8));
			assertThat(decoded.unfinished()).isFalse();
			assertThat(decoded.reconnectionTime()).isNull();
			return decoded.frames();
		}
	}

	private static List<Decoded.Frame> frames(List<StreamEvent> events) {
		List<Decoded.Frame> frames = new ArrayList<>();
		String lastId = "";
		for (StreamEvent event : events) {
			Map<String, Object> values = ((StreamEvent.Metadata) event).values();
			String name = (String) values.get("event");
			String id = (String) values.get("id");
			lastId = (id != null) ? id : lastId;
			frames.add(new Decoded.Frame((name == null || name.isEmpty()) ? "message" : name,
					lastId.isEmpty() ? null : lastId, (String) values.get("data")));
		}
		return frames;
	}

	/**
	 * Line breaks are all alike to a reader, half characters don't survive UTF-8, and
	 * Spring's own writer gives up a space at the beginning.
	 */
	private static Decoded.Frame plain(Decoded.Frame frame) {
		return new Decoded.Frame(plain(frame.event()), plain(frame.id()), plain(frame.data()));
	}

	private static @Nullable String plain(@Nullable String text) {
		return (text != null) ? text.replaceAll("\r\n?", "\n")
			.replaceAll("[\\x{D800}-\\x{DFFF}\uFFFD]", "?")
			.replaceAll("(?m)^ +", "") : null;
	}

	private static JsonNode json(StreamEvent event) {
		Map<String, Object> values = new LinkedHashMap<>();
		if (event instanceof StreamEvent.Token token) {
			values.put("token", token.text());
			values.put("index", token.index());
			if (token.choice() != 0) {
				values.put("choice", token.choice());
			}
		}
		else if (event instanceof StreamEvent.Reasoning reasoning) {
			values.put("reasoning", reasoning.text());
		}
		else if (event instanceof StreamEvent.ToolCall call) {
			values.put("toolCall", Map.of("index", call.index(), "id", "" + call.id(), "name", "" + call.name(),
					"arguments", call.argumentsDelta()));
		}
		else if (event instanceof StreamEvent.Metadata metadata) {
			values.putAll(metadata.values());
		}
		else if (event instanceof StreamEvent.ErrorEvent error) {
			values.putAll(Map.of("error", error.error(), "code", error.code(), "details", error.details()));
		}
		return JSON.valueToTree(values);
	}

}
