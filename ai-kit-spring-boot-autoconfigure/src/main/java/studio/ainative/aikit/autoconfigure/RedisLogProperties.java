package studio.ainative.aikit.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the answers that are kept in Redis. Where Redis is says
 * {@code spring.data.redis}.
 *
 * @param lease How long a node counts as alive that says nothing. Readers know within two
 * leases that the node which wrote their answer is gone.
 * @param prefix What the names of all keys and channels begin with, so that applications
 * can share a Redis.
 * @since 0.1.0
 */
@ConfigurationProperties("ai-kit.response.resume.redis")
public record RedisLogProperties(@DefaultValue("5s") Duration lease, @DefaultValue("ai-kit:") String prefix) {
}
