package studio.ainative.aikit.observation;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Keeps the names of models, which any request may bring, from making a series of metrics
 * each: those that are known from the configuration are let through, of all others only
 * the first few; what comes after them is {@value #OTHER}. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ModelNames {

	/** What a name is called once there are too many: {@value}. */
	public static final String OTHER = "other";

	/** What a name is called that is missing: {@value}. */
	public static final String NONE = "none";

	/** Longer than any model's name, and still bearable as a tag. */
	static final int MAX_LENGTH = 128;

	private final Set<String> known = ConcurrentHashMap.newKeySet();

	private final int maxModels;

	private final AtomicInteger others = new AtomicInteger();

	/**
	 * Let some names through.
	 * @param known names that are always let through
	 * @param maxModels how many others may join them, zero or more
	 */
	public ModelNames(Collection<String> known, int maxModels) {
		if (maxModels < 0) {
			throw new IllegalArgumentException("'maxModels' must be zero or more (was " + maxModels + ")");
		}
		this.known.addAll(known);
		this.maxModels = maxModels;
	}

	/**
	 * Bound a name.
	 * @param name the name, {@code null} for none
	 * @return the name, {@value #OTHER} or {@value #NONE}
	 */
	public String bound(@Nullable String name) {
		if (name == null || name.isEmpty()) {
			return NONE;
		}
		if (this.known.contains(name)) {
			return name;
		}
		if (name.length() > MAX_LENGTH) {
			return OTHER;
		}
		// The first look spares an increment that would overflow one day
		if (this.others.get() >= this.maxModels || this.others.getAndIncrement() >= this.maxModels) {
			return OTHER;
		}
		this.known.add(name);
		return name;
	}

}
