package studio.ainative.aikit.benchmarks.harness;

/**
 * A server under measurement, alone in its process.
 */
public interface ServerPeer {

	/**
	 * Start on a free port of the loopback interface.
	 * @param sourceUrl where a relay finds the provider; of no use to others
	 * @return the port
	 * @throws Exception if it does not start
	 */
	int start(String sourceUrl) throws Exception;

	/**
	 * Where an answer of AI Kit's events is streamed.
	 * @param tokens how many tokens it has
	 * @param rate how many tokens a second, 0 for all at once; a relay follows its
	 * provider
	 * @return the path and the query
	 */
	default String streamPath(int tokens, int rate) {
		return "/stream?tokens=" + tokens + "&rate=" + rate;
	}

	/**
	 * Where a stream stays open with heartbeats alone, one a second.
	 * @return the path
	 */
	default String idlePath() {
		return "/idle";
	}

}
