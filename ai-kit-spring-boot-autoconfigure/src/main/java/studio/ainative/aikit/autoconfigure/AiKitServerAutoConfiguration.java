package studio.ainative.aikit.autoconfigure;

import java.util.List;
import java.util.Locale;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import studio.ainative.aikit.cache.CacheNamespace;
import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.server.ResponseObserver;
import studio.ainative.aikit.server.StreamOwnerResolver;
import studio.ainative.aikit.server.StreamingOptions;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;
import studio.ainative.aikit.server.webflux.OpenedResponsesFilter;
import studio.ainative.aikit.server.webflux.StreamingResponseResultHandler;
import studio.ainative.aikit.server.webmvc.StreamingResponseReturnValueHandler;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of {@link StreamingResponses}, and of
 * controllers that return a {@link StreamingResponse}, on Spring MVC and on WebFlux.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnWebApplication
@EnableConfigurationProperties(AiKitProperties.class)
public final class AiKitServerAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	StreamingResponses streamingResponses(AiKitProperties properties, Environment environment,
			ObjectProvider<WireFormat> wireFormats, UiMessageFormat uiMessageFormat,
			ObjectProvider<StreamingOptionsCustomizer> customizers, ObjectProvider<AnswerLog> answerLog,
			ObjectProvider<StreamOwnerResolver> streamOwners, ObjectProvider<ResponseObserver> observers) {
		CompressionWarning.logIfNeeded(environment);
		StreamingOptions options = ResponseSettings.options(properties.response());
		for (StreamingOptionsCustomizer customizer : customizers.orderedStream().toList()) {
			options = customizer.customize(options);
		}
		StreamingResponses.Builder builder = StreamingResponses.builder(options);
		WireFormat format = ResponseFormats.find(properties.response().format(), wireFormats, uiMessageFormat);
		if (format != null) {
			builder.wireFormat(format);
		}
		answerLog.ifAvailable((log) -> builder.resume(log, ResumeSettings.options(properties.response().resume())));
		streamOwners.ifAvailable(builder::streamOwners);
		observers.orderedStream().forEach(builder::observer);
		if (Threading.VIRTUAL.isActive(environment)) {
			builder.executor(new VirtualThreadTaskExecutor("ai-kit-response-"));
		}
		return builder.build();
	}

	/**
	 * To be injected as what it is; as a {@code WireFormat} the application's come first.
	 */
	@Bean
	@ConditionalOnMissingBean
	UiMessageFormat uiMessageFormat(AiKitProperties properties) {
		return BlamedProperty.checked("ai-kit.response.ui-message.",
				() -> new UiMessageFormat(new JsonMapper()).withLevel(properties.response().uiMessage().level()));
	}

	@Bean
	DrainOnShutdown aiKitDrainOnShutdown(ApplicationContext context, ObjectProvider<StreamingResponses> responses) {
		return new DrainOnShutdown(context, responses);
	}

	/**
	 * Answers are kept.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty("ai-kit.response.resume.enabled")
	static class ResumeConfiguration {

		@Bean
		@ConditionalOnMissingBean(AnswerLog.class)
		InMemoryAnswerLog aiKitAnswerLog(AiKitProperties properties) {
			AiKitProperties.Resume resume = properties.response().resume();
			if (resume.store() != AiKitProperties.Store.MEMORY) {
				throw new AiKitConfigurationException(ResumeSettings.PREFIX + "store",
						"is " + resume.store().name().toLowerCase(Locale.ROOT) + ", and what that needs is not there",
						"Add spring-boot-starter-data-redis, or set it to memory.", null);
			}
			return new InMemoryAnswerLog(ResumeSettings.bounds(resume));
		}

	}

	/**
	 * Answers are read again from Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnBooleanProperty("ai-kit.response.resume.enabled")
	static class WebMvcResumeConfiguration {

		@Bean
		@ConditionalOnMissingBean
		studio.ainative.aikit.server.webmvc.StreamEndpoint aiKitStreamEndpoint(StreamingResponses responses) {
			return new studio.ainative.aikit.server.webmvc.StreamEndpoint(responses);
		}

		@Bean
		@ConditionalOnMissingBean
		studio.ainative.aikit.server.webmvc.FingerprintFilter aiKitFingerprintFilter() {
			return new studio.ainative.aikit.server.webmvc.FingerprintFilter();
		}

	}

	/**
	 * Answers are read again from WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherHandler.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnBooleanProperty("ai-kit.response.resume.enabled")
	static class WebFluxResumeConfiguration {

		@Bean
		@ConditionalOnMissingBean
		studio.ainative.aikit.server.webflux.StreamEndpoint aiKitStreamEndpoint(StreamingResponses responses) {
			return new studio.ainative.aikit.server.webflux.StreamEndpoint(responses);
		}

		@Bean
		@ConditionalOnMissingBean
		studio.ainative.aikit.server.webflux.FingerprintFilter aiKitFingerprintFilter() {
			return new studio.ainative.aikit.server.webflux.FingerprintFilter();
		}

	}

	/**
	 * Controllers of Spring MVC may return a {@link StreamingResponse}.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class WebMvcResponseConfiguration {

		@Bean
		@ConditionalOnMissingBean
		CacheNamespace aiKitCacheNamespace(ObjectProvider<StreamOwnerResolver> streamOwners) {
			return OwnerNamespace.ofThread(streamOwners.getIfAvailable(() -> StreamOwnerResolver.PRINCIPAL),
					studio.ainative.aikit.server.webmvc.CallingRequest::current);
		}

		@Bean
		WebMvcConfigurer aiKitWebMvcConfigurer() {
			return new WebMvcConfigurer() {

				@Override
				public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
					handlers.add(new StreamingResponseReturnValueHandler());
				}

			};
		}

	}

	/**
	 * Controllers of WebFlux may return a {@link StreamingResponse}.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherHandler.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class WebFluxResponseConfiguration {

		@Bean
		@ConditionalOnMissingBean
		CacheNamespace aiKitCacheNamespace(ObjectProvider<StreamOwnerResolver> streamOwners) {
			return OwnerNamespace.ofContext(streamOwners.getIfAvailable(() -> StreamOwnerResolver.PRINCIPAL),
					studio.ainative.aikit.server.webflux.CallingRequest.current());
		}

		@Bean
		@ConditionalOnMissingBean
		StreamingResponseResultHandler streamingResponseResultHandler() {
			return new StreamingResponseResultHandler();
		}

		@Bean
		@ConditionalOnMissingBean
		OpenedResponsesFilter aiKitOpenedResponsesFilter() {
			return new OpenedResponsesFilter();
		}

	}

}
