package studio.ainative.aikit.benchmarks.harness;

import java.util.concurrent.CompletionStage;

/**
 * A client under measurement, alone in its process.
 */
public interface ClientPeer {

	/**
	 * Make the client.
	 * @param baseUrl the address of the source, to which the path of the format is added
	 * @param format what the source sends
	 * @param lanes how many answers will be streamed at once
	 */
	void open(String baseUrl, Format format, int lanes);

	/**
	 * Stream one answer.
	 * @param sink takes the tokens and the usage
	 * @return ends when the answer has ended
	 */
	CompletionStage<?> stream(TokenSink sink);

	/**
	 * Whether this is a floor, which reads the bytes and looks at none of them.
	 * @return {@code false} by default: text, number of tokens and usage are checked
	 */
	default boolean drainsOnly() {
		return false;
	}

}
