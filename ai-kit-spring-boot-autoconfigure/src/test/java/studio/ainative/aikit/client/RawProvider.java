package studio.ainative.aikit.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A provider on a loopback socket that writes its responses byte by byte, right or wrong,
 * and knows which connection each request came by. It speaks OpenAI's format: asked
 * {@code q7} it should answer {@code a7}.
 */
final class RawProvider implements AutoCloseable {

	private static final Pattern QUESTION = Pattern.compile("\"q(\\w+)\"");

	private final ServerSocket socket;

	private final Script script;

	private final Duration keepAlive;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final List<Call> calls = new CopyOnWriteArrayList<>();

	private RawProvider(Script script, Duration keepAlive) throws IOException {
		this.script = script;
		this.keepAlive = keepAlive;
		this.socket = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
		this.threads.execute(this::accept);
	}

	/**
	 * Start a provider that keeps connections for as long as its callers do.
	 */
	static RawProvider start(Script script) {
		return start(Duration.ZERO, script);
	}

	/**
	 * Start a provider.
	 * @param keepAlive after which time without a request it closes a connection
	 */
	static RawProvider start(Duration keepAlive, Script script) {
		try {
			return new RawProvider(script, keepAlive);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	URI uri() {
		return URI.create("http://127.0.0.1:" + this.socket.getLocalPort() + "/v1/chat");
	}

	/** The requests in the order of their arrival. */
	List<Call> calls() {
		return this.calls;
	}

	/** How many connections have brought a request. */
	long connections() {
		return this.calls.stream().map(Call::connection).distinct().count();
	}

	/** How many connections are open. */
	int open() {
		return this.open.size();
	}

	/** An event with the answer to a question, and the end of all events. */
	static String events(String answer) {
		return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + answer
				+ "\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
				+ "data: [DONE]\n\n";
	}

	/** A head for a body in chunks. */
	static String chunked() {
		return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
	}

	/** One chunk of a body. */
	static String chunk(String text) {
		return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
	}

	/** A whole response whose body has a length. */
	static String response(String status, String type, String body) {
		return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: "
				+ body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
	}

	/** A whole answer, as it should be. */
	static String answer(String text) {
		return chunked() + chunk(events(text)) + "0\r\n\r\n";
	}

	private void accept() {
		for (int connection = 0;; connection++) {
			try {
				Socket accepted = this.socket.accept();
				this.open.add(accepted);
				int number = connection;
				this.threads.execute(() -> serve(accepted, number));
			}
			catch (IOException | RejectedExecutionException ex) {
				return; // Closed
			}
		}
	}

	private void serve(Socket accepted, int connection) {
		try (accepted) {
			accepted.setTcpNoDelay(true);
			InputStream in = new BufferedInputStream(accepted.getInputStream());
			for (int number = 0;; number++) {
				String question = question(in);
				if (question == null) {
					return;
				}
				Call call = new Call(this, accepted, connection, number, question);
				this.calls.add(call);
				this.script.play(call);
				accepted.setSoTimeout((int) this.keepAlive.toMillis());
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// The caller has left, or has asked for nothing for a while
		}
		finally {
			this.open.remove(accepted);
		}
	}

	private static String question(InputStream in) throws IOException {
		String head = head(in);
		if (head == null) {
			return null;
		}
		Matcher length = Pattern.compile("content-length: (\\d+)").matcher(head.toLowerCase(Locale.ROOT));
		byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
		Matcher question = QUESTION.matcher(new String(body, StandardCharsets.UTF_8));
		return question.find() ? question.group(1) : "";
	}

	private static String head(InputStream in) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		String end = "\r\n\r\n";
		for (int matched = 0; matched < end.length();) {
			int value = in.read();
			if (value < 0) {
				return null;
			}
			head.write(value);
			matched = (value == end.charAt(matched)) ? matched + 1 : (value == '\r') ? 1 : 0;
		}
		return head.toString(StandardCharsets.ISO_8859_1);
	}

	@Override
	public void close() {
		try {
			this.socket.close();
			for (Socket accepted : this.open) {
				accepted.close();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.threads.shutdownNow();
	}

	/** What is written as the response to a request. */
	@FunctionalInterface
	interface Script {

		void play(Call call);

	}

	/**
	 * A request.
	 *
	 * @param connection the number of its connection
	 * @param number its number on that connection, from zero
	 * @param id what follows the q of the question
	 */
	record Call(RawProvider provider, Socket socket, int connection, int number, String id) {

		/** Sends in a packet of its own. */
		void send(String text) {
			send(text.getBytes(StandardCharsets.UTF_8));
		}

		/** Sends in a packet of its own. */
		void send(byte[] bytes) {
			try {
				this.socket.getOutputStream().write(bytes);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/** Closes the connection (FIN). */
		void close() {
			try {
				this.socket.close();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/** Resets the connection (RST). */
		void reset() {
			try {
				this.socket.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			close();
		}

	}

}
