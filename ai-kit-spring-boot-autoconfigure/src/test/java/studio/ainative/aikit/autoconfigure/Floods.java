package studio.ainative.aikit.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import studio.ainative.aikit.test.RecordedRequest;
import studio.ainative.aikit.test.ScriptedResponse;
import studio.ainative.aikit.test.ScriptedServer;

/**
 * Answers that are larger than anything on the way to a reader who has stopped reading,
 * and what they take up meanwhile.
 */
final class Floods {

	/** More than the sockets and all buffers on the way hold. */
	private static final int CHUNKS = 2000;

	private static final byte[] CHUNK = ("data: {\"id\":\"1\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":"
			+ "{\"content\":\"" + "t".repeat(8 * 1024) + "\"},\"finish_reason\":null}]}\n\n")
		.getBytes(StandardCharsets.UTF_8);

	private Floods() {
	}

	/**
	 * Answer in OpenAI's format with more than is ever read, and no end.
	 * @param response the answer
	 */
	static void flood(ScriptedResponse response) {
		for (int i = 0; i < CHUNKS; i++) {
			response.raw(CHUNK);
		}
		response.thenStall();
	}

	static long openCalls(ScriptedServer provider) {
		return provider.requests().stream().filter(RecordedRequest::isOpen).count();
	}

	/**
	 * Threads that are writing to readers on Tomcat at this moment.
	 * @return how many
	 */
	static long threadsThatWrite() {
		return Thread.getAllStackTraces()
			.values()
			.stream()
			.filter((frames) -> Stream.of(frames).anyMatch((frame) -> frame.getClassName().endsWith("FrameWriter")))
			.count();
	}

}
