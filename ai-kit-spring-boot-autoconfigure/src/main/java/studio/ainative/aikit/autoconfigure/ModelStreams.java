package studio.ainative.aikit.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.client.AIStream;

/**
 * The application's streams as models that readers choose from: each stream by its name,
 * and the one without a name as {@value #DEFAULT}.
 */
final class ModelStreams {

	static final String DEFAULT = "default";

	private final Map<String, Model> models = new LinkedHashMap<>();

	void add(String id, AIStream stream, String provider) {
		this.models.putIfAbsent(id, new Model(id, stream, provider));
	}

	@Nullable Model find(String id) {
		return this.models.get(id);
	}

	/** The stream that answers where none is named: the default, or the only one. */
	@Nullable Model first() {
		Model unnamed = this.models.get(DEFAULT);
		return (unnamed != null || this.models.size() != 1) ? unnamed : this.models.values().iterator().next();
	}

	Collection<String> ids() {
		return this.models.keySet();
	}

	/**
	 * One of them.
	 *
	 * @param id its name
	 * @param stream what answers
	 * @param provider the name of the format that its endpoint speaks
	 */
	record Model(String id, AIStream stream, String provider) {
	}

}
