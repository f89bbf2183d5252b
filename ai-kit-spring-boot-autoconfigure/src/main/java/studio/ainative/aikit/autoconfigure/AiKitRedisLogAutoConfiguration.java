package studio.ainative.aikit.autoconfigure;

import io.lettuce.core.RedisClient;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.redis.RedisAnswerLog;

/**
 * {@linkplain AutoConfiguration Auto-configuration} of answers that are kept in the Redis
 * which the application uses, by connections of their own.
 *
 * @since 0.1.0
 */
@AutoConfiguration(before = AiKitServerAutoConfiguration.class,
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass({ RedisClient.class, LettuceConnectionFactory.class })
@ConditionalOnBooleanProperty("ai-kit.response.resume.enabled")
@ConditionalOnProperty(name = "ai-kit.response.resume.store", havingValue = "redis")
@ConditionalOnBean(LettuceConnectionFactory.class)
@ConditionalOnMissingBean(AnswerLog.class)
@EnableConfigurationProperties(RedisLogProperties.class)
public final class AiKitRedisLogAutoConfiguration {

	@Bean
	RedisLogClient aiKitRedisLogClient(LettuceConnectionFactory connectionFactory, Environment environment) {
		return RedisLogClient.of(connectionFactory, environment);
	}

	@Bean
	RedisAnswerLog aiKitRedisAnswerLog(RedisLogClient client, RedisLogProperties properties) {
		return BlamedProperty.checked("ai-kit.response.resume.redis.",
				() -> client.log().lease(properties.lease()).prefix(properties.prefix()).build());
	}

	@Bean
	RedisLogStart aiKitRedisLogStart(RedisAnswerLog log) {
		return new RedisLogStart(log);
	}

}
