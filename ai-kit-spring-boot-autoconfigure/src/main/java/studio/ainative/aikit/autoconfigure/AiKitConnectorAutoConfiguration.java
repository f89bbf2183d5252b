package studio.ainative.aikit.autoconfigure;

import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of the connections that streams use.
 * It comes before Boot's own, so that it can tell whether the application has brought a
 * {@link WebClient.Builder} or a {@link ClientHttpConnector}: these are then used as they
 * are.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = { ReactiveHttpClientAutoConfiguration.class, WebClientAutoConfiguration.class })
@ConditionalOnClass({ WebClient.class, HttpClient.class, WebClientAutoConfiguration.class })
@ConditionalOnMissingBean({ WebClient.Builder.class, ClientHttpConnector.class })
@EnableConfigurationProperties(AiKitProperties.class)
public final class AiKitConnectorAutoConfiguration {

	@Bean
	StreamConnector aiKitStreamConnector(AiKitProperties properties, ListableBeanFactory beanFactory,
			ObjectProvider<ClientHttpConnectorBuilder<?>> connectorBuilder, ObjectProvider<HttpClientSettings> settings,
			ObjectProvider<ReactorResourceFactory> reactorResources) {
		if (properties.maxConnections() < 1) {
			throw new AiKitConfigurationException("ai-kit.max-connections", "must be 1 or more",
					"Remove it for a thousand connections to each host.", null);
		}
		return new StreamConnector(properties.maxConnections(), beanFactory, connectorBuilder, settings,
				reactorResources);
	}

}
