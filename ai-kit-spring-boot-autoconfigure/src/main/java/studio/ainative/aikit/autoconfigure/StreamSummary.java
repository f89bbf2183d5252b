package studio.ainative.aikit.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * What may be told of a configured stream.
 *
 * @param provider the wire format
 * @param host where requests go
 * @param port the port there
 * @param model the configured model, {@code null} where the server chooses
 */
record StreamSummary(String provider, String host, int port, @Nullable String model) {
}
