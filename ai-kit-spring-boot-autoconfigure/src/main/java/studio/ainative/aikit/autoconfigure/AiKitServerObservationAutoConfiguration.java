package studio.ainative.aikit.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.observation.AiKitServerMeterConvention;
import studio.ainative.aikit.observation.DefaultAiKitServerMeterConvention;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of metrics of answers to readers,
 * where there is a registry.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = AiKitServerAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "ai-kit.observations.enabled", matchIfMissing = true)
public final class AiKitServerObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	AiKitServerMeterConvention aiKitServerMeterConvention() {
		return new DefaultAiKitServerMeterConvention();
	}

	private static MeteredResponses meteredResponses(MeterRegistry registry, AiKitServerMeterConvention convention,
			String stack, ObjectProvider<AnswerLog> answerLog) {
		MeteredResponses responses = new MeteredResponses(registry, convention, stack);
		answerLog.ifAvailable((log) -> responses.beginKept());
		return responses;
	}

	/**
	 * Answers that Spring MVC writes.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class WebMvcConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MeteredResponses aiKitMeteredResponses(MeterRegistry registry, AiKitServerMeterConvention convention,
				ObjectProvider<AnswerLog> answerLog) {
			return meteredResponses(registry, convention, "webmvc", answerLog);
		}

	}

	/**
	 * Answers that WebFlux writes.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class WebFluxConfiguration {

		@Bean
		@ConditionalOnMissingBean
		MeteredResponses aiKitMeteredResponses(MeterRegistry registry, AiKitServerMeterConvention convention,
				ObjectProvider<AnswerLog> answerLog) {
			return meteredResponses(registry, convention, "webflux", answerLog);
		}

	}

}
