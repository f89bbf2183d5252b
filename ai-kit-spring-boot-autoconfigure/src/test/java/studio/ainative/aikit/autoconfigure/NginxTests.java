package studio.ainative.aikit.autoconfigure;

import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Long silences behind nginx, which here cuts what is silent for 20 seconds.
 */
class NginxTests {

	/** How often a minute goes into the time that this takes: once, unless told. */
	private static final int FASTER = Integer.getInteger("nginx.faster", 1);

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(20).dividedBy(FASTER);

	private static final Duration INTERVAL = Duration.ofSeconds(15).dividedBy(FASTER);

	private static final Duration SILENCE = Duration.ofSeconds(70).dividedBy(FASTER);

	private static final String HM = "data: {\"token\":\"Hm\",\"index\":0}\n\n";

	private static final String HEARTBEAT = ": heartbeat\n\n";

	/** All at once: each of them takes a minute. */
	@Test
	void leavesOpenWhatGivesSignsOfLife() throws Exception {
		try (ChatServer tomcat = start(WebApplicationType.SERVLET);
				ChatServer netty = start(WebApplicationType.REACTIVE);
				ReverseProxy beforeTomcat = ReverseProxy.start(ReverseProxyKind.NGINX, tomcat.port(), READ_TIMEOUT);
				ReverseProxy beforeNetty = ReverseProxy.start(ReverseProxyKind.NGINX, netty.port(), READ_TIMEOUT);
				SseReader onTomcat = open(beforeTomcat, "/api/pensive?silence=" + SILENCE);
				SseReader onNetty = open(beforeNetty, "/api/pensive?silence=" + SILENCE);
				SseReader lifelessOnTomcat = open(beforeTomcat, "/api/lifeless?silence=" + SILENCE);
				SseReader lifelessOnNetty = open(beforeNetty, "/api/lifeless?silence=" + SILENCE)) {
			long begun = System.nanoTime();
			CompletableFuture<Void> alive = CompletableFuture.allOf(outlives(onTomcat), outlives(onNetty));
			CompletableFuture<Void> lifeless = CompletableFuture.allOf(isCut(lifelessOnTomcat), isCut(lifelessOnNetty));
			CompletableFuture<Long> aliveEnd = alive.thenApply((ignored) -> System.nanoTime());
			CompletableFuture<Long> lifelessEnd = lifeless.thenApply((ignored) -> System.nanoTime());
			long cut = lifelessEnd.get(90, TimeUnit.SECONDS);
			long ended = aliveEnd.get(90, TimeUnit.SECONDS);
			assertThat(Duration.ofNanos(cut - begun)).isGreaterThan(INTERVAL);
			assertThat(cut).isLessThan(ended);
			assertThat(Duration.ofNanos(ended - begun)).isGreaterThan(READ_TIMEOUT.multipliedBy(3));
		}
	}

	private static ChatServer start(WebApplicationType type) {
		return ChatServer.start(type, "server.servlet.context-path=/api", "spring.webflux.base-path=/api",
				"ai-kit.response.heartbeat.interval=" + INTERVAL.toMillis() + "ms");
	}

	/** The first token is there before any silence is over. */
	private static SseReader open(ReverseProxy nginx, String path) throws IOException {
		SseReader reader = SseReader.get(nginx.port(), path);
		reader.readUntil(HM);
		return reader;
	}

	private static CompletableFuture<Void> outlives(SseReader reader) {
		return inAThread(() -> {
			String text = readPatiently(reader);
			assertThat(text).contains(HM + HEARTBEAT + HEARTBEAT + HEARTBEAT + HEARTBEAT)
				.contains("{\"token\":\"Yes\",\"index\":1}")
				.endsWith("\"outcome\":\"complete\"}\n\n");
		});
	}

	private static CompletableFuture<Void> isCut(SseReader reader) {
		return inAThread(() -> {
			String text = readPatiently(reader);
			assertThat(text).endsWith(HM);
		});
	}

	/** Each of its own: the common pool may have a single one. */
	private static CompletableFuture<Void> inAThread(Runnable reading) {
		return CompletableFuture.runAsync(reading, (task) -> new Thread(task, "reader").start());
	}

	/** What comes until the end, or the cut. */
	private static String readPatiently(SseReader reader) {
		try {
			reader.allowSilence(Duration.ofSeconds(30));
			return reader.readAll();
		}
		catch (EOFException ex) {
			return reader.text();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
