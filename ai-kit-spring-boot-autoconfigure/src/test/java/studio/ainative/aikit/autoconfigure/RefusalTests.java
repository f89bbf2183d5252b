package studio.ainative.aikit.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;

import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Whose requests are answered when they get no stream, and whose are left to the
 * application and to Spring; with Spring's problem details and without.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalTests {

	private static final String PROBLEM = "application/problem+json";

	private final Map<String, ConfigurableApplicationContext> servers = Map.of("tomcat",
			start(WebApplicationType.SERVLET, false), "netty", start(WebApplicationType.REACTIVE, false),
			"tomcat with problems", start(WebApplicationType.SERVLET, true), "netty with problems",
			start(WebApplicationType.REACTIVE, true));

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterAll
	void stop() {
		this.servers.values().forEach(ConfigurableApplicationContext::close);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			GET  | /chats/canary    | 400 | 'number' has a value that is not allowed.
			GET  | /locked          | 401 | The key is wrong.
			GET  | /headed          | 400 | Required header 'X-Key' is not present.
			POST | /chats           | 400 | The request's body must be a list.
			POST | /own-type        | 400 | The request's body is not valid JSON.
			""")
	void aRequestForAStreamIsTold(String method, String path, int status, String detail, CapturedOutput output)
			throws Exception {
		for (Map.Entry<String, ConfigurableApplicationContext> server : this.servers.entrySet()) {
			for (String accept : List.of("text/event-stream", "application/json", "*/*", "image/png")) {
				HttpResponse<String> response = send(server.getValue(), method, path, "{canary", accept);
				String request = server.getKey() + " " + method + " " + path + " " + accept;
				assertThat(response.statusCode()).as(request).isEqualTo(status);
				assertThat(response.headers().firstValue("Content-Type")).as(request).hasValue(PROBLEM);
				assertThat(JsonMapper.shared().readTree(response.body()).path("detail").asString()).as(request)
					.isEqualTo(detail);
			}
		}
		assertNoWarnings(output);
		assertThat(output).doesNotContain("canary");
	}

	@Test
	void aStatusOfAnExceptionsClassIsTold() throws Exception {
		for (ConfigurableApplicationContext server : this.servers.values()) {
			HttpResponse<String> response = send(server, "GET", "/gone", "", "text/event-stream");
			assertThat(response.statusCode()).isEqualTo(410);
			assertThat(response.body()).contains("\"title\":\"Gone\"", "This chat is over.");
		}
	}

	@Test
	void aRequestOfAnotherMethodIsToldOnSpringMvc(CapturedOutput output) throws Exception {
		HttpResponse<String> response = send("tomcat", "GET", "/own-type", "text/event-stream");
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue("POST");
		assertThat(response.body()).contains("This address is for requests of another method.");
		assertNoWarnings(output);
		assertThat(send("netty", "GET", "/own-type", "text/event-stream").statusCode()).isEqualTo(405);
	}

	@Test
	void anExceptionHandlerOfTheControllerComesFirst() throws Exception {
		for (ConfigurableApplicationContext server : this.servers.values()) {
			HttpResponse<String> response = send(server, "POST", "/own", "{", "application/json");
			assertThat(response.statusCode()).isEqualTo(422);
			assertThat(response.body()).isEqualTo("own words");
		}
	}

	@Test
	void otherControllersAreLeftToSpring() throws Exception {
		for (String server : List.of("tomcat", "netty")) {
			HttpResponse<String> response = send(server, "POST", "/title", "application/json");
			assertThat(response.statusCode()).isEqualTo(400);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
			assertThat(response.body()).contains("\"path\":\"/title\"");
		}
		for (String server : List.of("tomcat with problems", "netty with problems")) {
			HttpResponse<String> response = send(server, "POST", "/title", "application/json");
			assertThat(response.headers().firstValue("Content-Type")).hasValue(PROBLEM);
			assertThat(response.body()).contains("\"instance\":\"/title\"").doesNotContain("is not valid JSON");
		}
	}

	@Test
	void aFaultOfTheServerIsLeftToSpring(CapturedOutput output) throws Exception {
		for (String server : List.of("tomcat", "netty")) {
			assertThat(send(server, "GET", "/broken", "application/json").statusCode()).isEqualTo(500);
		}
		assertThat(output).contains(" ERROR ");
	}

	private HttpResponse<String> send(String server, String method, String path, String accept) throws Exception {
		return send(this.servers.get(server), method, path, "{", accept);
	}

	private HttpResponse<String> send(@Nullable ConfigurableApplicationContext server, String method, String path,
			String body, String accept) throws Exception {
		assertThat(server).isNotNull();
		URI uri = URI.create("http://localhost:" + server.getEnvironment().getProperty("local.server.port") + path);
		return this.client.send(HttpRequest.newBuilder(uri)
			.timeout(Duration.ofSeconds(30))
			.header("Accept", accept)
			.header("Content-Type", "application/json")
			.method(method,
					method.equals("GET") ? HttpRequest.BodyPublishers.noBody()
							: HttpRequest.BodyPublishers.ofString(body))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, boolean problems) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties("server.port=0", "ai-kit.stream.endpoint=http://localhost:1/chat",
					"spring.mvc.problemdetails.enabled=" + problems,
					"spring.webflux.problemdetails.enabled=" + problems)
			.run();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ ChatController.class, OwnController.class })
	static class Application {

	}

	@RestController
	static class ChatController {

		private final StreamingResponses responses;

		ChatController(StreamingResponses responses) {
			this.responses = responses;
		}

		@GetMapping("/chats/{number}")
		StreamingResponse read(@PathVariable int number) {
			return this.responses.create();
		}

		@GetMapping("/locked")
		StreamingResponse locked() {
			throw new ResponseStatusException(HttpStatus.UNAUTHORIZED, "The key is wrong.");
		}

		@GetMapping("/headed")
		ResponseEntity<StreamingResponse> headed(@RequestHeader("X-Key") String key) {
			return ResponseEntity.ok(this.responses.create());
		}

		@GetMapping("/gone")
		StreamingResponse gone() {
			throw new ChatIsOverException();
		}

		@GetMapping("/broken")
		StreamingResponse broken() {
			throw new IllegalArgumentException("A fault of the server");
		}

		@PostMapping("/chats")
		Object anything(@RequestBody List<Message> messages) {
			return this.responses.create();
		}

		@PostMapping("/own-type")
		StreamingResponse ownType(@RequestBody Map<String, Object> body) {
			return this.responses.create();
		}

		@PostMapping("/title")
		Map<String, Object> title(@RequestBody List<Message> messages) {
			return Map.of("title", messages.size());
		}

	}

	@RestController
	static class OwnController {

		private final StreamingResponses responses;

		OwnController(StreamingResponses responses) {
			this.responses = responses;
		}

		@PostMapping("/own")
		StreamingResponse own(@RequestBody List<Message> messages) {
			return this.responses.create();
		}

		@ExceptionHandler({ HttpMessageNotReadableException.class, ServerWebInputException.class })
		ResponseEntity<String> ownWords() {
			return ResponseEntity.unprocessableContent().body("own words");
		}

	}

	@ResponseStatus(code = HttpStatus.GONE, reason = "This chat is over.")
	static class ChatIsOverException extends RuntimeException {

	}

}
