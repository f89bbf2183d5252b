package studio.ainative.aikit.sample;

import java.net.http.HttpResponse.BodyHandlers;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One trace from the browser to the provider, as a collector gets it. The demo provider
 * is a server of its own trace: its span is where the header of the request to it says.
 */
class SpanTreeTests {

	private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

	private static final String BROWSER = "b7ad6b7169203331";

	@ParameterizedTest
	@CsvSource({ "TOMCAT, false", "TOMCAT, true", "NETTY, false", "NETTY, true" })
	void leadsFromTheBrowserToTheProvider(Stack stack, boolean kept) throws Exception {
		try (OtlpCollector collector = OtlpCollector.start();
				SampleServer server = SampleServer.start(stack, "spring.profiles.active=observed",
						"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.endpoint(),
						"management.opentelemetry.tracing.export.schedule-delay=100ms",
						"ai-kit.stream.retry.initial-delay=1ms", "ai-kit.response.resume.enabled=" + kept,
						"demo.token-delay=1ms")) {
			String answer = server
				.post("{\"messages\":[{\"role\":\"user\",\"content\":\"retry\"}]}", BodyHandlers.ofString(),
						"traceparent", "00-" + TRACE + "-" + BROWSER + "-01")
				.body();
			assertThat(answer).contains("event: done");
			String expected = """
					SERVER http post /api/chat
					  CLIENT chat demo-1 complete
					    INTERNAL try 503
					      CLIENT http post
					        SERVER http post /demo/v1/chat/completions
					    INTERNAL try none
					      CLIENT http post
					        SERVER http post /demo/v1/chat/completions
					""";
			await().atMost(SampleServer.TIMEOUT)
				.untilAsserted(() -> assertThat(tree(collector.spans().stream().toList())).isEqualTo(expected));
			assertThat(collector.spans()).as("none beside the trace")
				.allSatisfy((span) -> assertThat(hex(span.getTraceId())).isEqualTo(TRACE));
		}
	}

	private static String tree(List<Span> spans) {
		Map<String, List<Span>> children = spans.stream()
			.sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
			.collect(Collectors.groupingBy((span) -> hex(span.getParentSpanId())));
		StringBuilder tree = new StringBuilder();
		append(tree, "", children, BROWSER);
		return tree.toString();
	}

	private static void append(StringBuilder tree, String indent, Map<String, List<Span>> children, String parent) {
		for (Span span : children.getOrDefault(parent, List.of())) {
			tree.append(indent)
				.append(span.getKind().name().substring("SPAN_KIND_".length()))
				.append(' ')
				.append(span.getName());
			span.getAttributesList()
				.stream()
				.filter((attribute) -> attribute.getKey()
					.equals(span.getName().equals("try") ? "error.type" : "aikit.outcome"))
				.forEach((attribute) -> tree.append(' ').append(attribute.getValue().getStringValue()));
			tree.append('\n');
			append(tree, indent + "  ", children, hex(span.getSpanId()));
		}
	}

	private static String hex(ByteString id) {
		return HexFormat.of().formatHex(id.toByteArray());
	}

}
