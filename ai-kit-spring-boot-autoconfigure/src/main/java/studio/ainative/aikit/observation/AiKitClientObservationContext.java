package studio.ainative.aikit.observation;

import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one call. What only its end tells is {@code null} or empty before.
 *
 * @since 0.1.0
 */
public class AiKitClientObservationContext extends SenderContext<Object> {

	private volatile ClientCallFacts facts;

	private volatile String requestModel;

	private volatile String cache = ModelNames.NONE;

	private volatile String responseModel = ModelNames.NONE;

	private volatile @Nullable ChunkTimes chunkTimes;

	private volatile @Nullable ClientCallEnd end;

	private volatile @Nullable CallContent content;

	private volatile ClientCallProgress progress = ClientCallProgress.NONE;

	/**
	 * Begin.
	 * @param facts what is asked
	 * @param requestModel the name of the model that is asked for, as metrics may have it
	 */
	public AiKitClientObservationContext(ClientCallFacts facts, String requestModel) {
		// The request is the HTTP client's, and so are the headers that carry the trace
		super((carrier, key, value) -> {
		}, Kind.CLIENT);
		setCarrier(facts);
		this.facts = facts;
		this.requestModel = requestModel;
	}

	/** Another target is asked. */
	void turnTo(ClientCallFacts facts, String requestModel) {
		this.facts = facts;
		this.requestModel = requestModel;
	}

	void content(@Nullable CallContent content) {
		this.content = content;
	}

	/** A cache does something for the call. */
	void cached(String use) {
		this.cache = use;
	}

	void end(ClientCallEnd end, @Nullable ChunkTimes chunkTimes, ClientCallProgress progress, String responseModel) {
		this.chunkTimes = chunkTimes;
		this.end = end;
		this.progress = progress;
		this.responseModel = responseModel;
	}

	/**
	 * What is known before the call's end: of the target that was asked last, if the
	 * stream has several.
	 * @return the facts
	 */
	public ClientCallFacts facts() {
		return this.facts;
	}

	/**
	 * The model that was asked for, as metrics may have it.
	 * @return the model's name, {@value ModelNames#OTHER} or {@value ModelNames#NONE}
	 */
	public String requestModel() {
		return this.requestModel;
	}

	/**
	 * The model that answered, as metrics may have it.
	 * @return the model's name, {@value ModelNames#OTHER} or {@value ModelNames#NONE}
	 */
	public String responseModel() {
		return this.responseModel;
	}

	/**
	 * What a cache did for the call.
	 * @return {@code hit}, {@code joined} or {@code miss}, {@value ModelNames#NONE} if
	 * the stream has none
	 */
	public String cache() {
		return this.cache;
	}

	/**
	 * How the call ended.
	 * @return the end, {@code null} before it
	 */
	public @Nullable ClientCallEnd end() {
		return this.end;
	}

	/**
	 * What came of the answer.
	 * @return what was noted until the end, {@link ClientCallProgress#NONE} before it
	 */
	public ClientCallProgress progress() {
		return this.progress;
	}

	/**
	 * What was asked and answered, filtered and cut.
	 * @return the content, {@code null} before the end, and always unless
	 * {@code ai-kit.observations.content.enabled} asks for it
	 */
	public @Nullable CallContent content() {
		return this.content;
	}

	/** The times between chunks, {@code null} where there were fewer than two. */
	@Nullable ChunkTimes chunkTimes() {
		return this.chunkTimes;
	}

}
