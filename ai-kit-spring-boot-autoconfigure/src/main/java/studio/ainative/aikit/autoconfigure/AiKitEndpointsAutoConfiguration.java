package studio.ainative.aikit.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.servlet.DispatcherServlet;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of addresses that answer without a
 * controller, each off unless its property says otherwise.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { AiKitClientAutoConfiguration.class, AiKitServerAutoConfiguration.class })
@ConditionalOnClass(WebClient.class)
@ConditionalOnWebApplication
@ConditionalOnBean({ StreamFactory.class, StreamingResponses.class })
public final class AiKitEndpointsAutoConfiguration {

	/**
	 * OpenAI's chat completions.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("ai-kit.endpoints.openai.enabled")
	static class OpenAiConfiguration {

		@Bean
		OpenAiEndpoint aiKitOpenAiEndpoint(AiKitProperties properties, StreamFactory streams, AIStream aiStream,
				StreamingResponses responses) {
			EndpointSettings.check("ai-kit.endpoints.openai", properties.endpoints().openai().basePath(),
					properties.endpoints().openai().maxBodySize());
			return new OpenAiEndpoint(properties.endpoints().openai(), streams.models(aiStream), responses);
		}

		@Bean
		OpenEndpointWarning aiKitOpenAiWarning(ApplicationContext context, OpenAiEndpoint endpoint) {
			return new OpenEndpointWarning(context, "ai-kit.endpoints.openai.enabled", endpoint.basePath());
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(DispatcherServlet.class)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		static class WebMvc {

			@Bean
			studio.ainative.aikit.server.webmvc.EndpointMapping aiKitOpenAiMapping(OpenAiEndpoint endpoint) {
				return new studio.ainative.aikit.server.webmvc.EndpointMapping(endpoint);
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(DispatcherHandler.class)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		static class WebFlux {

			@Bean
			studio.ainative.aikit.server.webflux.EndpointMapping aiKitOpenAiMapping(OpenAiEndpoint endpoint) {
				return new studio.ainative.aikit.server.webflux.EndpointMapping(endpoint);
			}

		}

	}

	/**
	 * AG-UI.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("ai-kit.endpoints.ag-ui.enabled")
	static class AgUiConfiguration {

		@Bean
		AgUiEndpoint aiKitAgUiEndpoint(AiKitProperties properties, StreamFactory streams, AIStream aiStream,
				StreamingResponses responses) {
			EndpointSettings.check("ai-kit.endpoints.ag-ui", properties.endpoints().agUi().basePath(),
					properties.endpoints().agUi().maxBodySize());
			return new AgUiEndpoint(properties.endpoints().agUi(), streams.models(aiStream), responses);
		}

		@Bean
		OpenEndpointWarning aiKitAgUiWarning(ApplicationContext context, AgUiEndpoint endpoint) {
			return new OpenEndpointWarning(context, "ai-kit.endpoints.ag-ui.enabled", endpoint.basePath());
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(DispatcherServlet.class)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
		static class WebMvc {

			@Bean
			studio.ainative.aikit.server.webmvc.EndpointMapping aiKitAgUiMapping(AgUiEndpoint endpoint) {
				return new studio.ainative.aikit.server.webmvc.EndpointMapping(endpoint);
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnClass(DispatcherHandler.class)
		@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
		static class WebFlux {

			@Bean
			studio.ainative.aikit.server.webflux.EndpointMapping aiKitAgUiMapping(AgUiEndpoint endpoint) {
				return new studio.ainative.aikit.server.webflux.EndpointMapping(endpoint);
			}

		}

	}

}
