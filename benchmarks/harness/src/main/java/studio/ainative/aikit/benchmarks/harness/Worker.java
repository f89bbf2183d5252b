package studio.ainative.aikit.benchmarks.harness;

import java.nio.file.Path;
import java.util.List;

/**
 * The main class of all processes but the first: one peer, the source or the drain.
 */
public final class Worker {

	private Worker() {
	}

	/**
	 * Play a role until the standard input ends.
	 * @param arguments {@code source}, {@code far-provider KEYS PROTOCOLS STREAMS},
	 * {@code drain}, {@code client CLASS} or {@code server CLASS SOURCE_URL}
	 * @throws Exception if the role can't be played
	 */
	public static void main(String[] arguments) throws Exception {
		Commands commands = new Commands().on("statistics", (words) -> ProcessStatistics.now().line())
			.on("heap", (words) -> ProcessStatistics.heapAndThreads());
		switch (arguments[0]) {
			case "source" -> Source.serve(commands);
			case "far-provider" -> FarProvider.serve(commands, Path.of(arguments[1]), List.of(arguments[2].split(",")),
					Integer.parseInt(arguments[3]));
			case "drain" -> Drain.serve(commands);
			case "client" -> new ClientRole(newInstance(arguments[1], ClientPeer.class)).serve(commands);
			case "server" -> {
				ServerPeer peer = newInstance(arguments[1], ServerPeer.class);
				commands
					.on("path",
							(words) -> "path="
									+ peer.streamPath(Integer.parseInt(words[1]), Integer.parseInt(words[2])))
					.on("idle-path", (words) -> "path=" + peer.idlePath());
				commands.serve("port=" + peer.start(arguments[2]));
			}
			default -> throw new IllegalArgumentException(arguments[0]);
		}
	}

	private static <T> T newInstance(String name, Class<T> type) throws ReflectiveOperationException {
		return type.cast(Class.forName(name).getDeclaredConstructor().newInstance());
	}

}
