package studio.ainative.aikit.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.format.agui.AgUiRefusal;
import studio.ainative.aikit.format.agui.AgUiRunRequest;
import studio.ainative.aikit.format.openai.OpenAiError;
import studio.ainative.aikit.server.BodyFault;
import studio.ainative.aikit.server.Endpoint;
import studio.ainative.aikit.server.EndpointReply;
import studio.ainative.aikit.server.EndpointRequest;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * The application's streams as agents of AG-UI: each below the endpoint's path by its
 * name, and the one without a name, or the only one, at the path itself.
 */
final class AgUiEndpoint implements Endpoint {

	private static final JsonMapper JSON = new JsonMapper();

	private final AiKitProperties.AgUi properties;

	private final ModelStreams models;

	private final StreamingResponses responses;

	AgUiEndpoint(AiKitProperties.AgUi properties, ModelStreams models, StreamingResponses responses) {
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
		return refuse(413, "The request's body is larger than " + this.properties.maxBodySize().toBytes() + " bytes.");
	}

	@Override
	public EndpointReply handle(EndpointRequest request) {
		ModelStreams.Model model = request.path().isEmpty() ? this.models.first()
				: this.models.find(request.path().substring(1));
		if (model == null) {
			return refuse(404, "There is no agent at this address.");
		}
		if (!request.method().equals("POST")) {
			return EndpointReply.json(405, Map.of("Allow", "POST"),
					AgUiRefusal.body("This address is for requests of the method POST.", "INVALID_REQUEST"));
		}
		if (!request.isJson()) {
			return refuse(415, "The request's body must be JSON, and its Content-Type application/json.");
		}
		AgUiRunRequest run;
		try {
			run = JSON.readValue(request.body(), AgUiRunRequest.class);
		}
		catch (JacksonException ex) {
			return refuse(400, BodyFault.sentence(ex));
		}
		try {
			return answer(run, model);
		}
		catch (RuntimeException ex) {
			return failure(ex);
		}
	}

	private EndpointReply answer(AgUiRunRequest run, ModelStreams.Model model) {
		Flux<StreamEvent> events = model.stream()
			.stream(run.messages(), OpenAiCallOptions.of(model.provider(), options(run)));
		Mono<EndpointReply> reply = AnswerStart.of(events, AnswerStart.patience(this.responses.options()))
			.map((answer) -> new EndpointReply.Streamed(this.responses.from(answer, run.format())));
		return new EndpointReply.Later(reply.onErrorResume((ex) -> Mono.just(failure(ex))));
	}

	private static Map<String, Object> options(AgUiRunRequest run) {
		List<Map<String, Object>> tools = run.tools().stream().map(AgUiEndpoint::tool).toList();
		return tools.isEmpty() ? Map.of() : Map.of("tools", tools);
	}

	/** As OpenAI has it. */
	private static Map<String, Object> tool(Map<String, Object> tool) {
		Map<String, Object> function = new LinkedHashMap<>();
		for (String name : List.of("name", "description", "parameters")) {
			if (tool.get(name) != null) {
				function.put(name, tool.get(name));
			}
		}
		Map<String, Object> typed = new LinkedHashMap<>();
		typed.put("type", "function");
		typed.put("function", function);
		return typed;
	}

	private static EndpointReply failure(Throwable ex) {
		OpenAiError error = AnswerFailure.report(ex);
		return EndpointReply.json(error.status(), error.headers(),
				AgUiRefusal.body(error.message(), error.code().toUpperCase(Locale.ROOT)));
	}

	private static EndpointReply refuse(int status, @Nullable String sentence) {
		return EndpointReply.json(status, null, new AgUiRefusal().body(status, String.valueOf(sentence), null));
	}

}
