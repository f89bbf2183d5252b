package studio.ainative.aikit.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import studio.ainative.aikit.provider.Provider;

/**
 * Which streams answer when another can't. What a stream says of that is its own, and not
 * inherited: a fallback that inherited the list would be its own fallback.
 */
final class ConfiguredFallbacks {

	private static final Bindable<List<String>> NAMES = Bindable.listOf(String.class);

	private final Binder binder;

	private final Set<String> streams = new TreeSet<>();

	ConfiguredFallbacks(Binder binder) {
		this.binder = binder;
		this.streams.addAll(binder.bind(StreamFactory.NAMED, Bindable.mapOf(String.class, Object.class))
			.orElseGet(Map::of)
			.keySet());
		if (binder.bind(StreamFactory.BASE, Bindable.mapOf(String.class, Object.class)).isBound()) {
			this.streams.add(StreamFactory.DEFAULT);
		}
	}

	/**
	 * The fallbacks of a stream, without theirs.
	 * @param stream the stream's name
	 * @return names of other streams, in their order
	 * @throws AiKitConfigurationException if there is no such stream, or one of them
	 * leads back
	 */
	List<String> of(String stream) {
		check(new ArrayList<>(List.of(stream)));
		return names(stream);
	}

	/**
	 * Require that whoever may answer for a stream can be told of its tools.
	 * @param stream the stream's name
	 * @param prefix where its properties are
	 * @param providers the provider of a stream
	 * @throws AiKitConfigurationException if one can't, or as by {@link #of}
	 */
	void requireTools(String stream, String prefix, Function<String, Provider> providers) {
		Set<String> all = new LinkedHashSet<>();
		add(stream, all);
		for (String fallback : all) {
			Provider provider = providers.apply(fallback);
			if (!provider.writesTools()) {
				throw new AiKitConfigurationException(property(stream),
						"leads to '" + fallback + "', whose provider is '" + provider.name()
								+ "', which can't tell a model of the application's tools",
						"Remove '" + fallback + "' from it, choose another provider for that, or set '" + prefix
								+ ".tools.enabled' to false.",
						null);
			}
		}
	}

	private void add(String stream, Set<String> all) {
		for (String fallback : of(stream)) {
			all.add(fallback);
			add(fallback, all);
		}
	}

	private void check(List<String> path) {
		String stream = path.get(path.size() - 1);
		for (String name : names(stream)) {
			if (!this.streams.contains(name)) {
				throw new AiKitConfigurationException(property(stream),
						"names '" + name + "', and there is no such stream",
						"Set it to some of: " + others(stream) + ".", null);
			}
			if (path.contains(name)) {
				String circle = String.join(" → ", path.subList(path.indexOf(name), path.size())) + " → " + name;
				throw new AiKitConfigurationException(property(stream), "goes round in a circle: " + circle,
						"Remove '" + name + "' from it.", null);
			}
			path.add(name);
			check(path);
			path.remove(path.size() - 1);
		}
	}

	private String others(String stream) {
		String others = String.join(", ", this.streams.stream().filter((name) -> !name.equals(stream)).toList());
		return others.isEmpty() ? "streams under 'ai-kit.streams', of which there are none" : others;
	}

	private List<String> names(String stream) {
		return this.binder.bind(name(stream).append("fallback"), NAMES).orElseGet(List::of);
	}

	private static String property(String stream) {
		return (stream.equals(StreamFactory.DEFAULT) ? StreamFactory.BASE : StreamFactory.NAMED + "." + stream)
				+ ".fallback";
	}

	/** Where a stream's own properties are. */
	static ConfigurationPropertyName name(String stream) {
		return stream.equals(StreamFactory.DEFAULT) ? ConfigurationPropertyName.of(StreamFactory.BASE)
				: ConfigurationPropertyName.of(StreamFactory.NAMED).append("[" + stream + "]");
	}

}
