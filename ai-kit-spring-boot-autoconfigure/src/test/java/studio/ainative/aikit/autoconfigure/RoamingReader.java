package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * A reader who reads an answer to its end, as a front end behind a balancer does: when
 * its connection ends before the answer, it goes on from the node that comes next.
 */
final class RoamingReader {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	/** As the server says in its {@code retry}. */
	private static final long PAUSE_MILLIS = 100;

	private final HttpClient http;

	private final Supplier<List<Integer>> ports;

	private final String question;

	private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

	private final CompletableFuture<String> streamId = new CompletableFuture<>();

	/** The data of the last event, or the status of a refusal. */
	private final CompletableFuture<String> end = new CompletableFuture<>();

	private int turn;

	private final AtomicInteger connections = new AtomicInteger();

	private RoamingReader(HttpClient http, Supplier<List<Integer>> ports, String question) {
		this.http = http;
		this.ports = ports;
		this.question = question;
	}

	/**
	 * Ask a question.
	 * @param ports the nodes, the first of which is asked
	 */
	static RoamingReader ask(HttpClient http, Supplier<List<Integer>> ports, String question) {
		return new RoamingReader(http, ports, question).begin();
	}

	/** Read the answer that another has asked for, from its beginning. */
	static RoamingReader join(HttpClient http, Supplier<List<Integer>> ports, String streamId) {
		RoamingReader reader = new RoamingReader(http, ports, "");
		reader.streamId.complete(streamId);
		return reader.begin();
	}

	private RoamingReader begin() {
		Thread thread = new Thread(this::read, "reader");
		thread.setDaemon(true);
		thread.start();
		return this;
	}

	String streamId() throws Exception {
		return this.streamId.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	String question() {
		return this.question;
	}

	/** The events that have a number, without the start. */
	List<Event> events() {
		synchronized (this.events) {
			return List.copyOf(this.events);
		}
	}

	int count() {
		return this.events.size();
	}

	int connections() {
		return this.connections.get();
	}

	String awaitEnd() throws ExecutionException, InterruptedException, TimeoutException {
		return this.end.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
	}

	private void read() {
		try {
			while (!this.end.isDone()) {
				readOnce();
			}
		}
		catch (InterruptedException | RuntimeException | AssertionError ex) {
			this.end.completeExceptionally(ex);
		}
	}

	private void readOnce() throws InterruptedException {
		try {
			HttpResponse<Stream<String>> response = this.http.send(request(), HttpResponse.BodyHandlers.ofLines());
			try (Stream<String> lines = response.body()) {
				if (response.statusCode() == 200) {
					response.headers()
						.firstValue(StreamingResponses.STREAM_ID_HEADER)
						.ifPresentOrElse(this.streamId::complete, () -> this.streamId
							.completeExceptionally(new IllegalStateException("The node does not keep the answer")));
					this.connections.incrementAndGet();
					read(lines.iterator());
				}
				else if (response.statusCode() < 500) {
					refused(response.statusCode());
				}
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// The node is not there, or no longer
		}
		if (!this.end.isDone()) {
			TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
		}
	}

	private void refused(int status) {
		this.streamId.completeExceptionally(new IllegalStateException("status " + status));
		this.end.complete("status " + status);
	}

	private HttpRequest request() {
		List<Integer> nodes = this.ports.get();
		String address = "http://localhost:" + nodes.get(this.turn++ % nodes.size());
		if (!this.streamId.isDone()) {
			return HttpRequest.newBuilder(URI.create(address + "/chat"))
				.header("Content-Type", "text/plain")
				.header(StreamingResponses.IDEMPOTENCY_KEY_HEADER, this.question)
				.POST(HttpRequest.BodyPublishers.ofString(this.question))
				.build();
		}
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create(address + "/ai-kit/streams/" + this.streamId.join()));
		if (!this.events.isEmpty()) {
			request.header("Last-Event-ID", String.valueOf(this.events.get(this.events.size() - 1).id));
		}
		return request.build();
	}

	private void read(Iterator<String> lines) {
		Event event = new Event();
		while (lines.hasNext() && !this.end.isDone()) {
			String line = lines.next();
			if (line.isEmpty()) {
				take(event);
				event = new Event();
			}
			else {
				event.add(line);
			}
		}
	}

	private void take(Event event) {
		boolean isRefused = !this.streamId.isDone() && event.data.contains(StreamingResponse.SERVER_SHUTDOWN);
		if (isRefused) {
			throw new UncheckedIOException(new IOException("The node shuts down, and has asked nobody"));
		}
		if ("done".equals(event.name)) {
			this.end.complete(event.data);
		}
		else if (event.id != null && event.id > 0) {
			this.events.add(event);
		}
	}

	/**
	 * An event as it was read.
	 */
	static final class Event {

		private String name = "";

		private @Nullable Long id;

		private String data = "";

		private void add(String line) {
			if (line.startsWith("event: ")) {
				this.name = line.substring("event: ".length());
			}
			else if (line.startsWith("id: ")) {
				this.id = Long.valueOf(line.substring("id: ".length()));
			}
			else if (line.startsWith("data: ")) {
				this.data = line.substring("data: ".length());
			}
		}

		String name() {
			return this.name;
		}

		long id() {
			return (this.id != null) ? this.id : 0;
		}

		String data() {
			return this.data;
		}

	}

}
