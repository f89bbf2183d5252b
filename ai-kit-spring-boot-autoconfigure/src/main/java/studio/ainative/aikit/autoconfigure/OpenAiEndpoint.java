package studio.ainative.aikit.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.JsonText;
import studio.ainative.aikit.format.Opening;
import studio.ainative.aikit.format.UnreadableRequestException;
import studio.ainative.aikit.format.openai.OpenAiChatRequest;
import studio.ainative.aikit.format.openai.OpenAiCompletion;
import studio.ainative.aikit.format.openai.OpenAiError;
import studio.ainative.aikit.server.BodyFault;
import studio.ainative.aikit.server.Endpoint;
import studio.ainative.aikit.server.EndpointReply;
import studio.ainative.aikit.server.EndpointRequest;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The application's streams as OpenAI's models: {@code POST …/chat/completions} and
 * {@code GET …/models}.
 */
final class OpenAiEndpoint implements Endpoint {

	private static final JsonMapper JSON = new JsonMapper();

	private final AiKitProperties.OpenAi properties;

	private final ModelStreams models;

	private final StreamingResponses responses;

	private final Clock clock = Clock.systemUTC();

	private final Instant created = this.clock.instant();

	OpenAiEndpoint(AiKitProperties.OpenAi properties, ModelStreams models, StreamingResponses responses) {
		this.properties = properties;
		this.models = models;
		this.responses = responses;
	}

	@Override
	public String basePath() {
		return this.properties.basePath();
	}

	@Override
	public int maxBodySize() {
		return Math.toIntExact(this.properties.maxBodySize().toBytes());
	}

	@Override
	public EndpointReply tooLarge() {
		return refuse(413, "The request's body is larger than " + this.properties.maxBodySize().toBytes() + " bytes.",
				null, "request_too_large");
	}

	@Override
	public EndpointReply handle(EndpointRequest request) {
		String path = request.path();
		if (path.equals("/chat/completions")) {
			return request.method().equals("POST") ? complete(request) : otherMethod("POST");
		}
		boolean isModel = path.startsWith("/models/") && path.indexOf('/', "/models/".length()) < 0;
		if (path.equals("/models") || isModel) {
			if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
				return otherMethod("GET");
			}
			return isModel ? model(path.substring("/models/".length())) : models();
		}
		return refuse(404, "There is nothing at this address: it has /chat/completions and /models.", null,
				"unknown_url");
	}

	private EndpointReply models() {
		return json(this.models.ids()
			.stream()
			.map(this::describe)
			.collect(Collectors.joining(",", "{\"object\":\"list\",\"data\":[", "]}")));
	}

	private EndpointReply model(String id) {
		return (this.models.find(id) != null) ? json(describe(id)) : unknownModel();
	}

	private String describe(String id) {
		StringBuilder json = new StringBuilder("{\"id\":");
		JsonText.quote(json, id);
		return json.append(",\"object\":\"model\",\"created\":")
			.append(this.created.getEpochSecond())
			.append(",\"owned_by\":\"ai-kit\"}")
			.toString();
	}

	private EndpointReply complete(EndpointRequest request) {
		if (!request.isJson()) {
			return refuse(415, "The request's body must be JSON, and its Content-Type application/json.", null,
					"unsupported_media_type");
		}
		OpenAiChatRequest chat;
		try {
			chat = JSON.readValue(request.body(), OpenAiChatRequest.class);
		}
		catch (UnreadableRequestException ex) {
			return refuse(400, ex.toErrorEvent().error(), ex.field().isEmpty() ? null : ex.field(), "invalid_request");
		}
		catch (JacksonException ex) {
			return refuse(400, BodyFault.sentence(ex), null, "invalid_request");
		}
		ModelStreams.Model model = this.models.find(chat.model());
		if (model == null) {
			return unknownModel();
		}
		try {
			return answer(chat, model);
		}
		catch (RuntimeException ex) {
			return failure(ex);
		}
	}

	private EndpointReply answer(OpenAiChatRequest chat, ModelStreams.Model model) {
		Flux<StreamEvent> events = model.stream()
			.stream(chat.messages(), OpenAiCallOptions.of(model.provider(), chat.options()));
		Mono<EndpointReply> reply;
		if (chat.stream()) {
			reply = AnswerStart.of(events, AnswerStart.patience(this.responses.options()))
				.map((answer) -> new EndpointReply.Streamed(this.responses.from(answer, chat.format())));
		}
		else {
			Opening opening = new Opening(UUID.randomUUID().toString(), this.clock.instant());
			reply = OpenAiCompletion.of(events, chat.model(), opening)
				.map((body) -> EndpointReply.json(200, null, body))
				.contextCapture();
		}
		return new EndpointReply.Later(reply.onErrorResume((ex) -> Mono.just(failure(ex))));
	}

	private static EndpointReply failure(Throwable ex) {
		return reply(AnswerFailure.report(ex));
	}

	private static EndpointReply unknownModel() {
		return refuse(404, "The model does not exist. GET /models lists those that do.", "model", "model_not_found");
	}

	private static EndpointReply otherMethod(String method) {
		OpenAiError error = OpenAiError.refused(405, "This address is for requests of the method " + method + ".", null,
				"method_not_allowed");
		return EndpointReply.json(error.status(), Map.of("Allow", method, "x-should-retry", "false"), error.body());
	}

	private static EndpointReply refuse(int status, String sentence, @Nullable String param, String code) {
		return reply(OpenAiError.refused(status, sentence, param, code));
	}

	private static EndpointReply reply(OpenAiError error) {
		return EndpointReply.json(error.status(), error.headers(), error.body());
	}

	private static EndpointReply json(String body) {
		return EndpointReply.json(200, null, body.getBytes(StandardCharsets.UTF_8));
	}

}
