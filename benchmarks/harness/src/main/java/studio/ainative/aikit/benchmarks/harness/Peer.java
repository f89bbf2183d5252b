package studio.ainative.aikit.benchmarks.harness;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What can be measured.
 *
 * @param name how it is called
 * @param role what it does
 * @param module the module that holds it, with a class path of its own
 * @param type its class, in a package of the module's name
 * @param formats the formats that a client reads
 * @param answer what a server or relay sends to its readers
 * @param isFloor whether the others are compared with it
 * @param isBase whether it is run as {@code --base} has it
 */
record Peer(String name, Role role, String module, String type, Set<Format> formats, AnswerFormat answer,
		boolean isFloor, boolean isBase) {

	private static final Set<Format> EVERY = Set.of(Format.values());

	private static final List<Peer> ALL = List.of(floor("drain-webclient", Role.CLIENT, "DrainWebClient"),
			client("webclient-sse-tree", "spring", "WebClientTree", EVERY),
			client("spring-ai", "spring-ai", "SpringAiClient", Set.of(Format.OPENAI)),
			client("langchain4j", "langchain4j", "LangChain4jClient", Set.of(Format.OPENAI)),
			client("openai-java", "openai-java", "OpenAiClient", Set.of(Format.OPENAI, Format.RESPONSES)),
			client("anthropic-java", "anthropic-java", "AnthropicClientPeer", Set.of(Format.ANTHROPIC)),
			client("ai-kit", "spring", "AiKitClient", EVERY),

			remote("webclient-boot", "spring", "BootWebClient", EVERY),
			remote("spring-ai", "spring-ai", "SpringAiClient", Set.of(Format.OPENAI)),
			remote("langchain4j", "langchain4j", "LangChain4jClient", Set.of(Format.OPENAI)),
			remote("openai-java", "openai-java", "OpenAiClient", Set.of(Format.OPENAI, Format.RESPONSES)),
			remote("anthropic-java", "anthropic-java", "AnthropicClientPeer", Set.of(Format.ANTHROPIC)),
			remote("ai-kit", "spring", "BootAiKit", EVERY),
			remote("ai-kit-tcnative", "tcnative", "OpenSslAiKit", EVERY),

			floor("netty-batched", Role.SERVER, "NettyServer$Batched"),
			server("netty-flush-each", "NettyServer$FlushEach"), server("webflux-sse", "WebFluxServer$Sse"),
			server("ai-kit-webflux", "WebFluxServer$AiKit"), server("mvc-emitter", "MvcServer$Emitter"),
			server("ai-kit-mvc", "MvcServer$AiKit"),
			form("webflux-sse-functional", Role.SERVER_FORM, "WebFluxServer$SseFunctional"),
			form("ai-kit-webflux-flux", Role.SERVER_FORM, "WebFluxServer$AiKitFlux"),
			form("ai-kit-webflux-functional", Role.SERVER_FORM, "WebFluxServer$AiKitFunctional"),
			form("mvc-flux", Role.SERVER_FORM, "MvcServer$Sse"),
			form("mvc-functional", Role.SERVER_FORM, "MvcServer$Functional"),
			form("ai-kit-mvc-emitter", Role.SERVER_FORM, "MvcServer$AiKitEmitter"),
			form("ai-kit-mvc-flux", Role.SERVER_FORM, "MvcServer$AiKitFlux"),
			form("ai-kit-mvc-functional", Role.SERVER_FORM, "MvcServer$AiKitFunctional"),
			format("ai-kit-webflux-ui", Role.SERVER_FORM, "FormatServer$WebFluxUiMessage", AnswerFormat.UI_MESSAGE),
			format("ai-kit-webflux-openai", Role.SERVER_FORM, "FormatServer$WebFluxOpenAi", AnswerFormat.OPENAI),
			format("ai-kit-webflux-agui", Role.SERVER_FORM, "FormatServer$WebFluxAgUi", AnswerFormat.AG_UI),
			format("ai-kit-mvc-ui", Role.SERVER_FORM, "FormatServer$MvcUiMessage", AnswerFormat.UI_MESSAGE),
			format("ai-kit-mvc-openai", Role.SERVER_FORM, "FormatServer$MvcOpenAi", AnswerFormat.OPENAI),
			format("ai-kit-mvc-agui", Role.SERVER_FORM, "FormatServer$MvcAgUi", AnswerFormat.AG_UI),
			new Peer("mvc-emitter-executor-each", Role.IDLE_SERVER, "spring", "MvcServer$EmitterWithExecutor", EVERY,
					AnswerFormat.AI_KIT, false, false),
			new Peer("ai-kit-webflux", Role.COMPRESSING_SERVER, "spring", "WebFluxServer$Compressing", EVERY,
					AnswerFormat.AI_KIT, false, false),
			new Peer("ai-kit-mvc", Role.COMPRESSING_SERVER, "spring", "MvcServer$Compressing", EVERY,
					AnswerFormat.AI_KIT, false, false),

			floor("pass-through", Role.RELAY, "WebFluxRelay$PassThrough"),
			relay("webclient-sse-tree", "spring", "WebFluxRelay$Tree"),
			relay("spring-ai-webflux", "spring-ai", "WebFluxRelay"),
			relay("langchain4j-mvc", "langchain4j", "MvcRelay"),
			relay("ai-kit-webflux", "spring", "WebFluxRelay$AiKit"), relay("ai-kit-mvc", "spring", "MvcRelay$AiKit"),
			form("webclient-sse-tree-functional", Role.RELAY_FORM, "WebFluxRelay$TreeFunctional"),
			form("ai-kit-webflux-flux", Role.RELAY_FORM, "WebFluxRelay$AiKitFlux"),
			form("ai-kit-webflux-functional", Role.RELAY_FORM, "WebFluxRelay$AiKitFunctional"),
			form("webclient-tree-emitter", Role.RELAY_FORM, "MvcRelay$Emitter"),
			form("ai-kit-mvc-emitter", Role.RELAY_FORM, "MvcRelay$AiKitEmitter"),
			form("ai-kit-mvc-flux", Role.RELAY_FORM, "MvcRelay$AiKitFlux"),
			form("ai-kit-mvc-functional", Role.RELAY_FORM, "MvcRelay$AiKitFunctional"),
			format("ai-kit-webflux-ui", Role.RELAY_FORM, "WebFluxRelay$AiKitUiMessage", AnswerFormat.UI_MESSAGE),
			format("ai-kit-mvc-ui", Role.RELAY_FORM, "MvcRelay$AiKitUiMessage", AnswerFormat.UI_MESSAGE),

			keeping("ai-kit-webflux", Role.KEEPING_WEBFLUX, "KeepingRelay$WebFlux", true),
			keeping("ai-kit-webflux-memory", Role.KEEPING_WEBFLUX, "KeepingRelay$WebFluxMemory", false),
			keeping("ai-kit-webflux-redis", Role.KEEPING_WEBFLUX, "KeepingRelay$WebFluxRedis", false),
			keeping("xadd-webflux", Role.KEEPING_WEBFLUX, "XaddRelay", false),
			keeping("ai-kit-mvc", Role.KEEPING_MVC, "KeepingRelay$Mvc", true),
			keeping("ai-kit-mvc-memory", Role.KEEPING_MVC, "KeepingRelay$MvcMemory", false),
			keeping("ai-kit-mvc-redis", Role.KEEPING_MVC, "KeepingRelay$MvcRedis", false),

			floor("ai-kit-webflux", Role.OBSERVED, "WebFluxRelay$AiKit"),
			observed("ai-kit-webflux-actuator", "ObservedRelay$SpringAlone"),
			observed("ai-kit-webflux-observed", "ObservedRelay$AiKit"));

	/**
	 * Peers of a role, those of {@code --peers} if it is given, and always the floor.
	 * With {@code --base} each of AI Kit's is there a second time, as that checkout has
	 * it.
	 */
	static List<Peer> chosen(Role role, Options options) {
		List<String> names = options.list("peers", "");
		return ALL.stream()
			.filter((peer) -> peer.role() == role)
			.filter((peer) -> names.contains("") || names.contains(peer.name()) || peer.isFloor())
			.flatMap((peer) -> (options.has("base") && peer.name().startsWith("ai-kit")) ? Stream.of(peer, peer.base())
					: Stream.of(peer))
			.toList();
	}

	static String floor(List<Peer> peers) {
		return peers.stream().filter(Peer::isFloor).findFirst().orElseThrow().name();
	}

	/** Whether its nodes share their answers. */
	boolean keepsInRedis() {
		return this.type.endsWith("Redis") || this.type.equals("XaddRelay");
	}

	private Peer base() {
		return new Peer(this.name + "-base", this.role, this.module, this.type, this.formats, this.answer, this.isFloor,
				true);
	}

	private static Peer floor(String name, Role role, String type) {
		return new Peer(name, role, "spring", type, EVERY, AnswerFormat.AI_KIT, true, false);
	}

	private static Peer client(String name, String module, String type, Set<Format> formats) {
		return new Peer(name, Role.CLIENT, module, type, formats, AnswerFormat.AI_KIT, false, false);
	}

	private static Peer remote(String name, String module, String type, Set<Format> formats) {
		return new Peer(name, Role.REMOTE_CLIENT, module, type, formats, AnswerFormat.AI_KIT, false, false);
	}

	private static Peer server(String name, String type) {
		return new Peer(name, Role.SERVER, "spring", type, EVERY, AnswerFormat.AI_KIT, false, false);
	}

	private static Peer form(String name, Role role, String type) {
		return new Peer(name, role, "spring", type, EVERY, AnswerFormat.AI_KIT, false, false);
	}

	private static Peer format(String name, Role role, String type, AnswerFormat answer) {
		return new Peer(name, role, "spring", type, EVERY, answer, false, false);
	}

	private static Peer relay(String name, String module, String type) {
		return new Peer(name, Role.RELAY, module, type, EVERY, AnswerFormat.AI_KIT, false, false);
	}

	private static Peer keeping(String name, Role role, String type, boolean isFloor) {
		return new Peer(name, role, "redis", type, EVERY, AnswerFormat.AI_KIT, isFloor, false);
	}

	private static Peer observed(String name, String type) {
		return new Peer(name, Role.OBSERVED, "observed", type, EVERY, AnswerFormat.AI_KIT, false, false);
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

		/** Reads answers of a provider that is some way off. */
		REMOTE_CLIENT,

		/** Sends answers that are in its memory. */
		SERVER,

		/**
		 * The same in another form that controllers and routes return, or another format.
		 */
		SERVER_FORM,

		/** Keeps streams open, and is as another one when it sends answers. */
		IDLE_SERVER,

		/** Compresses answers for readers who ask for it. */
		COMPRESSING_SERVER,

		/** Reads answers of a provider and sends them on. */
		RELAY,

		/**
		 * The same in another form that controllers and routes return, or another format.
		 */
		RELAY_FORM,

		/** Relays that keep answers for readers who come again; the floor does not. */
		KEEPING_WEBFLUX,

		/** The same on Spring MVC. */
		KEEPING_MVC,

		/** Relays with metrics and traces; the floor has neither. */
		OBSERVED

	}

}
