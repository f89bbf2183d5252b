package studio.ainative.aikit.client;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the tries of one request are known by at the servers that are asked: one that is
 * sent again, because nothing has come back, joins the answer that the first may have
 * begun.
 */
final class RequestKeys {

	private final Map<Exchange, String> keys = new ConcurrentHashMap<>(1);

	/**
	 * The key for a try.
	 * @param exchange makes the request
	 * @return the key, that of the try before unless it was used up
	 */
	String of(Exchange exchange) {
		return this.keys.computeIfAbsent(exchange, (any) -> UUID.randomUUID().toString());
	}

	/**
	 * The key has brought what it can: a further try is to have an answer of its own.
	 * @param exchange has made the request
	 */
	void usedUp(Exchange exchange) {
		this.keys.remove(exchange);
	}

}
