package studio.ainative.aikit.autoconfigure;

import java.util.regex.Pattern;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of what the actuator shows. Its pages
 * show no values at all by default; where an application has them shown, the keys,
 * headers, prompts and options of streams stay hidden, and so does the endpoint, which is
 * where some servers want a key. Keys are hidden under any other name too, such as that
 * of the variable which the configuration refers to.
 *
 * @since 0.1.0
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class AiKitActuatorAutoConfiguration {

	/** However the property is spelled, as a variable of the environment too. */
	private static final Pattern SECRETS = Pattern.compile(
			"ai[-_]?kit[._](stream|streams[._].+|response)[._]"
					+ "(api[-_]?key|endpoint|system[-_]?prompt|headers([._\\[].*)?|options([._\\[].*)?)",
			Pattern.CASE_INSENSITIVE);

	@Bean
	@ConditionalOnMissingBean(name = "aiKitSanitizingFunction")
	SanitizingFunction aiKitSanitizingFunction(Environment environment) {
		ConfiguredSecrets secrets = new ConfiguredSecrets(environment);
		return (data) -> (SECRETS.matcher(data.getKey()).matches() || secrets.areIn(data.getValue()))
				? data.withSanitizedValue() : data;
	}

}
