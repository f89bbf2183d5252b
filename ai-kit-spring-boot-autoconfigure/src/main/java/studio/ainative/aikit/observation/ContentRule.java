package studio.ainative.aikit.observation;

import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What of prompts and answers is recorded.
 *
 * @param maxLength how many characters a call's instructions, its messages, its answer
 * and its tools may have each, 1 to {@value #MAX_LENGTH}
 * @param filter sees them before they are cut
 * @since 0.1.0
 */
public record ContentRule(int maxLength, CallContentFilter filter) {

	/** A megabyte or more of an event is what collectors refuse: {@value}. */
	public static final int MAX_LENGTH = 1024 * 1024;

	private static final Log logger = LogFactory.getLog(ContentRule.class);

	/**
	 * Refuse lengths that can't be.
	 * @param maxLength how many characters each may have
	 * @param filter sees them before they are cut
	 */
	public ContentRule {
		if (maxLength < 1 || maxLength > MAX_LENGTH) {
			throw new IllegalArgumentException(
					"'maxLength' must be from 1 to " + MAX_LENGTH + " (was " + maxLength + ")");
		}
		Objects.requireNonNull(filter, "'filter' must not be null");
	}

	@Nullable CallContent apply(CallContent content) {
		try {
			CallContent filtered = this.filter.filter(content);
			return (filtered != null) ? filtered.cut(this.maxLength) : null;
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			// Its message may hold what it was to keep out
			logger.warn("A filter of prompts and answers failed with " + ex.getClass().getName());
			return null;
		}
	}

}
