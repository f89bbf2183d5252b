package studio.ainative.aikit.observation;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What came of an answer.
 *
 * @param duration from the subscription to the end
 * @param firstChunk from the subscription to the first text, reasoning or tool call,
 * {@code null} if there was none
 * @param firstToken from the subscription to the first text, {@code null} if there was
 * none
 * @param model the model that answered, as the provider names it
 * @param responseId the provider's id of the answer
 * @param finishReasons why the answer's choices ended, in the order in which they did
 * @param retryReasons what failed before each retry, as in the key {@code error.type}
 * @param tries how many requests were made
 * @since 0.1.0
 */
public record ClientCallProgress(Duration duration, @Nullable Duration firstChunk, @Nullable Duration firstToken,
		@Nullable String model, @Nullable String responseId, List<String> finishReasons, List<String> retryReasons,
		int tries) {

	/** Nothing yet. */
	public static final ClientCallProgress NONE = new ClientCallProgress(Duration.ZERO, null, null, null, null,
			List.of(), List.of(), 0);

	/**
	 * Copy what is mutable.
	 * @param duration from the subscription to the end
	 * @param firstChunk from the subscription to the first text, reasoning or tool call,
	 * {@code null} if there was none
	 * @param firstToken from the subscription to the first text, {@code null} if there
	 * was none
	 * @param model the model that answered, as the provider names it
	 * @param responseId the provider's id of the answer
	 * @param finishReasons why the answer's choices ended
	 * @param retryReasons what failed before each retry
	 * @param tries how many requests were made
	 */
	public ClientCallProgress {
		Objects.requireNonNull(duration, "'duration' must not be null");
		finishReasons = List.copyOf(finishReasons);
		retryReasons = List.copyOf(retryReasons);
	}

}
