package studio.ainative.aikit.log.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.awaitility.Awaitility.await;

/**
 * What a Redis is asked, as its {@code MONITOR} tells.
 */
public final class RedisMonitor implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Pattern LINE = Pattern.compile("^\\+?[0-9.]+ \\[[0-9]+ ([^]]+)] (.*)$");

	private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

	private static final Pattern ESCAPE = Pattern.compile("\\\\(?:x([0-9a-f]{2})|(.))");

	private final RedisServer server;

	private final Socket socket;

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private RedisMonitor(RedisServer server, Socket socket) {
		this.server = server;
		this.socket = socket;
	}

	/** Listen to what a server is asked from now on. */
	public static RedisMonitor of(RedisServer server) throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
		socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
		RedisMonitor monitor = new RedisMonitor(server, socket);
		Thread thread = new Thread(monitor::listen, "redis-monitor");
		thread.setDaemon(true);
		thread.start();
		await().atMost(TIMEOUT).until(() -> monitor.lines.contains("+OK"));
		return monitor;
	}

	private void listen() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
			reader.lines().forEach(this.lines::add);
		}
		catch (IOException | RuntimeException ex) {
			// Closed
		}
	}

	/** All that it was asked so far, in order, but for what this class asks. */
	public List<Call> calls() {
		String mark = UUID.randomUUID().toString();
		this.server.run((redis) -> redis.echo(mark));
		await().atMost(TIMEOUT).until(() -> this.lines.stream().anyMatch((line) -> line.contains(mark)));
		List<Call> calls = new ArrayList<>();
		for (String line : this.lines) {
			Matcher matcher = LINE.matcher(line);
			if (matcher.matches()) {
				List<String> words = words(matcher.group(2));
				if (matcher.group(1).equals("lua")) {
					calls.get(calls.size() - 1).inner().add(words);
				}
				else if (!words.get(0).equalsIgnoreCase("ECHO")) {
					calls.add(new Call(words, new ArrayList<>()));
				}
			}
		}
		return calls;
	}

	private static List<String> words(String text) {
		return WORD.matcher(text)
			.results()
			.map((word) -> ESCAPE.matcher(word.group(1))
				.replaceAll((escape) -> Matcher.quoteReplacement(plain(escape))))
			.toList();
	}

	private static String plain(MatchResult escape) {
		if (escape.group(1) != null) {
			return String.valueOf((char) Integer.parseInt(escape.group(1), 16));
		}
		return switch (escape.group(2)) {
			case "n" -> "\n";
			case "r" -> "\r";
			case "t" -> "\t";
			case "a" -> "\u0007";
			case "b" -> "\b";
			default -> escape.group(2);
		};
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	/**
	 * A command that a client has sent.
	 *
	 * @param words its words, the first of which says what to do
	 * @param inner what it has done if it is a script
	 */
	public record Call(List<String> words, List<List<String>> inner) {

		/** What was to be done, in capitals. */
		public String name() {
			return this.words.get(0).toUpperCase(Locale.ROOT);
		}

	}

}
