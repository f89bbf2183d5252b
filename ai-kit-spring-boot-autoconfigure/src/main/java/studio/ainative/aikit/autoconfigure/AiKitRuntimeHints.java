package studio.ainative.aikit.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

import studio.ainative.aikit.format.agui.AgUiRunRequest;
import studio.ainative.aikit.format.openai.OpenAiChatRequest;
import studio.ainative.aikit.format.uimessage.UiChatRequest;

/**
 * What a native image has to keep: the tables of prices and limits, what Jackson makes to
 * read the requests of front ends, and the names of the optional libraries' classes that
 * AI Kit asks for at run time. A class whose name was not kept is not found there, though
 * it is part of the image.
 */
class AiKitRuntimeHints implements RuntimeHintsRegistrar {

	private static final String[] ASKED_FOR = { "com.knuddels.jtokkit.Encodings",
			"com.openai.errors.OpenAIServiceException", "io.micrometer.context.ContextSnapshotFactory",
			"org.springframework.web.reactive.function.client.WebClientResponseException",
			"org.springframework.web.servlet.DispatcherServlet", "reactor.netty.http.client.HttpClient",
			"reactor.netty.http.server.HttpServerRequest", "reactor.netty.http.server.HttpServerResponse" };

	/** Spring sees to those of controllers, and the endpoints have none. */
	private static final List<Class<?>> REQUESTS = List.of(AgUiRunRequest.class, OpenAiChatRequest.class,
			UiChatRequest.class);

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("studio/ainative/aikit/tokens/model-*.properties");
		hints.resources()
			.registerPatternIfPresent(classLoader, "com/knuddels/jtokkit",
					(pattern) -> pattern.includes("com/knuddels/jtokkit/*.tiktoken"));
		for (Class<?> request : REQUESTS) {
			hints.reflection()
				.registerType(request.getAnnotation(JsonDeserialize.class).using(),
						MemberCategory.INVOKE_DECLARED_CONSTRUCTORS);
		}
		for (String name : ASKED_FOR) {
			hints.reflection().registerTypeIfPresent(classLoader, name);
		}
	}

}
