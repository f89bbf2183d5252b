package studio.ainative.aikit.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.event.StreamEvent.Token;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Responses on Tomcat in an application whose threads are virtual. Java 17, which has
 * none, has no word for them either.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.main.web-application-type=servlet", "spring.threads.virtual.enabled=true" })
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final int READERS = 50;

	private static final int SENDERS = 8;

	private static final int SENT_BY_EACH = 250;

	@LocalServerPort
	private int port;

	@Autowired
	private ChatController controller;

	@Autowired
	private Writers writers;

	@Test
	void writeEveryResponse() throws Exception {
		readChorus();
		assertThat(this.writers.names).isNotEmpty()
			.allMatch((name) -> name.startsWith("VirtualThread["))
			.anyMatch((name) -> name.contains("ai-kit-response-"));
	}

	@Test
	void keepEveryEventOfManySendersWhole() throws Exception {
		String[] frames = readChorus().split("\n\n");
		int tokens = SENDERS * SENT_BY_EACH;
		assertThat(frames).hasSize(tokens + 2);
		List<String> texts = new ArrayList<>();
		for (int i = 0; i < tokens; i++) {
			assertThat(frames[i + 1]).startsWith("event: token\nid: " + (i + 1) + "\ndata: {\"token\":\"")
				.endsWith("\",\"index\":" + i + "}");
			texts.add(frames[i + 1].replaceAll("(?s).*\"token\":\"|\",\"index.*", ""));
		}
		for (int sender = 0; sender < SENDERS; sender++) {
			String prefix = sender + ":";
			assertThat(texts.stream().filter((text) -> text.startsWith(prefix)))
				.containsExactlyElementsOf(IntStream.range(0, SENT_BY_EACH).mapToObj((i) -> prefix + i).toList());
		}
		assertThat(frames[tokens + 1]).endsWith("\"outcome\":\"complete\"}");
	}

	@Test
	void leaveNoPlatformThreadToAReader() throws Exception {
		List<SseReader> readers = new ArrayList<>();
		try {
			readers.add(SseReader.getNarrowly(this.port, "/flood"));
			readers.add(SseReader.get(this.port, "/silent"));
			readChorus();
			Set<Thread> before = platformThreads();
			for (int i = 0; i < READERS; i++) {
				readers.add(SseReader.getNarrowly(this.port, "/flood"));
				readers.add(SseReader.get(this.port, "/silent"));
			}
			assertThat(readers).allMatch((reader) -> reader.status().contains("200"));
			readChorus();
			Set<Thread> added = platformThreads();
			added.removeAll(before);
			// As many as there are processors, whoever needs them
			added.removeIf((thread) -> thread.getName().startsWith("ForkJoinPool-1-"));
			// The JDK has some of its own, none of which is for one reader
			assertThat(added).hasSizeLessThan(READERS / 5);
		}
		finally {
			for (SseReader reader : readers) {
				reader.close();
			}
		}
		await().atMost(TIMEOUT).until(() -> this.controller.floods.get() == 0);
	}

	private String readChorus() throws IOException {
		try (SseReader reader = SseReader.get(this.port, "/chorus")) {
			return reader.readAll();
		}
	}

	/** Virtual ones are not among them. */
	private static Set<Thread> platformThreads() {
		return new HashSet<>(Thread.getAllStackTraces().keySet());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		ChatController chatController(StreamingResponses responses) {
			return new ChatController(responses);
		}

		@Bean
		Writers writers() {
			return new Writers();
		}

		@Bean
		FilterRegistrationBean<Filter> filter(Writers writers) {
			FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> chain
				.doFilter(request, new WatchedResponse((HttpServletResponse) response, writers)));
			filter.setAsyncSupported(true);
			return filter;
		}

	}

	@RestController
	static final class ChatController {

		/** Those that are being read. */
		private final AtomicInteger floods = new AtomicInteger();

		private final StreamingResponses responses;

		ChatController(StreamingResponses responses) {
			this.responses = responses;
		}

		@GetMapping("/silent")
		StreamingResponse silent() {
			return this.responses.from(Flux.never());
		}

		/** More than any buffer holds. */
		@GetMapping("/flood")
		StreamingResponse flood() {
			Token token = new Token("t".repeat(16 * 1024), 0);
			return this.responses.from(Flux.<Token>generate((sink) -> sink.next(token))
				.doOnSubscribe((subscription) -> this.floods.incrementAndGet())
				.doOnCancel(this.floods::decrementAndGet));
		}

		/** Sent by many threads, who have to wait for each other's events to be read. */
		@GetMapping("/chorus")
		StreamingResponse chorus() {
			StreamingResponse response = this.responses.create(this.responses.options().withBufferSize(16));
			AtomicInteger running = new AtomicInteger(SENDERS);
			VirtualThreadTaskExecutor threads = new VirtualThreadTaskExecutor("sender-");
			for (int sender = 0; sender < SENDERS; sender++) {
				int number = sender;
				threads.execute(() -> {
					for (int i = 0; i < SENT_BY_EACH; i++) {
						response.sendToken(number + ":" + i);
					}
					if (running.decrementAndGet() == 0) {
						response.end();
					}
				});
			}
			return response;
		}

	}

	/** The threads that have written, as they describe themselves. */
	static final class Writers {

		private final Queue<String> names = new ConcurrentLinkedQueue<>();

	}

	private static final class WatchedResponse extends HttpServletResponseWrapper {

		private final Writers writers;

		WatchedResponse(HttpServletResponse response, Writers writers) {
			super(response);
			this.writers = writers;
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			return new WatchedStream(super.getOutputStream(), this.writers);
		}

	}

	private static final class WatchedStream extends ServletOutputStream {

		private final ServletOutputStream stream;

		private final Writers writers;

		WatchedStream(ServletOutputStream stream, Writers writers) {
			this.stream = stream;
			this.writers = writers;
		}

		@Override
		public void write(int data) throws IOException {
			write(new byte[] { (byte) data }, 0, 1);
		}

		@Override
		public void write(byte[] data, int offset, int length) throws IOException {
			this.writers.names.add(Thread.currentThread().toString());
			this.stream.write(data, offset, length);
		}

		@Override
		public void flush() throws IOException {
			this.stream.flush();
		}

		@Override
		public boolean isReady() {
			return this.stream.isReady();
		}

		@Override
		public void setWriteListener(WriteListener listener) {
			this.stream.setWriteListener(listener);
		}

	}

}
