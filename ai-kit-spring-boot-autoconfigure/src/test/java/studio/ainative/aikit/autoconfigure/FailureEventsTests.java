package studio.ainative.aikit.autoconfigure;

import java.util.Map;
import java.util.TreeMap;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Severity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Answers;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;

/**
 * What OpenTelemetry is told of calls that fail.
 */
class FailureEventsTests {

	private final ScriptedServer provider = ScriptedServer.start();

	private final LogRecordBuilder event = mock(LogRecordBuilder.class, Answers.RETURNS_SELF);

	private final OpenTelemetry openTelemetry = mock(OpenTelemetry.class, Answers.RETURNS_DEEP_STUBS);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(AiKitClientAutoConfiguration.class, AiKitObservationAutoConfiguration.class))
		.withPropertyValues("ai-kit.stream.provider=openai", "ai-kit.stream.endpoint=" + this.provider.uri(),
				"ai-kit.stream.model=gpt-4o-mini");

	FailureEventsTests() {
		given(this.openTelemetry.getLogsBridge().get(anyString()).logRecordBuilder()).willReturn(this.event);
	}

	@AfterEach
	void stop() {
		this.provider.close();
	}

	private void make(ObservedCalls call, String... properties) {
		this.contextRunner.withBean(OpenTelemetry.class, () -> this.openTelemetry)
			.withPropertyValues(properties)
			.run((context) -> call.make(this.provider,
					ObservedCalls.withoutRetries(context.getBean("aiStreamBuilder", AIStream.Builder.class))));
	}

	private Map<String, Object> attributes() {
		Map<String, Object> attributes = new TreeMap<>();
		mockingDetails(this.event).getInvocations()
			.stream()
			.filter((invocation) -> invocation.getArguments().length == 2)
			.forEach((invocation) -> attributes.put(invocation.<AttributeKey<?>>getArgument(0).getKey(),
					invocation.getArgument(1)));
		return attributes;
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "COMPLETE", "STOPPED", "ABANDONED" })
	void eachFailureIsOne(ObservedCalls call) {
		make(call);
		verify(this.event).setEventName("gen_ai.client.inference.exception");
		verify(this.event).setSeverity(Severity.WARN);
		verify(this.event).emit();
		assertThat(attributes()).containsEntry("aikit.outcome", call.outcome())
			.containsEntry("error.type", call.errorType())
			.containsEntry("gen_ai.provider.name", "openai")
			.hasSize(12);
		assertThat(attributes().get("exception.type")).asString()
			.startsWith("studio.ainative.aikit.client.")
			.endsWith("Exception");
		assertThat(attributes().get("exception.message")).asString().isNotBlank().doesNotContain("studio.ainative");
	}

	@ParameterizedTest
	@EnumSource(names = { "COMPLETE", "STOPPED", "ABANDONED" })
	void whatDoesNotFailIsNone(ObservedCalls call) {
		make(call);
		verifyNoInteractions(this.event);
	}

	@Test
	void theOlderNamesKnowNoSuchEvent() {
		make(ObservedCalls.ERROR, "ai-kit.observations.names=otel-1.41");
		verifyNoInteractions(this.event);
	}

	@Test
	void withoutRegistryOrOpenTelemetryNothingIsObserved() {
		this.contextRunner
			.run((context) -> assertThat(context.getBean(StreamObservers.class).observer("default")).isNull());
	}

}
