package studio.ainative.aikit.readme;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.StringUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who asks: what each client sends, as much as it can, and how it is refused.
 */
enum FieldClient {

	USE_CHAT("/api/chat/ui",
			"""
					{"id":"c","trigger":"submit-message","messageId":"a1","messages":[
					{"id":"u1","role":"user","metadata":{"own":1},"parts":[
					{"type":"file","mediaType":"image/png","filename":"a.png","url":"data:image/png;base64,iVBORw0KGgo="},
					{"type":"text","text":"Hi","state":"done"}]},
					{"id":"a1","role":"assistant","metadata":{"outcome":"complete"},"parts":[{"type":"step-start"},
					{"type":"reasoning","text":"Hm.","state":"done"},
					{"type":"tool-weather","toolCallId":"t1","state":"output-available","input":{"city":"Bern"},"output":{"degrees":7}},
					{"type":"dynamic-tool","toolName":"time","toolCallId":"t2","state":"output-error","input":{},"errorText":"No."},
					{"type":"source-url","sourceId":"s","url":"https://example.org/"},{"type":"data-own","id":"1","data":{"a":1}}]}]}
					""",
			"""
					id messages messages[0].id messages[0].role messages[0].parts messages[0].parts[0].type
					messages[0].parts[0].mediaType messages[0].parts[0].url messages[0].parts[1].type messages[0].parts[1].text
					messages[1].id messages[1].role messages[1].parts messages[1].parts[0].type messages[1].parts[1].type
					messages[1].parts[1].text messages[1].parts[2].type messages[1].parts[2].toolCallId messages[1].parts[2].state
					messages[1].parts[3].type messages[1].parts[3].toolName messages[1].parts[3].toolCallId messages[1].parts[3].state
					messages[1].parts[4].type messages[1].parts[5].type""",
			"""
					messages[0].metadata messages[0].parts[1].state messages[1].metadata messages[1].parts[1].state
					messages[1].parts[2].input messages[1].parts[2].output messages[1].parts[3].input messages[1].parts[4].sourceId
					messages[1].parts[4].url messages[1].parts[5].id messages[1].parts[5].data""") {

		@Override
		void assertRefusal(HttpResponse<String> response, String path, String shown) {
			assertThat(response.statusCode()).as(shown).isEqualTo(400);
			assertThat(response.headers().firstValue("Content-Type")).as(shown).hasValue("text/plain;charset=UTF-8");
			assertThat(response.body()).as(shown).isNotBlank().doesNotContain("\n", "{");
		}

	},

	OPENAI("/v1/chat/completions",
			"""
					{"model":"careful","stream":true,"stream_options":{"include_usage":true},"n":1,"messages":[
					{"role":"system","content":"Be kind."},{"role":"user","name":"me","content":[{"type":"text","text":"Hi"},
					{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}},
					{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AQID"}}]},
					{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
					{"role":"tool","tool_call_id":"c1","content":"sunny"}],
					"tools":[{"type":"function","function":{"name":"weather","description":"x","parameters":{"type":"object"}}}],
					"tool_choice":"auto","temperature":0.5,"top_p":1,"max_completion_tokens":9,"stop":["x"],"seed":1,
					"response_format":{"type":"text"},"parallel_tool_calls":true,"user":"me","metadata":{"a":"b"},"store":false}
					""",
			"""
					model messages messages[0].role messages[0].content messages[1].role messages[1].content
					messages[1].content[0].type messages[1].content[0].text messages[1].content[1].type messages[1].content[1].image_url
					messages[1].content[1].image_url.url messages[1].content[2].type messages[1].content[2].file
					messages[1].content[2].file.file_data messages[2].role messages[2].tool_calls messages[2].tool_calls[0].id
					messages[2].tool_calls[0].function messages[2].tool_calls[0].function.name messages[3].role messages[3].tool_call_id
					messages[3].content tools[0].type tools[0].function tools[0].function.name response_format.type""",
			"""
					messages[0].content messages[1].name messages[1].content messages[1].content[1].image_url.detail
					messages[2].content messages[2].tool_calls[0].type messages[3].content tools[0].function.parameters.type
					stop metadata store""") {

		@Override
		void assertRefusal(HttpResponse<String> response, String path, String shown) {
			boolean unknown = response.statusCode() == 404;
			assertThat(response.statusCode()).as(shown).isEqualTo(unknown ? 404 : 400);
			JsonNode error = error(response, shown).path("error");
			assertThat(error.path("message").asString()).as(shown).isNotBlank();
			assertThat(error.path("type").asString()).as(shown).isEqualTo("invalid_request_error");
			assertThat(error.path("code").asString()).as(shown)
				.isEqualTo(unknown ? "model_not_found" : "invalid_request");
			String param = error.path("param").asString(null);
			assertThat(param).as(shown).isNotEmpty();
			assertThat(path.startsWith(param) || param.startsWith(path)).as(shown).isTrue();
		}

	},

	AG_UI("/ag-ui/careful",
			"""
					{"threadId":"t1","runId":"r1","parentRunId":"r0","protocolVersion":"1.0","state":{"a":1},"messages":[
					{"id":"s","role":"system","content":"Be kind."},
					{"id":"u","role":"user","name":"me","content":[{"type":"text","text":"Hi"},
					{"type":"image","source":{"type":"data","value":"iVBORw0KGgo=","mimeType":"image/png"}}]},
					{"id":"a","role":"assistant","content":"","toolCalls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
					{"id":"t","role":"tool","toolCallId":"c1","content":"sunny"},
					{"id":"x","role":"activity","activityType":"plan","content":{"a":1}}],
					"tools":[{"name":"weather","description":"x","parameters":{"type":"object"}}],
					"context":[{"description":"d","value":"v"}],"forwardedProps":{"a":1}}
					""",
			"""
					threadId runId messages messages[0].role messages[0].content messages[1].role messages[1].content
					messages[1].content[0].type messages[1].content[0].text messages[1].content[1].type messages[1].content[1].source
					messages[1].content[1].source.value messages[1].content[1].source.mimeType messages[2].role messages[2].toolCalls
					messages[2].toolCalls[0].id messages[2].toolCalls[0].function messages[2].toolCalls[0].function.name
					messages[3].role messages[3].toolCallId messages[3].content messages[4].role tools[0].name""",
			"""
					parentRunId protocolVersion state messages[0].content messages[1].name messages[1].content
					messages[2].content messages[2].toolCalls[0].type messages[3].content messages[4].activityType messages[4].content
					tools[0].parameters.type context forwardedProps""") {

		@Override
		void assertRefusal(HttpResponse<String> response, String path, String shown) {
			assertThat(response.statusCode()).as(shown).isEqualTo(400);
			JsonNode error = error(response, shown);
			assertThat(error.path("message").asString()).as(shown).isNotBlank();
			assertThat(error.path("code").asString()).as(shown).isEqualTo("INVALID_REQUEST");
		}

	},

	AI_KIT("/api/chat",
			"""
					{"messages":[{"id":"u","role":"user","content":"Hi","timestamp":1,"own":1,"parts":[
					{"type":"text","text":"Hi"},{"type":"file","mediaType":"image/png","name":"a.png","url":"data:image/png;base64,iVBORw0KGgo="}]},
					{"id":"a","role":"assistant","content":"","status":"stopped","parts":[{"type":"text","text":"Ho"},
					{"type":"tool-call","id":"c1","name":"weather","arguments":"{}"}]},
					{"role":"tool","content":"","parts":[{"type":"tool-result","callId":"c1","name":"weather","result":"sunny","failed":false}]}]}
					""",
			"""
					messages messages[0].role messages[0].parts[0].type messages[0].parts[0].text
					messages[0].parts[1].type messages[0].parts[1].mediaType messages[0].parts[1].url messages[1].role messages[1].parts
					messages[1].parts[0].type messages[1].parts[0].text messages[1].parts[1].type messages[1].parts[1].id
					messages[1].parts[1].name messages[1].parts[1].arguments messages[2].role messages[2].parts messages[2].parts[0].type
					messages[2].parts[0].callId messages[2].parts[0].result""",
			"messages[0].own") {

		@Override
		void assertRefusal(HttpResponse<String> response, String path, String shown) {
			assertThat(response.statusCode()).as(shown).isEqualTo(400);
			assertThat(response.headers().firstValue("Content-Type")).as(shown).hasValue("application/problem+json");
			assertThat(JSON.readTree(response.body()).path("detail").asString()).as(shown).isNotBlank();
		}

	};

	private static final JsonMapper JSON = new JsonMapper();

	private final String path;

	private final String request;

	private final String needed;

	private final String free;

	/**
	 * How a client asks.
	 * @param path where
	 * @param request what it sends, whole
	 * @param needed the fields that can't be left out
	 * @param free the fields that may be of another type: they are not looked at, nor
	 * what is below them, or may be either
	 */
	FieldClient(String path, String request, String needed, String free) {
		this.path = path;
		this.request = request;
		this.needed = needed;
		this.free = free;
	}

	String path() {
		return this.path;
	}

	JsonNode request() {
		return JSON.readTree(this.request);
	}

	Set<String> needed() {
		return words(this.needed);
	}

	Set<String> free() {
		return words(this.free);
	}

	private static Set<String> words(String text) {
		return new TreeSet<>(List.of(StringUtils.tokenizeToStringArray(text, " \n")));
	}

	abstract void assertRefusal(HttpResponse<String> response, String path, String shown);

	private static JsonNode error(HttpResponse<String> response, String shown) {
		assertThat(response.headers().firstValue("Content-Type")).as(shown).hasValue("application/json");
		return JSON.readTree(response.body());
	}

}
