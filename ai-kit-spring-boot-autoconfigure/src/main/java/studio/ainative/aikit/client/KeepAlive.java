package studio.ainative.aikit.client;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/**
 * How long a connection of HTTP/1.1 may rest between two calls: what the server allows by
 * its header {@code Keep-Alive}
 * (<a href="https://www.rfc-editor.org/rfc/rfc2068#section-19.7.1.1">RFC 2068</a>), less
 * a little, so that no call meets its end on the way.
 * <p>
 * Needs Reactor Netty.
 */
final class KeepAlive {

	/**
	 * Of servers that say nothing. They close connections when they want, which does no
	 * harm; balancers on the way may forget them without a sign, after four minutes at
	 * the soonest where they are set as they come.
	 */
	static final Duration DEFAULT = Duration.ofMinutes(3);

	/** Some servers promise hours, and what stands before them keeps no promise. */
	static final Duration LONGEST = Duration.ofMinutes(10);

	private static final String HEADER = "Keep-Alive";

	private static final Duration MARGIN = Duration.ofSeconds(1);

	private static final AttributeKey<Duration> ALLOWED = AttributeKey.valueOf(KeepAlive.class, "allowed");

	private static final Pattern TIMEOUT = Pattern.compile("(?:^|[,;\\s])timeout\\s*=\\s*\"?(\\d{1,6})",
			Pattern.CASE_INSENSITIVE);

	private KeepAlive() {
	}

	/**
	 * Take note of what a server allows.
	 * @param channel the connection's
	 * @param response a response of the server
	 */
	static void note(Channel channel, HttpResponse response) {
		String header = response.headers().get(HEADER);
		if (header != null) {
			channel.attr(ALLOWED).set(allowed(header));
		}
	}

	private static @Nullable Duration allowed(String header) {
		Matcher matcher = TIMEOUT.matcher(header);
		if (!matcher.find()) {
			return null;
		}
		Duration timeout = Duration.ofSeconds(Long.parseLong(matcher.group(1)));
		Duration less = timeout.minus(MARGIN);
		// Of two seconds or less, half
		Duration allowed = (less.compareTo(MARGIN) > 0) ? less : timeout.dividedBy(2);
		return (allowed.compareTo(LONGEST) < 0) ? allowed : LONGEST;
	}

	/**
	 * Whether a connection must not serve another call.
	 * @param connection the connection
	 * @param idleMillis for how long it has rested
	 * @return {@code true} if it is closed or has rested for too long
	 */
	static boolean isOver(Connection connection, long idleMillis) {
		Duration allowed = connection.channel().attr(ALLOWED).get();
		return !connection.channel().isActive() || !connection.isPersistent()
				|| idleMillis >= ((allowed != null) ? allowed : DEFAULT).toMillis();
	}

}
