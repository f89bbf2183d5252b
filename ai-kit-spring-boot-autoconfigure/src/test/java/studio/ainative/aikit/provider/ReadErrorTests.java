package studio.ainative.aikit.provider;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import studio.ainative.aikit.provider.aikit.AiKitProvider;
import studio.ainative.aikit.provider.anthropic.AnthropicProvider;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.provider.openai.OpenAIResponsesProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class ReadErrorTests {

	static final List<Arguments> SHAPES = List.of(arguments("OpenAI", """
			{"error": {"message": "m", "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}}""",
			new ProviderError("insufficient_quota", "insufficient_quota", "m"), ProviderError.Kind.BILLING),
			arguments("OpenAI without a code", """
					{"error": {"message": "m", "type": "server_error", "param": null, "code": null}}""",
					new ProviderError("server_error", null, "m"), ProviderError.Kind.SERVER),
			arguments("Anthropic", """
					{"type": "error", "error": {"type": "overloaded_error", "message": "m"}, "request_id": "r"}""",
					new ProviderError("overloaded_error", null, "m"), ProviderError.Kind.OVERLOADED),
			arguments("Anthropic's by a gateway that calls it message", """
					{"type": "error", "message": {"type": "overloaded_error", "message": "m"}}""",
					new ProviderError("overloaded_error", null, "m"), ProviderError.Kind.OVERLOADED),
			arguments("Anthropic's spending limit", """
					{"type": "error", "error": {"type": "rate_limit_error", "message": "m",
					"details": {"error_code": "enforced_spend_limit_reached"}}}""",
					new ProviderError("rate_limit_error", "enforced_spend_limit_reached", "m"),
					ProviderError.Kind.BILLING),
			arguments("vLLM", """
					{"object": "error", "message": "m", "type": "BadRequestError", "param": null, "code": 400}""",
					new ProviderError("BadRequestError", "400", "m"), ProviderError.Kind.OTHER),
			arguments("OpenRouter", """
					{"error": {"code": 429, "message": "m", "metadata": {"provider_name": "x"}}}""",
					new ProviderError(null, "429", "m"), ProviderError.Kind.RATE_LIMIT),
			arguments("Google, in an array", """
					[{"error": {"code": 400, "message": "m", "status": "RESOURCE_EXHAUSTED"}}]""",
					new ProviderError("RESOURCE_EXHAUSTED", "400", "m"), ProviderError.Kind.RATE_LIMIT),
			arguments("AI Kit", """
					{"error": "m", "code": "RATE_LIMIT", "details": {}}""", new ProviderError(null, "RATE_LIMIT", "m"),
					ProviderError.Kind.RATE_LIMIT),
			arguments("AI Kit, with the provider's code", """
					{"error": "m", "code": "PROVIDER_ERROR", "details": {"providerCode": "server_error"}}""",
					new ProviderError("server_error", "PROVIDER_ERROR", "m"), ProviderError.Kind.SERVER),
			arguments("a plain sentence", """
					{"error": "m"}""", new ProviderError(null, null, "m"), ProviderError.Kind.OTHER),
			arguments("FastAPI", """
					{"detail": "m"}""", new ProviderError(null, null, "m"), ProviderError.Kind.OTHER),
			arguments("FastAPI's validation", """
					{"detail": [{"loc": ["body"], "msg": "m", "type": "missing"}]}""",
					new ProviderError(null, null, "m"), ProviderError.Kind.OTHER),
			arguments("a problem detail", """
					{"type": "about:blank", "title": "Forbidden", "status": 403, "detail": "m"}""",
					new ProviderError("about:blank", "403", "m"), ProviderError.Kind.AUTHENTICATION),
			arguments("Spring Boot", """
					{"timestamp": "t", "status": 503, "error": "Service Unavailable", "path": "/"}""",
					new ProviderError(null, "503", "Service Unavailable"), ProviderError.Kind.OVERLOADED),
			arguments("MiniMax", """
					{"base_resp": {"status_code": 1039, "status_msg": "m"}}""",
					new ProviderError("rate_limit", "1039", "m"), ProviderError.Kind.RATE_LIMIT),
			arguments("MiniMax without a balance", """
					{"choices": null, "base_resp": {"status_code": 1008, "status_msg": "m"}}""",
					new ProviderError("insufficient_balance", "1008", "m"), ProviderError.Kind.BILLING),
			arguments("Zhipu", """
					{"error": {"code": "1302", "message": "m"}}""", new ProviderError(null, "1302", "m"),
					ProviderError.Kind.RATE_LIMIT),
			arguments("Alibaba", """
					{"code": "Throttling", "message": "m", "request_id": "r"}""",
					new ProviderError(null, "Throttling", "m"), ProviderError.Kind.RATE_LIMIT),
			arguments("Alibaba, as server-sent events", """
					id:1
					event:error
					:HTTP_STATUS/400
					data:{"code":"InvalidParameter","message":"m"}
					""", new ProviderError(null, "InvalidParameter", "m"), ProviderError.Kind.OTHER),
			arguments("a field named error", """
					error: {"code":500,"message":"m","type":"server_error"}
					""", new ProviderError("server_error", "500", "m"), ProviderError.Kind.SERVER),
			arguments("Cloudflare", """
					{"success": false, "errors": [{"code": 10000, "message": "m"}]}""",
					new ProviderError(null, "10000", "m"), ProviderError.Kind.OTHER),
			arguments("Baidu", """
					{"error_code": 110, "error_msg": "m"}""", new ProviderError(null, "110", "m"),
					ProviderError.Kind.OTHER),
			arguments("Apigee", """
					{"fault": {"faultstring": "m", "detail": {"errorcode": "policies.ratelimit.QuotaViolation"}}}""",
					new ProviderError(null, null, "m"), ProviderError.Kind.OTHER),
			arguments("Amazon", """
					{"__type": "ThrottlingException", "Message": "m"}""",
					new ProviderError("ThrottlingException", null, "m"), ProviderError.Kind.RATE_LIMIT),
			arguments("OpenRouter, quoting a provider", """
					{"error": {"code": 429, "message": "Provider returned error", "metadata": {"raw": "m"}}}""",
					new ProviderError(null, "429", "Provider returned error: m"), ProviderError.Kind.RATE_LIMIT),
			arguments("a list of sentences", """
					{"errors": ["m"]}""", new ProviderError(null, null, "m"), ProviderError.Kind.OTHER),
			arguments("Ollama", """
					{"error":"m"}
					""", new ProviderError(null, null, "m"), ProviderError.Kind.OTHER));

	@ParameterizedTest(name = "{0}")
	@FieldSource("SHAPES")
	void readsTheShape(String name, String body, ProviderError expected, ProviderError.Kind kind) {
		for (Provider provider : List.of(new OpenAIProvider(), new OpenAIResponsesProvider(), new AnthropicProvider(),
				new AiKitProvider())) {
			ProviderError error = provider.readError(body.getBytes(StandardCharsets.UTF_8));
			assertThat(error).isEqualTo(expected);
			assertThat(error.kind()).isEqualTo(kind);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "<html><body>502 Bad Gateway</body></html>", "upstream connect error", "null",
			"42", "\"text\"", "[]", "[[]]", "{}", "{\"error\":null}", "{\"error\":{}}", "{\"error\":[1]}",
			"{\"error\":{\"message\":7,\"type\":[],\"code\":1.5}}", "{\"detail\":[]}", "{\"error\":{\"message\":\"m\"",
			"{\"code\":{}}", "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}",
			"{\"status\":\"failed\"}", "data: [DONE]" })
	void knowsNothingOfABodyThatSaysNothing(String body) {
		assertThat(new OpenAIProvider().readError(body.getBytes(StandardCharsets.UTF_8)))
			.isEqualTo(ProviderError.UNKNOWN);
	}

	@Test
	void cutsALongMessageBetweenCharacters() {
		String message = "x".repeat(1999) + "👋" + "y".repeat(100);
		ProviderError error = new OpenAIProvider()
			.readError("{\"error\":{\"message\":\"%s\"}}".formatted(message).getBytes(StandardCharsets.UTF_8));
		assertThat(error.message()).isEqualTo("x".repeat(1999));
	}

}
