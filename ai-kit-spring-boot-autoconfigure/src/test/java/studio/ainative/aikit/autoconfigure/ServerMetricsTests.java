package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.observation.AiKitServerMeterContext;
import studio.ainative.aikit.observation.AiKitServerMeterConvention;
import studio.ainative.aikit.observation.DefaultAiKitServerMeterConvention;
import studio.ainative.aikit.server.SseReader;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What Prometheus reads of answers to readers, on both stacks.
 */
class ServerMetricsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final List<String> KEPT = List.of("aikit_server_resumes_total", "aikit_server_stops_total",
			"aikit_server_abandoned_total", "aikit_server_producers_lost_total", "aikit_server_log_failures_total");

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void countReadersAndWhatTheyGot(WebApplicationType type) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ChatServer server = ChatServer.start(type, "metrics=true", "ai-kit.stream.endpoint=" + provider.uri(),
						"ai-kit.response.heartbeat.interval=50ms")) {
			provider.respond("Hel", "lo").usage(9, 2);
			String text;
			try (SseReader reader = SseReader.get(server.port(), "/chat")) {
				text = reader.readAll();
			}
			await().atMost(TIMEOUT).until(() -> readers(server, "complete") == 1);
			Scrape scrape = server.scrape();
			assertThat(scrape.sum("aikit_server_bytes_total")).isEqualTo(text.length());
			assertThat(scrape.sum("aikit_server_time_to_first_byte_seconds_count")).isOne();
			assertThat(scrape.sum("aikit_server_time_to_first_token_seconds_count")).isOne();
			assertThat(scrape.sum("aikit_server_duration_seconds_count")).isOne();
			assertThat(scrape.sum("aikit_server_duration_seconds_sum"))
				.isGreaterThanOrEqualTo(scrape.sum("aikit_server_time_to_first_token_seconds_sum"));
			assertThat(scrape.named("aikit_server_answers").findFirst().orElseThrow().labels())
				.isEqualTo(Map.of("aikit_format", "ai-kit", "aikit_stack",
						(type == WebApplicationType.SERVLET) ? "webmvc" : "webflux"));
			try (SseReader reader = SseReader.get(server.port(), "/written")) {
				StreamingResponse response = server.controller().written.take();
				await().atMost(TIMEOUT).until(() -> server.scrape().sum("aikit_server_answers") == 1);
				assertThat(reader.status()).contains("200");
				response.sendToken("Hello");
			}
			// Heartbeats find out who has left
			await().atMost(TIMEOUT).until(() -> readers(server, "left") == 1);
			assertThat(server.scrape().sum("aikit_server_answers")).isZero();
			assertThat(server.scrape().sum("aikit_server_readers_total")).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void tellWhoIsSlowAndWhoIsGivenUp(WebApplicationType type) throws Exception {
		try (ChatServer server = ChatServer.start(type, "metrics=true", "ai-kit.response.send-timeout=1s");
				SseReader reader = SseReader.getNarrowly(server.port(), "/flood")) {
			assertThat(reader.status()).contains("200");
			await().atMost(TIMEOUT)
				.until(() -> server.scrape().sum("aikit_server_lag_seconds") > 0
						&& server.scrape().sum("aikit_server_waiting_bytes") > 0);
			await().atMost(TIMEOUT).until(() -> readers(server, "given_up") == 1);
			assertThat(server.scrape().sum("aikit_server_lag_seconds")).isZero();
			assertThat(server.scrape().sum("aikit_server_waiting_bytes")).isZero();
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void countFromZeroWhatMayComeOfAnswersThatAreKept(WebApplicationType type) {
		try (ResumeServer server = ResumeServer.start(type, null, "metrics=true")) {
			Scrape scrape = server.scrape();
			assertThat(scrape.values("aikit_server_resumes_total", "aikit_outcome")).containsExactly("foreign", "gone",
					"hit", "invalid");
			assertThat(scrape.values("aikit_server_stops_total", "aikit_outcome")).containsExactly("foreign", "gone",
					"hit", "late");
			for (String name : KEPT) {
				assertThat(scrape.named(name)).as(name).isNotEmpty().allMatch((sample) -> sample.value() == 0);
			}
		}
		try (ChatServer server = ChatServer.start(type, "metrics=true")) {
			assertThat(server.scrape().samples()).extracting(Scrape.Sample::name).doesNotContainAnyElementsOf(KEPT);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void aConventionOfTheApplicationsChangesTheirTags(WebApplicationType type) throws Exception {
		try (ScriptedServer provider = ScriptedServer.start();
				ChatServer server = ChatServer.start(type,
						(context) -> context.registerBean(AiKitServerMeterConvention.class, Regional::new),
						"metrics=true", "ai-kit.stream.endpoint=" + provider.uri())) {
			provider.respond("Hello");
			try (SseReader reader = SseReader.get(server.port(), "/chat")) {
				reader.readAll();
			}
			await().atMost(TIMEOUT)
				.until(() -> server.scrape().sum("aikit_server_readers_total", "aikit_outcome", "COMPLETE") == 1);
			Scrape scrape = server.scrape();
			List<Scrape.Sample> samples = scrape.samples()
				.stream()
				.filter((sample) -> sample.name().startsWith("aikit_server_"))
				.toList();
			assertThat(samples).extracting(Scrape.Sample::name)
				.contains("aikit_server_answers", "aikit_server_lag_seconds", "aikit_server_waiting_bytes",
						"aikit_server_bytes_total", "aikit_server_time_to_first_token_seconds_count");
			assertThat(samples).allSatisfy((sample) -> assertThat(sample.labels()).containsEntry("region", "north")
				.containsEntry("aikit_format", "other")
				.containsKey("aikit_stack"));
			assertThat(scrape.values("aikit_server_duration_seconds_count", "aikit_outcome"))
				.containsExactly("COMPLETE");
		}
	}

	private static double readers(ChatServer server, String outcome) {
		return server.scrape().sum("aikit_server_readers_total", "aikit_outcome", outcome);
	}

	/** With a tag more, and other values. */
	private static final class Regional extends DefaultAiKitServerMeterConvention {

		@Override
		public KeyValues getLowCardinalityKeyValues(AiKitServerMeterContext context) {
			return super.getLowCardinalityKeyValues(context).and("region", "north");
		}

		@Override
		protected KeyValue format(AiKitServerMeterContext context, String format) {
			return KeyValue.of("aikit.format", "other");
		}

		@Override
		protected KeyValue outcome(AiKitServerMeterContext context, String outcome) {
			return KeyValue.of("aikit.outcome", outcome.toUpperCase(Locale.ROOT));
		}

	}

}
