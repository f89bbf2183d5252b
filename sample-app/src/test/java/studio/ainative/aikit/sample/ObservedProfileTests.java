package studio.ainative.aikit.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.observation.AiKitClientMeters;
import studio.ainative.aikit.observation.AiKitServerMeters;
import studio.ainative.aikit.observation.SemanticConvention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample by its profile {@code observed}, after answers of every kind.
 */
class ObservedProfileTests {

	private static final Path DASHBOARD = Path.of("observed/grafana-dashboard.json");

	private static final Pattern LABEL_OF_LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

	private static final Pattern METRIC_NAME = Pattern.compile("[a-z_]+");

	private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

	private static OtlpCollector collector;

	private static SampleServer server;

	@BeforeAll
	static void answerInEveryWay() throws Exception {
		collector = OtlpCollector.start();
		server = SampleServer.start(Stack.TOMCAT, "spring.profiles.active=observed",
				"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.endpoint(), "management.otlp.metrics.export.step=1s",
				"management.opentelemetry.tracing.export.schedule-delay=100ms",
				"management.opentelemetry.logging.export.schedule-delay=100ms", "ai-kit.response.resume.enabled=true",
				"ai-kit.stream.retry.initial-delay=1ms", "demo.token-delay=1ms", "demo.slow-start=0s",
				"demo.slow-token-delay=50ms");
		for (String prompt : List.of("Hello", "error", "retry", "cut", "midway")) {
			server.post(user(prompt), BodyHandlers.discarding());
		}
		stopAndReadAgain();
		runTool();
		server.awaitNoOpenCalls();
	}

	/** The demo provider calls none. */
	private static void runTool() {
		Iterator<String> answers = List
			.of("{\"tool_calls\":[" + call(0, "clock") + "," + call(1, "broken") + "]}", "{\"content\":\"Noon\"}")
			.iterator();
		WebClient.Builder provider = WebClient.builder()
			.exchangeFunction((request) -> Mono.just(ClientResponse.create(HttpStatus.OK)
				.header("Content-Type", "text/event-stream")
				.body("data: {\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"delta\":" + answers.next()
						+ "}]}\n\ndata: [DONE]\n\n")
				.build()));
		server.bean(AIStream.Builder.class)
			.webClientBuilder(provider)
			.tool("clock", "Tells the time.", "", (call) -> "12:00")
			.tool("broken", "Tells nothing.", "", (call) -> {
				throw new IllegalStateException("canary");
			})
			.options(Map.of("n", 2, "stop", List.of("END"), "reasoning_effort", "low"))
			.build()
			.stream("What time is it?")
			.blockLast(SampleServer.TIMEOUT);
	}

	private static String call(int index, String name) {
		return "{\"index\":" + index + ",\"id\":\"c" + index + "\",\"function\":{\"name\":\"" + name
				+ "\",\"arguments\":\"{}\"}}";
	}

	private static void stopAndReadAgain() throws IOException, InterruptedException {
		HttpResponse<InputStream> answer = server.post(user("slow"), BodyHandlers.ofInputStream());
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
			String path = "/ai-kit/streams/" + answer.headers().firstValue("AI-Kit-Stream-Id").orElseThrow();
			while (!"event: token".equals(reader.readLine())) {
				assertThat(reader.ready() || answer.statusCode() == 200).isTrue();
			}
			assertThat(server.send("DELETE", path, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
			assertThat(server.send("GET", path, BodyHandlers.ofString()).body()).contains("\"outcome\":\"stopped\"");
		}
	}

	private static String user(String content) {
		return "{\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}]}";
	}

	@AfterAll
	static void stop() {
		server.close();
		collector.close();
	}

	private static Scrape scrape() throws IOException, InterruptedException {
		HttpResponse<String> response = server.send("GET", "/actuator/prometheus", BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		return Scrape.of(response.body());
	}

	@Test
	void eachQueryOfTheDashboardFindsWhatItNames() throws Exception {
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DASHBOARD));
		Scrape scrape = scrape();
		assertThat(dashboard.path("panels")).hasSizeGreaterThan(15);
		for (JsonNode panel : dashboard.path("panels")) {
			String title = panel.path("title").asString();
			assertThat(panel.path("targets")).as(title).isNotEmpty();
			for (JsonNode target : panel.path("targets")) {
				Set<String> labels = PromQuery.check(target.path("expr").asString(), scrape);
				assertThat(LABEL_OF_LEGEND.matcher(target.path("legendFormat").asString())
					.results()
					.map((label) -> label.group(1))).as(title).hasSameElementsAs(labels);
			}
		}
		for (JsonNode variable : dashboard.at("/templating/list")) {
			if (variable.path("type").asString().equals("query")) {
				assertThat(variable.path("query").asString()).matches(LABEL_VALUES).satisfies((query) -> {
					var parts = LABEL_VALUES.matcher(query).results().findFirst().orElseThrow();
					assertThat(scrape.labels(parts.group(1))).contains(parts.group(2));
				});
			}
		}
	}

	@Test
	void theDashboardShowsWhatAnOperatorAsksFor() throws Exception {
		JsonNode panels = JsonMapper.shared().readTree(Files.readString(DASHBOARD)).path("panels");
		assertThat(StreamSupport.stream(panels.spliterator(), false).map((panel) -> panel.path("title").asString()))
			.contains("Calls", "How calls end", "Time to first token", "Tokens", "Cost in an hour", "Open answers",
					"Slow readers", "Retries", "Routes");
		assertThat(panels.toString()).contains("histogram_quantile(0.50, ", "histogram_quantile(0.95, ",
				"histogram_quantile(0.99, ");
	}

	@Test
	void eachMetricHasAPanel() throws Exception {
		JsonNode panels = JsonMapper.shared().readTree(Files.readString(DASHBOARD)).path("panels");
		List<String> words = panels.findValuesAsString("expr")
			.stream()
			.flatMap((query) -> METRIC_NAME.matcher(query).results().map(MatchResult::group))
			.toList();
		Stream<String> ofCalls = Stream.of(AiKitClientMeters.values())
			.filter((meter) -> meter.meterName(SemanticConvention.OTEL_0_1) != null)
			.map((meter) -> scraped(meter.meterName(SemanticConvention.OTEL_0_1), meter.unit(), meter.kind()));
		Stream<String> ofAnswers = Stream.of(AiKitServerMeters.values())
			.map((meter) -> scraped(meter.meterName(), meter.unit(), meter.kind()));
		assertThat(Stream.concat(ofCalls, ofAnswers)).hasSizeGreaterThan(25)
			.allSatisfy((name) -> assertThat(words).contains(name));
	}

	/** The name that Prometheus has for what the dashboard shows of a metric. */
	private static String scraped(String name, String unit, String kind) {
		String withUnit = name.replace('.', '_') + ((unit.isEmpty() || name.endsWith(unit)) ? "" : "_" + unit);
		return switch (kind) {
			case "counter" -> withUnit + "_total";
			case "histogram" -> unit.isEmpty() ? withUnit + "_sum" : withUnit + "_bucket";
			default -> withUnit;
		};
	}

	@Test
	void eachAnswerIsCountedByItsEnd() throws Exception {
		Scrape scrape = scrape();
		String calls = "gen_ai_client_inference_duration_seconds_count";
		assertThat(scrape.sum(calls, "aikit_outcome", "complete")).isEqualTo(3);
		assertThat(scrape.sum(calls, "aikit_outcome", "error")).isEqualTo(2);
		assertThat(scrape.sum(calls, "aikit_outcome", "truncated")).isOne();
		assertThat(scrape.sum("aikit_client_retries_total", "aikit_retry_reason", "503")).isOne();
		assertThat(scrape.sum("gen_ai_execute_tool_duration_seconds_count", "gen_ai_tool_name", "clock")).isOne();
	}

	@Test
	void eachFailureIsAnEventInTheTraceOfItsCall() {
		await().atMost(SampleServer.TIMEOUT).untilAsserted(() -> {
			assertThat(collector.events()).hasSize(3)
				.allSatisfy((event) -> assertThat(event.getEventName()).isEqualTo("gen_ai.client.inference.exception"));
			assertThat(collector.spans()
				.stream()
				.filter((span) -> span.getName().equals("chat demo-1"))
				.map(Span::getSpanId)).containsAll(collector.events().stream().map(LogRecord::getSpanId).toList());
		});
	}

	@Test
	void theSpanOfACallTellsWhatWasAskedFor() {
		assertThat(
				attributes(span("chat demo-1", (span) -> attributes(span).containsKey("gen_ai.request.choice.count"))))
			.containsEntry("gen_ai.request.choice.count", "2")
			.containsEntry("gen_ai.request.stop_sequences", "[\"END\"]")
			.containsEntry("gen_ai.request.reasoning.level", "low");
	}

	@Test
	void theSpanOfAToolThatFailsTellsItsExceptionsClass() {
		Span run = span("execute_tool broken", (span) -> true);
		assertThat(attributes(run)).containsEntry("error.type", "java.lang.IllegalStateException")
			.containsEntry("aikit.outcome", "error")
			.containsEntry("gen_ai.tool.call.id", "c1");
		assertThat(run.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
		assertThat(run.getEventsList()).singleElement().satisfies((event) -> {
			assertThat(event.getName()).isEqualTo("exception");
			assertThat(event.toString()).contains("java.lang.IllegalStateException").doesNotContain("canary");
		});
		assertThat(run.toString()).doesNotContain("canary");
		assertThat(span("execute_tool clock", (span) -> true).getEventsList()).isEmpty();
	}

	private static Span span(String name, Predicate<Span> which) {
		return await().atMost(SampleServer.TIMEOUT)
			.until(() -> collector.spans()
				.stream()
				.filter((span) -> span.getName().equals(name))
				.filter(which)
				.findAny(), Optional::isPresent)
			.orElseThrow();
	}

	private static Map<String, String> attributes(Span span) {
		return span.getAttributesList()
			.stream()
			.collect(Collectors.toMap(KeyValue::getKey, (attribute) -> attribute.getValue().getStringValue()));
	}

	@Test
	void theCollectorGetsMetricsInSeconds() throws Exception {
		for (String name : List.of("gen_ai.client.inference.duration", "aikit.client.time_to_first_token",
				"aikit.server.duration", "aikit.server.time_to_first_token", "http.server.requests")) {
			Metric metric = exported(name);
			assertThat(metric.getUnit()).as(name).isEqualTo("seconds");
			double sum = metric.getHistogram()
				.getDataPointsList()
				.stream()
				.mapToDouble((point) -> point.getSum())
				.sum();
			// Prometheus has seconds anyway, and is read later
			assertThat(sum).as(name).isPositive().isLessThanOrEqualTo(scrapedSum(name));
		}
		assertThat(exported("aikit.server.lag").getUnit()).isEqualTo("seconds");
		assertThat(exported("aikit.server.waiting").getUnit()).isEqualTo("bytes");
		assertThat(exported("aikit.server.bytes").getUnit()).isEqualTo("bytes");
		assertThat(exported("aikit.server.bytes").getSum().getIsMonotonic()).isTrue();
		assertThat(exported("aikit.server.readers").getUnit()).isEmpty();
	}

	private static Metric exported(String name) {
		return await().atMost(SampleServer.TIMEOUT)
			.until(() -> collector.metrics().get(name), (found) -> found != null);
	}

	private static double scrapedSum(String name) throws IOException, InterruptedException {
		return scrape().named(name.replace('.', '_') + "_seconds_sum").mapToDouble(Scrape.Sample::value).sum() + 1e-6;
	}

	@Test
	void withoutTheProfileThereIsNothingToSee() throws Exception {
		try (SampleServer plain = SampleServer.start(Stack.TOMCAT)) {
			assertThat(plain.send("GET", "/actuator/prometheus", BodyHandlers.discarding()).statusCode())
				.isEqualTo(404);
		}
	}

}
