package studio.ainative.aikit.server;

/**
 * Where the events of a response come from.
 */
interface Feed {

	/** The reader got on: there may be room for more. */
	void more();

	/** Nothing more is wanted. May be called again. */
	void cancel();

}
