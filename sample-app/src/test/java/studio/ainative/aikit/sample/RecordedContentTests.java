package studio.ainative.aikit.sample;

import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.stream.Collectors;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Prompts and answers as a collector gets them, where they are asked for.
 */
class RecordedContentTests {

	@Test
	void areOneEventInTheTraceOfTheCall() throws Exception {
		try (OtlpCollector collector = OtlpCollector.start();
				SampleServer server = SampleServer.start(Stack.TOMCAT, "spring.profiles.active=observed",
						"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.endpoint(),
						"management.opentelemetry.tracing.export.schedule-delay=100ms",
						"management.opentelemetry.logging.export.schedule-delay=100ms",
						"ai-kit.observations.content.enabled=true", "demo.token-delay=1ms")) {
			server.post("{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}", BodyHandlers.ofString());
			LogRecord event = await().atMost(SampleServer.TIMEOUT)
				.until(() -> collector.events().peek(), (found) -> found != null);
			assertThat(event.getEventName()).isEqualTo("gen_ai.client.inference.operation.details");
			Map<String, AnyValue> attributes = event.getAttributesList()
				.stream()
				.collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
			assertThat(attributes.get("aikit.outcome").getStringValue()).isEqualTo("complete");
			assertThat(attributes.get("gen_ai.operation.name").getStringValue()).isEqualTo("chat");
			assertThat(plain(attributes.get("gen_ai.system_instructions")))
				.isEqualTo("[{content=You are a helpful assistant., type=text}]");
			assertThat(plain(attributes.get("gen_ai.input.messages")))
				.isEqualTo("[{parts=[{content=Hello, type=text}], role=user}]");
			assertThat(plain(attributes.get("gen_ai.output.messages")))
				.startsWith("[{finish_reason=stop, parts=[{content=Hello! I am the demo provider")
				.endsWith("broken or dangerous., type=text}], role=assistant}]");
			Span call = await().atMost(SampleServer.TIMEOUT)
				.until(() -> collector.spans()
					.stream()
					.filter((span) -> span.getName().equals("chat demo-1"))
					.findFirst()
					.orElse(null), (found) -> found != null);
			assertThat(event.getSpanId()).isEqualTo(call.getSpanId());
			assertThat(collector.spans().toString()).doesNotContain("I am the demo provider")
				.doesNotContain("helpful assistant");
			assertThat(collector.events()).hasSize(1);
		}
	}

	/** Maps by their keys in order. */
	private static String plain(AnyValue value) {
		if (value.hasArrayValue()) {
			return value.getArrayValue().getValuesList().stream().map(RecordedContentTests::plain).toList().toString();
		}
		if (value.hasKvlistValue()) {
			return value.getKvlistValue()
				.getValuesList()
				.stream()
				.map((entry) -> entry.getKey() + "=" + plain(entry.getValue()))
				.sorted()
				.collect(Collectors.joining(", ", "{", "}"));
		}
		return value.getStringValue();
	}

}
