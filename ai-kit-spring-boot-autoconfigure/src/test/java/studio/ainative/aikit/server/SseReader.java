package studio.ainative.aikit.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Reads a response over a socket of its own, as it arrives, and leaves when told to.
 * Every read gives up after ten seconds.
 */
public final class SseReader implements AutoCloseable {

	private static final int TIMEOUT = 30_000;

	private final Socket socket;

	private final InputStream input;

	private final String status;

	private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private boolean inChunk;

	private boolean ended;

	private boolean whole;

	private SseReader(Socket socket, String path, String version, String header) throws IOException {
		this(socket, "GET", path, version, header, "");
	}

	private SseReader(Socket socket, String method, String path, String version, String header, String body)
			throws IOException {
		this.socket = socket;
		this.socket.setSoTimeout(TIMEOUT);
		this.socket.setTcpNoDelay(true);
		this.input = new BufferedInputStream(this.socket.getInputStream());
		String request = method + " " + path + " " + version + "\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
				+ header + "\r\n" + body;
		this.socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
		this.status = line();
		String line = line();
		while (!line.isEmpty()) {
			int colon = line.indexOf(':');
			this.headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim(),
					(one, other) -> one + "|" + other);
			line = line();
		}
	}

	public static SseReader get(int port, String path) throws IOException {
		return new SseReader(connect(port), path, "HTTP/1.1", "");
	}

	/** Send headers of one's own, each {@code Name: value}. */
	public static SseReader getWith(int port, String path, String... headers) throws IOException {
		return new SseReader(connect(port), path, "HTTP/1.1",
				(headers.length > 0) ? String.join("\r\n", headers) + "\r\n" : "");
	}

	/** Read a response that may be compressed. */
	public static SseReader get(int port, String path, String acceptEncoding) throws IOException {
		return new SseReader(connect(port), path, "HTTP/1.1", "Accept-Encoding: " + acceptEncoding + "\r\n");
	}

	/** Say what is to become of the connection. */
	public static SseReader getWithConnection(int port, String path, String connection) throws IOException {
		return new SseReader(connect(port), path, "HTTP/1.1", "Connection: " + connection + "\r\n");
	}

	public static SseReader getOverHttp10(int port, String path) throws IOException {
		return new SseReader(connect(port), path, "HTTP/1.0", "");
	}

	/**
	 * Read the headers of a response without a body, and close the connection after it.
	 */
	public static SseReader head(int port, String path) throws IOException {
		return new SseReader(connect(port), "HEAD", path, "HTTP/1.1", "Connection: close\r\n", "");
	}

	/** Read what comes back for JSON. */
	public static SseReader post(int port, String path, String json) throws IOException {
		return new SseReader(connect(port), "POST", path, "HTTP/1.1",
				"Content-Type: application/json\r\nContent-Length: " + json.getBytes(StandardCharsets.UTF_8).length
						+ "\r\n",
				json);
	}

	/** Read with a small window: what is not read soon waits at the server. */
	public static SseReader getNarrowly(int port, String path) throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4096);
		socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT);
		return new SseReader(socket, path, "HTTP/1.1", "");
	}

	private static Socket connect(int port) throws IOException {
		return new Socket(InetAddress.getLoopbackAddress(), port);
	}

	public String status() {
		return this.status;
	}

	public Map<String, String> headers() {
		return this.headers;
	}

	/** The body so far, as far as it can be decompressed. */
	public String text() {
		if (!"gzip".equals(this.headers.get("content-encoding"))) {
			return this.body.toString(StandardCharsets.UTF_8);
		}
		ByteArrayOutputStream text = new ByteArrayOutputStream();
		try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(this.body.toByteArray()))) {
			int next = gzip.read();
			while (next >= 0) {
				text.write(next);
				next = gzip.read();
			}
			this.whole = true;
		}
		catch (IOException ex) {
			// There is more to come
			this.whole = false;
		}
		return text.toString(StandardCharsets.UTF_8);
	}

	/** Whether the compressed body has its checksum, and it is right. */
	public boolean isWhole() {
		return this.whole;
	}

	/** The body once its text so far ends like this. */
	public String readUntil(String end) throws IOException {
		while (!text().endsWith(end)) {
			if (this.ended) {
				throw new EOFException("The body ended without " + end + " after:\n" + text());
			}
			readChunk();
		}
		return text();
	}

	/** The body as soon as this text is in it, and whatever came along. */
	public String readPast(String part) throws IOException {
		while (!text().contains(part)) {
			if (this.ended) {
				throw new EOFException("The body ended without " + part + " after:\n" + text());
			}
			readChunk();
		}
		return text();
	}

	/** The whole body, which must end as HTTP wants it. */
	public String readAll() throws IOException {
		while (!this.ended) {
			readChunk();
		}
		return text();
	}

	/** What comes until the connection is closed, as it is. */
	public byte[] readRest() throws IOException {
		return this.input.readAllBytes();
	}

	/** Whether the server has closed the connection, once all that it sent was read. */
	public boolean isCut() throws IOException {
		try {
			this.input.transferTo(OutputStream.nullOutputStream());
			return true;
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
		catch (SocketException ex) {
			return true;
		}
	}

	/** Be more patient from now on. */
	public void allowSilence(Duration silence) throws IOException {
		this.socket.setSoTimeout((int) silence.toMillis());
	}

	/** Leave with an RST in place of a FIN. */
	public void reset() throws IOException {
		this.socket.setSoLinger(true, 0);
		this.socket.close();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	private void readChunk() throws IOException {
		if (!this.headers.containsKey("transfer-encoding")) {
			int next = this.input.read();
			this.ended = next < 0;
			if (!this.ended) {
				this.body.write(next);
			}
			return;
		}
		if (this.inChunk) {
			line(); // Jetty ends a chunk when the next one begins
		}
		int size = Integer.parseInt(line(), 16);
		byte[] chunk = this.input.readNBytes(size);
		if (chunk.length < size) {
			throw new EOFException("The connection was cut");
		}
		this.body.write(chunk);
		this.inChunk = size > 0;
		this.ended = size == 0;
		if (this.ended) {
			line();
		}
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		int next = this.input.read();
		while (next != '\n') {
			if (next < 0) {
				throw new EOFException("The connection was cut");
			}
			if (next != '\r') {
				line.append((char) next);
			}
			next = this.input.read();
		}
		return line.toString();
	}

}
