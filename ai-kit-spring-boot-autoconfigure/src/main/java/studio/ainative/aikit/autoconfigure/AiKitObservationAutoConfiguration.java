package studio.ainative.aikit.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.observation.AiKitClientObservationConvention;
import studio.ainative.aikit.observation.CallContentFilter;
import studio.ainative.aikit.observation.CallLog;
import studio.ainative.aikit.observation.ClientCallListener;
import studio.ainative.aikit.observation.ClientMeters;
import studio.ainative.aikit.observation.ClientObservations;
import studio.ainative.aikit.observation.ContentRule;
import studio.ainative.aikit.observation.DefaultAiKitClientObservationConvention;
import studio.ainative.aikit.observation.ModelNames;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of metrics and spans of calls. Where
 * there is neither a registry of observations nor one of metrics, nothing is observed.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = AiKitClientAutoConfiguration.class,
		afterName = {
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration" })
@ConditionalOnClass({ ObservationRegistry.class, WebClient.class })
@ConditionalOnBooleanProperty(name = "ai-kit.observations.enabled", matchIfMissing = true)
@EnableConfigurationProperties(AiKitProperties.class)
public final class AiKitObservationAutoConfiguration {

	private static final Log logger = LogFactory.getLog(AiKitObservationAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	AiKitClientObservationConvention aiKitClientObservationConvention(AiKitProperties properties) {
		return new DefaultAiKitClientObservationConvention(properties.observations().names());
	}

	@Bean
	StreamObservers aiKitStreamObservers(AiKitProperties properties, AiKitClientObservationConvention convention,
			ObjectProvider<ObservationRegistry> registries, ObjectProvider<ClientCallListener> listeners,
			ObjectProvider<CallContentFilter> filters) {
		ObservationRegistry registry = registries.getIfUnique(() -> ObservationRegistry.NOOP);
		List<ClientCallListener> all = listeners.orderedStream().toList();
		if (registry.isNoop() && all.isEmpty()) {
			return (name) -> null;
		}
		ClientObservations withoutContent = new ClientObservations(registry, convention, modelNames(properties),
				modelNames(properties), all);
		ClientObservations observations = properties.observations().content().enabled()
				? withoutContent.withContent(contentRule(properties, filters)) : withoutContent;
		return (name) -> new StreamCallObserver(name, observations);
	}

	private static ContentRule contentRule(AiKitProperties properties, ObjectProvider<CallContentFilter> filters) {
		int maxLength = properties.observations().content().maxLength();
		ContentRule rule = BlamedProperty.checked("ai-kit.observations.content.",
				() -> new ContentRule(maxLength, filters.getIfUnique(() -> (unfiltered) -> unfiltered)));
		logger.warn("Prompts and answers are recorded, up to " + maxLength
				+ " characters of each: 'ai-kit.observations.content.enabled' asks for it");
		return rule;
	}

	/** All that the configuration names, which are few, and some more. */
	private static ModelNames modelNames(AiKitProperties properties) {
		List<String> configured = Stream.concat(Stream.of(properties.stream()), properties.streams().values().stream())
			.map(AiKitProperties.Stream::model)
			.filter(Objects::nonNull)
			.toList();
		return BlamedProperty.checked("ai-kit.observations.",
				() -> new ModelNames(configured, properties.observations().maxModels()));
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBooleanProperty("ai-kit.observations.log")
	CallLog aiKitCallLog() {
		return new CallLog();
	}

	/**
	 * Prompts and answers, if they are asked for.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(OpenTelemetry.class)
	@ConditionalOnBooleanProperty("ai-kit.observations.content.enabled")
	static class ContentConfiguration {

		/** In whose absence listeners of the application's own get them still. */
		@Bean
		ClientCallListener aiKitContentEvents(ObjectProvider<OpenTelemetry> openTelemetry,
				AiKitClientObservationConvention convention) {
			return new ContentEvents(openTelemetry.getIfUnique(OpenTelemetry::noop), convention);
		}

	}

	/**
	 * Failures as events.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(OpenTelemetry.class)
	@ConditionalOnBean(OpenTelemetry.class)
	static class FailureConfiguration {

		@Bean
		ClientCallListener aiKitFailureEvents(OpenTelemetry openTelemetry, AiKitClientObservationConvention convention,
				AiKitProperties properties) {
			return new FailureEvents(openTelemetry, convention, properties.observations().names());
		}

	}

	/**
	 * Metrics.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ClientMeters aiKitClientMeters(MeterRegistry registry, AiKitClientObservationConvention convention,
				AiKitProperties properties) {
			return new ClientMeters(registry, convention, properties.observations().names());
		}

		/**
		 * Spring Boot makes a timer of each observation, which would tell the same again
		 * by another name and in another unit.
		 */
		@Bean
		MeterFilter aiKitObservationMeterFilter() {
			return MeterFilter.deny((meter) -> meter.getName().startsWith(DefaultAiKitClientObservationConvention.NAME)
					|| meter.getName().startsWith("aikit.client.try")
					|| meter.getName().startsWith("aikit.client.tool"));
		}

	}

}
