package studio.ainative.aikit.autoconfigure;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.observation.CallHistory;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of the actuator's endpoint
 * {@code aikit}, if it is exposed, and of the health of streams, if it is asked for.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = AiKitClientAutoConfiguration.class)
@ConditionalOnClass({ WebClient.class, ObservationRegistry.class })
@ConditionalOnBean(StreamFactory.class)
public final class AiKitEndpointAutoConfiguration {

	/**
	 * The endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	@ConditionalOnBooleanProperty(name = "ai-kit.observations.enabled", matchIfMissing = true)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint(AiKitEndpoint.class)
		CallHistory aiKitCallHistory() {
			return new CallHistory(Clock.systemUTC());
		}

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint
		AiKitEndpoint aiKitEndpoint(StreamFactory streams, CallHistory history) {
			return new AiKitEndpoint(streams, history);
		}

	}

	/**
	 * The health of streams.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthContributor.class)
	@ConditionalOnProperty(name = "ai-kit.observations.health", havingValue = "connect")
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "aiKitHealthContributor")
		CompositeHealthContributor aiKitHealthContributor(StreamFactory streams) {
			Map<String, StreamHealth> health = new LinkedHashMap<>();
			streams.summaries().forEach((name, stream) -> health.put(name, new StreamHealth(stream)));
			return CompositeHealthContributor.fromMap(health);
		}

	}

}
