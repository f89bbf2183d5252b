package studio.ainative.aikit.observation;

/**
 * Is told of every call: what makes metrics of them is one.
 *
 * @since 0.1.0
 */
public interface ClientCallListener {

	/**
	 * A call begins.
	 * @param call what is known of it
	 */
	default void begun(AiKitClientObservationContext call) {
	}

	/**
	 * A call has ended; told once, on the thread that brought about the end, in the scope
	 * of the call's span.
	 * @param call what is known of it now
	 */
	void ended(AiKitClientObservationContext call);

	/**
	 * A run of a tool's function has ended; told once, in the scope of the run's span.
	 * @param run how it ended
	 */
	default void toolEnded(ToolCallEnd run) {
	}

}
