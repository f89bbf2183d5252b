package studio.ainative.aikit.autoconfigure;

import tools.jackson.databind.JacksonModule;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.cache.CacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import studio.ainative.aikit.cache.AnswerStore;
import studio.ainative.aikit.cache.CacheNamespace;
import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.client.Tool;
import studio.ainative.aikit.provider.Provider;
import studio.ainative.aikit.tokens.CostCalculator;
import studio.ainative.aikit.tokens.TokenCounter;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of {@link AIStream} and its builder,
 * one of each for {@code ai-kit.stream} and for every name under {@code ai-kit.streams}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { AiKitConnectorAutoConfiguration.class, WebClientAutoConfiguration.class })
@ConditionalOnClass(WebClient.class)
@EnableConfigurationProperties(AiKitProperties.class)
@Import(NamedStreamsRegistrar.class)
public final class AiKitClientAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	CostCalculator aiKitCostCalculator(AiKitProperties properties) {
		return PricingProperties.costCalculator(properties.pricing());
	}

	@Bean
	AnswerCaches aiKitAnswerCaches(ObjectProvider<AnswerStore> stores, ObjectProvider<CacheManager> cacheManagers,
			ObjectProvider<CacheNamespace> namespaces) {
		return new AnswerCaches(stores, cacheManagers, namespaces);
	}

	@Bean
	StreamFactory aiKitStreamFactory(Environment environment, ObjectProvider<Provider> providers,
			ObjectProvider<StreamConnector> connector, ObjectProvider<WebClient.Builder> webClientBuilder,
			ObjectProvider<TokenCounter> tokenCounter, CostCalculator costCalculator,
			ObjectProvider<AIStreamBuilderCustomizer> customizers, ObjectProvider<StreamObservers> observers,
			ObjectProvider<Tool> tools, ObjectProvider<ClientHttpConnector> clientHttpConnector,
			AnswerCaches answerCaches) {
		return new StreamFactory(environment, providers, connector, webClientBuilder, tokenCounter, costCalculator,
				customizers, observers, tools, new OtherConnectorWarning(connector, clientHttpConnector), answerCaches);
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	AIStream.Builder aiStreamBuilder(StreamFactory factory) {
		return factory.builder();
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	AIStream aiStream(AIStream.Builder builder) {
		return builder.build();
	}

	@Bean
	@ConditionalOnMissingBean(name = "aiKitMessageModule")
	JacksonModule aiKitMessageModule() {
		return new MessageJacksonModule();
	}

}
