package studio.ainative.aikit.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image has to keep: the tables of prices and limits, and the names of the
 * optional libraries' classes that AI Kit asks for at run time. A class whose name was
 * not kept is not found there, though it is part of the image.
 */
class AiKitRuntimeHints implements RuntimeHintsRegistrar {

	private static final String[] ASKED_FOR = { "com.knuddels.jtokkit.Encodings",
			"com.openai.errors.OpenAIServiceException", "io.micrometer.context.ContextSnapshotFactory",
			"org.springframework.web.reactive.function.client.WebClientResponseException",
			"org.springframework.web.servlet.DispatcherServlet", "reactor.netty.http.client.HttpClient",
			"reactor.netty.http.server.HttpServerRequest", "reactor.netty.http.server.HttpServerResponse" };

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("studio/ainative/aikit/tokens/model-*.properties");
		hints.resources()
			.registerPatternIfPresent(classLoader, "com/knuddels/jtokkit",
					(pattern) -> pattern.includes("com/knuddels/jtokkit/*.tiktoken"));
		for (String name : ASKED_FOR) {
			hints.reflection().registerTypeIfPresent(classLoader, name);
		}
	}

}
