package studio.ainative.aikit.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

import org.springframework.web.reactive.function.client.WebClientException;

/**
 * What the HTTP client's errors mean. Their own messages are not repeated; the client's
 * wrappers, which know the request's headers, don't even become a cause.
 */
final class TransportErrors {

	/** By name, because the classes belong to clients that need not be there. */
	private static final Set<String> CONNECT_TIMEOUTS = Set.of("ConnectTimeoutException",
			"HttpConnectTimeoutException");

	/** By name too: all connections are in use, and as many callers wait as may. */
	private static final Set<String> FULL_POOLS = Set.of("PoolAcquireTimeoutException",
			"PoolAcquirePendingLimitException");

	/** Netty's, for a connection that ends within the head of a response. */
	private static final String CUT_IN_HEAD = "PrematureChannelClosureException";

	private final StreamTimeouts timeouts;

	TransportErrors(StreamTimeouts timeouts) {
		this.timeouts = timeouts;
	}

	AIStreamException translate(Throwable failure) {
		Throwable cause = unwrap(failure);
		if (cause instanceof AIStreamException known) {
			return known;
		}
		String name = cause.getClass().getSimpleName();
		if (CONNECT_TIMEOUTS.contains(name)) {
			return new StreamTimeoutException(StreamTimeoutException.Timeout.CONNECT, this.timeouts.connect(), cause);
		}
		if (FULL_POOLS.contains(name)) {
			return new StreamInterruptedException("All connections to the provider are in use (" + name + ")", true,
					cause);
		}
		if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
			return new StreamInterruptedException("No connection to the provider (" + name + ")", true, cause);
		}
		if (cause instanceof IOException || cause instanceof TimeoutException || isTimeout(name) || isHttp2(cause)
				|| name.equals(CUT_IN_HEAD)) {
			return new StreamInterruptedException("The connection to the provider broke (" + name + ")",
					!isCertificate(cause), cause);
		}
		return new StreamInterruptedException("The call to the provider failed (" + name + ")", false, cause);
	}

	private static Throwable unwrap(Throwable failure) {
		Throwable cause = Exceptions.unwrap(failure);
		while (cause instanceof WebClientException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		return cause;
	}

	/** Netty's read and write timeouts are neither of the JDK's exceptions. */
	private static boolean isTimeout(String name) {
		return name.endsWith("TimeoutException");
	}

	/**
	 * By name as well. What a peer did wrong on a connection it may do right on another.
	 */
	private static boolean isHttp2(Throwable failure) {
		for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
			if (type.getSimpleName().equals("Http2Exception")) {
				return true;
			}
		}
		return false;
	}

	/** A server that shows the wrong certificate will show it again. */
	private static boolean isCertificate(@Nullable Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof CertificateException) {
				return true;
			}
		}
		return false;
	}

}
