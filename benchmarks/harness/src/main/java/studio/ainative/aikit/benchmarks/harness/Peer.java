package studio.ainative.aikit.benchmarks.harness;

import java.util.List;
import java.util.Set;

/**
 * What can be measured.
 *
 * @param name how it is called
 * @param role what it does
 * @param module the module that holds it, with a class path of its own
 * @param type its class, in a package of the module's name
 * @param formats the formats that a client reads
 * @param isFloor whether the others are compared with it
 */
record Peer(String name, Role role, String module, String type, Set<Format> formats, boolean isFloor) {

	private static final Set<Format> EVERY = Set.of(Format.values());

	private static final List<Peer> ALL = List.of(floor("drain-webclient", Role.CLIENT, "DrainWebClient"),
			client("webclient-sse-tree", "spring", "WebClientTree", EVERY),
			client("ai-kit", "spring", "AiKitClient", EVERY));

	/**
	 * Peers of a role, those of {@code --peers} if it is given, and always the floor.
	 */
	static List<Peer> chosen(Role role, Options options) {
		List<String> names = options.list("peers", "");
		return ALL.stream()
			.filter((peer) -> peer.role() == role)
			.filter((peer) -> names.contains("") || names.contains(peer.name()) || peer.isFloor())
			.toList();
	}

	static String floor(List<Peer> peers) {
		return peers.stream().filter(Peer::isFloor).findFirst().orElseThrow().name();
	}

	private static Peer floor(String name, Role role, String type) {
		return new Peer(name, role, "spring", type, EVERY, true);
	}

	private static Peer client(String name, String module, String type, Set<Format> formats) {
		return new Peer(name, Role.CLIENT, module, type, formats, false);
	}

	String className() {
		return "studio.ainative.aikit.benchmarks." + this.module.replace("-", "") + "." + this.type;
	}

	/**
	 * What peers do.
	 */
	enum Role {

		/** Reads answers of a provider. */
		CLIENT,

		/** Sends answers that are in its memory. */
		SERVER,

		/** Reads answers of a provider and sends them on. */
		RELAY

	}

}
