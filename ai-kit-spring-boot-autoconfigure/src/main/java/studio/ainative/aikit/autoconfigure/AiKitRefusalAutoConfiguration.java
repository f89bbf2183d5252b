package studio.ainative.aikit.autoconfigure;

import java.util.List;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ExceptionHandlerExceptionResolver;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import studio.ainative.aikit.server.webflux.RefusalHandler;
import studio.ainative.aikit.server.webmvc.RefusalResolver;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of what requests for a stream are
 * answered that can't have one, on Spring MVC and on WebFlux: problem details, whatever
 * they accept, and no word in the log. The application's own {@code @ExceptionHandler}
 * methods come first, and those of its own problem details; where Spring Boot would bring
 * these, AI Kit does, for all controllers, in the same words but for streams. Excluding
 * this class leaves the rest to Spring.
 *
 * @since 0.1.0
 */
@AutoConfiguration(beforeName = { "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
		"org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration" })
@ConditionalOnWebApplication
public final class AiKitRefusalAutoConfiguration {

	/**
	 * Refusals of Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class WebMvcRefusalConfiguration {

		@Bean
		WebMvcConfigurer aiKitRefusalConfigurer(ObjectProvider<RequestMappingHandlerMapping> mappings) {
			return new WebMvcConfigurer() {

				@Override
				public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
					int index = 0;
					for (int i = 0; i < resolvers.size(); i++) {
						index = (resolvers.get(i) instanceof ExceptionHandlerExceptionResolver) ? i + 1 : index;
					}
					resolvers.add(index, new RefusalResolver(mappings));
				}

			};
		}

	}

	/**
	 * Problem details of Spring MVC.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnBooleanProperty("spring.mvc.problemdetails.enabled")
	static class WebMvcProblemConfiguration {

		@Bean
		@Order(0) // as Spring Boot's
		@ConditionalOnMissingBean(org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler.class)
		studio.ainative.aikit.server.webmvc.RefusalAdvice aiKitRefusalAdvice() {
			return new studio.ainative.aikit.server.webmvc.RefusalAdvice();
		}

	}

	/**
	 * Problem details of WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherHandler.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnBooleanProperty("spring.webflux.problemdetails.enabled")
	static class WebFluxProblemConfiguration {

		@Bean
		@Order(0) // as Spring Boot's
		@ConditionalOnMissingBean(org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler.class)
		studio.ainative.aikit.server.webflux.RefusalAdvice aiKitRefusalAdvice() {
			return new studio.ainative.aikit.server.webflux.RefusalAdvice();
		}

	}

	/**
	 * Refusals of WebFlux.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DispatcherHandler.class)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class WebFluxRefusalConfiguration {

		@Bean
		@ConditionalOnMissingBean
		RefusalHandler aiKitRefusalHandler() {
			return new RefusalHandler();
		}

	}

}
