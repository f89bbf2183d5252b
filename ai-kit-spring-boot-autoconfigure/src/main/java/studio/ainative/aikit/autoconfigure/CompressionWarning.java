package studio.ainative.aikit.autoconfigure;

import java.util.List;
import java.util.Locale;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Says at start-up that the web server's own compression would hold tokens back: it
 * collects some kilobytes before it sends any.
 */
final class CompressionWarning {

	private static final Log logger = LogFactory.getLog(CompressionWarning.class);

	private static final String EVENT_STREAM = "text/event-stream";

	private CompressionWarning() {
	}

	static void logIfNeeded(Environment environment) {
		Binder binder = Binder.get(environment);
		boolean enabled = environment.getProperty("server.compression.enabled", Boolean.class, false);
		List<String> types = binder.bind("server.compression.mime-types", Bindable.listOf(String.class))
			.orElseGet(List::of);
		if (enabled && types.stream().anyMatch(CompressionWarning::isEventStream)) {
			logger.warn("'server.compression.mime-types' contains " + EVENT_STREAM
					+ ": the web server compresses streamed answers and may hold their tokens back."
					+ " Remove it there, and set 'ai-kit.response.compression' to true to compress them event by event.");
		}
	}

	private static boolean isEventStream(String type) {
		return type.strip().toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM);
	}

}
