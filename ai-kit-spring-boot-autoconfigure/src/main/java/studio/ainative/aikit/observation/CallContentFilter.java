package studio.ainative.aikit.observation;

import org.jspecify.annotations.Nullable;

/**
 * Decides what of prompts and answers is recorded, where the application has asked for
 * them: a bean of this type sees all of each before anything is cut. Called once for each
 * call, on the thread that ends it. What it throws drops that call's content.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CallContentFilter {

	/**
	 * Decide.
	 * @param content what was asked and answered
	 * @return what may be recorded, {@code null} for nothing of it
	 */
	@Nullable CallContent filter(CallContent content);

}
