package studio.ainative.aikit.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.util.TestSocketUtils;

/**
 * The sample as it runs for a user, on a port that is free. The port is chosen before the
 * start because the address of the demo provider holds it, so somebody else may take it
 * in between: then another one is tried.
 */
final class SampleServer implements AutoCloseable {

	/** Long: on a busy machine a browser's first page took more than half a minute. */
	static final Duration TIMEOUT = Duration.ofMinutes(1);

	private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

	private static final int PORTS_TO_TRY = 5;

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(TIMEOUT)
		.build();

	private final int port;

	private final ConfigurableApplicationContext context;

	private SampleServer(int port, ConfigurableApplicationContext context) {
		this.port = port;
		this.context = context;
	}

	/**
	 * Start the sample.
	 * @param stack what it runs on
	 * @param properties settings as {@code name=value}
	 * @return the server, which answers
	 */
	static SampleServer start(Stack stack, String... properties) {
		for (int attempt = 1;; attempt++) {
			try {
				return start(stack, TestSocketUtils.findAvailableTcpPort(), properties);
			}
			catch (ApplicationContextException ex) {
				if (attempt == PORTS_TO_TRY || !ex.contains(PortInUseException.class)) {
					throw ex;
				}
			}
		}
	}

	private static SampleServer start(Stack stack, int port, String... properties) {
		List<String> arguments = new ArrayList<>();
		arguments.add("--server.port=" + port);
		arguments.add("--spring.main.web-application-type=" + stack.applicationType());
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return new SampleServer(port,
				new SpringApplicationBuilder(SampleApplication.class).run(arguments.toArray(String[]::new)));
	}

	URI uri(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

	/** With further headers, name and value in turn. */
	<T> HttpResponse<T> post(String body, BodyHandler<T> handler, String... headers)
			throws IOException, InterruptedException {
		return postTo("/api/chat", body, handler, headers);
	}

	<T> HttpResponse<T> postTo(String path, String body, BodyHandler<T> handler, String... headers)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri(path))
			.headers(Stream.concat(Stream.of("Content-Type", "application/json"), Arrays.stream(headers))
				.toArray(String[]::new))
			.timeout(TIMEOUT)
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return this.client.send(request, handler);
	}

	/** Anything else. */
	<T> HttpResponse<T> send(String method, String path, BodyHandler<T> handler)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri(path))
			.timeout(TIMEOUT)
			.method(method, HttpRequest.BodyPublishers.noBody())
			.build();
		return this.client.send(request, handler);
	}

	Calls calls() throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(uri("/demo/v1/calls")).timeout(TIMEOUT).build();
		return JsonMapper.shared().readValue(this.client.send(request, BodyHandlers.ofString()).body(), Calls.class);
	}

	Calls awaitCalls(Calls expected) {
		return Awaitility.await().atMost(TIMEOUT).pollInterval(POLL_INTERVAL).until(this::calls, expected::equals);
	}

	/** A call that has ended for its caller is counted a moment later. */
	void awaitNoOpenCalls() {
		Awaitility.await().atMost(TIMEOUT).pollInterval(POLL_INTERVAL).until(() -> calls().open() == 0);
	}

	/** One of the application's beans. */
	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * What the demo provider says of its calls.
	 *
	 * @param open calls that are being answered
	 * @param cancelled calls whose caller left before the end
	 * @param completed calls that were answered to the end
	 */
	record Calls(long open, long cancelled, long completed) {

		Calls withOneMoreOpen() {
			return new Calls(this.open + 1, this.cancelled, this.completed);
		}

		Calls withOneMoreCompleted() {
			return new Calls(this.open, this.cancelled, this.completed + 1);
		}

		Calls withOneMoreCancelled() {
			return new Calls(this.open, this.cancelled + 1, this.completed);
		}

	}

}
