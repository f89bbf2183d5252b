package studio.ainative.aikit.autoconfigure;

import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * Says at start-up that an endpoint answers whoever reaches it, where nothing of Spring
 * Security stands before it.
 */
final class OpenEndpointWarning implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(OpenEndpointWarning.class);

	private final ApplicationContext context;

	private final String property;

	private final String basePath;

	OpenEndpointWarning(ApplicationContext context, String property, String basePath) {
		this.context = context;
		this.property = property;
		this.basePath = basePath;
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (Stream
			.of("org.springframework.security.web.SecurityFilterChain",
					"org.springframework.security.web.server.SecurityWebFilterChain")
			.noneMatch(this::hasBean)) {
			logger.warn("'" + this.property + "' lets whoever reaches " + this.basePath
					+ " use the models of this application, at its expense, and Spring Security is not there."
					+ " Secure the path, or make sure that nobody else reaches it.");
		}
	}

	private boolean hasBean(String className) {
		ClassLoader loader = this.context.getClassLoader();
		return ClassUtils.isPresent(className, loader)
				&& this.context.getBeanNamesForType(ClassUtils.resolveClassName(className, loader)).length > 0;
	}

}
