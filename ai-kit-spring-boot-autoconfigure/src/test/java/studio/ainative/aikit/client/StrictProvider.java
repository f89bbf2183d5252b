package studio.ainative.aikit.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.client.reactive.MockClientHttpRequest;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeStrategies;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * A provider without a socket, in OpenAI's format, that is as strict as the strictest: a
 * request whose roles don't alternate, that doesn't end with the person, that holds an
 * empty message or fields other than role and content, is refused. The answer to
 * {@code q7} begins with {@code a7}, and whoever sends it back to anything but {@code q7}
 * is refused too. Calls of tools must be followed by their results, all of them and at
 * once, and results by what the model says; a called tool's name must be one that a tool
 * may have. It says what it is told to say, when it is told.
 */
final class StrictProvider {

	private static final Set<String> FIELDS = Set.of("role", "content");

	private static final Set<String> FIELDS_OF_CALLS = Set.of("role", "content", "tool_calls");

	private static final Set<String> FIELDS_OF_A_RESULT = Set.of("role", "content", "tool_call_id");

	private final List<String> refusals = Collections.synchronizedList(new ArrayList<>());

	private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

	private Next next = Next.ANSWER;

	private Sinks.Many<DataBuffer> body = Sinks.many().unicast().onBackpressureBuffer();

	private volatile boolean open;

	private final boolean automatic;

	StrictProvider(boolean automatic) {
		this.automatic = automatic;
	}

	WebClient.Builder webClientBuilder() {
		return WebClient.builder().exchangeFunction(this::exchange);
	}

	/** Why requests were refused: nothing, if all were right. */
	List<String> refusals() {
		return this.refusals;
	}

	/** What the person said last in each request. */
	List<String> asked() {
		return this.asked;
	}

	/** Whether a response is still being read. */
	boolean isOpen() {
		return this.open;
	}

	void next(Next next) {
		this.next = next;
	}

	void say(String text) {
		raw(chunk(text));
	}

	void usage(long promptTokens, long completionTokens) {
		raw("{\"choices\":[],\"usage\":{\"prompt_tokens\":" + promptTokens + ",\"completion_tokens\":"
				+ completionTokens + "}}");
	}

	void error(String type) {
		raw("{\"error\":{\"message\":\"A sentence\",\"type\":\"" + type + "\"}}");
	}

	void finish() {
		finish("stop");
	}

	void finish(String reason) {
		raw("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}");
		raw("[DONE]");
	}

	/** Call a tool with arguments that need no escapes. */
	void call(int index, String id, String name, String arguments) {
		raw("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"" + id
				+ "\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":\"" + arguments
				+ "\"}}]}}]}");
	}

	void raw(String data) {
		if (this.open) {
			this.body.tryEmitNext(buffer(data));
		}
	}

	void end() {
		if (this.open) {
			this.body.tryEmitComplete();
		}
	}

	void cut() {
		if (this.open) {
			this.body.tryEmitError(new IOException("Connection reset by peer"));
		}
	}

	private static String chunk(String text) {
		return "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}";
	}

	private static DataBuffer buffer(String data) {
		return DefaultDataBufferFactory.sharedInstance
			.wrap(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
	}

	private Mono<ClientResponse> exchange(ClientRequest request) {
		MockClientHttpRequest written = new MockClientHttpRequest(HttpMethod.POST, URI.create("http://provider"));
		return request.writeTo(written, ExchangeStrategies.withDefaults())
			.then(Mono.defer(written::getBodyAsString))
			.flatMap(this::answer);
	}

	private Mono<ClientResponse> answer(String request) {
		JsonNode messages = JsonMapper.shared().readTree(request).path("messages");
		String refusal = refusal(messages);
		if (refusal != null) {
			this.refusals.add(refusal + ": " + messages);
			return Mono.just(ClientResponse.create(HttpStatusCode.valueOf(400)).build());
		}
		String question = question(messages);
		this.asked.add(question);
		if (this.automatic) {
			return Mono.just(stream(Flux.just(buffer(chunk(question.replace('q', 'a') + " ")), buffer("[DONE]"))));
		}
		Next now = this.next;
		this.next = Next.ANSWER;
		if (now == Next.UNREACHABLE) {
			return Mono.error(new ConnectException("Connection refused"));
		}
		if (now != Next.ANSWER) {
			return Mono.just(ClientResponse.create(HttpStatusCode.valueOf(now.status)).build());
		}
		this.body = Sinks.many().unicast().onBackpressureBuffer();
		Sinks.Many<DataBuffer> mine = this.body;
		this.open = true;
		// What follows may have begun before this one is let go of
		return Mono.just(stream(mine.asFlux().doFinally((signal) -> this.open &= this.body != mine)));
	}

	private static String question(JsonNode messages) {
		String question = "";
		for (JsonNode message : messages) {
			question = message.path("role").asString().equals("user") ? message.path("content").asString() : question;
		}
		return question;
	}

	private static ClientResponse stream(Flux<DataBuffer> body) {
		return ClientResponse.create(HttpStatusCode.valueOf(200))
			.header("Content-Type", "text/event-stream")
			.body(body)
			.build();
	}

	private static @Nullable String refusal(JsonNode messages) {
		String before = "assistant";
		String asked = "";
		Set<String> called = new HashSet<>();
		for (JsonNode message : messages) {
			String role = message.path("role").asString();
			String content = message.path("content").asString("");
			boolean calls = message.has("tool_calls");
			if (!fields(role, calls).containsAll(message.propertyNames())) {
				return "fields that no provider knows";
			}
			if (role.equals("tool")) {
				if (!called.remove(message.path("tool_call_id").asString())) {
					return "a result that nobody asked for";
				}
				before = role;
				continue;
			}
			if (!called.isEmpty()) {
				return "a call without its result";
			}
			if (content.isBlank() && !calls) {
				return "an empty message";
			}
			if (role.equals(before) || (before.equals("tool") && role.equals("user"))) {
				return "roles that don't alternate";
			}
			if (role.equals("assistant") && !content.isBlank()
					&& !content.strip().startsWith(asked.replace('q', 'a'))) {
				return "an answer to another question";
			}
			for (JsonNode call : message.path("tool_calls")) {
				if (!call.path("function").path("name").asString().matches("[a-zA-Z0-9_-]{1,64}")) {
					return "a name that no tool may have";
				}
				called.add(call.path("id").asString());
			}
			asked = role.equals("user") ? content : asked;
			before = role;
		}
		if (!called.isEmpty()) {
			return "a call without its result";
		}
		return before.equals("assistant") ? "no question at the end" : null;
	}

	private static Set<String> fields(String role, boolean calls) {
		return role.equals("tool") ? FIELDS_OF_A_RESULT : calls ? FIELDS_OF_CALLS : FIELDS;
	}

	/** How a request is answered. */
	enum Next {

		ANSWER(200), UNREACHABLE(0), BAD_REQUEST(400), UNAVAILABLE(503);

		private final int status;

		Next(int status) {
			this.status = status;
		}

	}

}
