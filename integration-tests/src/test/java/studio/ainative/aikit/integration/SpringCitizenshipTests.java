package studio.ainative.aikit.integration;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;

import reactor.core.publisher.Hooks;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Streams beside Spring Security, CORS, handlers of exceptions and context propagation.
 */
@ExtendWith(OutputCaptureExtension.class)
class SpringCitizenshipTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final String BASIC = "Basic "
			+ Base64.getEncoder().encodeToString("reader:secret".getBytes(StandardCharsets.US_ASCII));

	private final HttpClient client = HttpClient.newHttpClient();

	/** What an application does that wants a value of its MDC to go along. */
	@BeforeAll
	static void propagateMdc() {
		ContextRegistry.getInstance()
			.registerThreadLocalAccessor(SecuredApplication.MDC_KEY, () -> MDC.get("question"),
					(value) -> MDC.put("question", value), () -> MDC.remove("question"));
	}

	/** An application that asks for it has it for all of this process. */
	@AfterEach
	void endAutomaticPropagation() {
		Hooks.disableAutomaticContextPropagation();
	}

	@AfterAll
	static void forgetMdc() {
		ContextRegistry.getInstance().removeThreadLocalAccessor(SecuredApplication.MDC_KEY);
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, true", "SERVLET, false", "REACTIVE, true", "REACTIVE, false" })
	void knowsTheUserInTheSourceAndInCallbacks(WebApplicationType type, boolean stateless, CapturedOutput output)
			throws Exception {
		try (ConfigurableApplicationContext context = start(type, "--stateless=" + stateless)) {
			HttpResponse<String> response = this.client.send(get(context, "/whoami").build(), BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).contains("\"token\":\"reader:why \",\"index\":0",
					"\"token\":\"reader:why \",\"index\":2", "\"outcome\":\"complete\"");
			SecuredApplication.ChatController controller = context.getBean(SecuredApplication.ChatController.class);
			HttpResponse<InputStream> endless = this.client.send(get(context, "/whoami?count=10000").build(),
					BodyHandlers.ofInputStream());
			assertThat(endless.body().readNBytes(100)).isNotEmpty();
			endless.body().close();
			await().atMost(TIMEOUT).until(() -> controller.left.get() != null);
			assertThat(controller.left).hasValue("reader:why");
		}
		assertThat(output).doesNotContain(" WARN ", " ERROR ", "Access Denied", "AuthorizationDenied");
	}

	/** The operators of a source that change threads see it with {@code auto} alone. */
	@ParameterizedTest
	@CsvSource({ "SERVLET, auto", "SERVLET, limited", "REACTIVE, auto", "REACTIVE, limited" })
	void goesOnWithTheTraceOfTheRequest(WebApplicationType type, String propagation, CapturedOutput output)
			throws Exception {
		String trace = "0af7651916cd43dd8448eb211c80319c";
		try (ScriptedServer provider = ScriptedServer.start();
				ConfigurableApplicationContext context = start(type, "--stateless=true",
						"--spring.reactor.context-propagation=" + propagation, "--ai-kit.stream.provider=openai",
						"--ai-kit.stream.api-key=a-key", "--ai-kit.stream.endpoint=" + provider.uri(),
						"--management.tracing.sampling.probability=1")) {
			provider.respond("Hel", "lo");
			HttpRequest request = get(context, "/traced").header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
				.build();
			InputStream body = this.client.send(request, BodyHandlers.ofInputStream()).body();
			String expected = propagation.equals("auto") ? trace : "none";
			String text = "";
			while (!text.contains("\"index\":3}")) {
				byte[] bytes = new byte[1024];
				text += new String(bytes, 0, body.read(bytes), StandardCharsets.UTF_8);
			}
			assertThat(text).contains("\"token\":\"lo\"", "\"token\":\"" + expected + "\",\"index\":3}");
			body.close();
			assertThat(provider.requests()).singleElement()
				.satisfies((call) -> assertThat(call.header("traceparent")).startsWith("00-" + trace + "-"));
			SecuredApplication.ChatController controller = context.getBean(SecuredApplication.ChatController.class);
			await().atMost(TIMEOUT).until(() -> controller.left.get() != null);
			if (type == WebApplicationType.SERVLET || propagation.equals("auto")) {
				assertThat(controller.left).hasValue(trace);
			}
		}
		assertThat(output).doesNotContain(" WARN ", " ERROR ");
	}

	@ParameterizedTest
	@CsvSource({ "SERVLET, auto", "SERVLET, limited", "REACTIVE, auto", "REACTIVE, limited" })
	void toolsKnowTheUserAndTheTraceOfTheRequest(WebApplicationType type, String propagation, CapturedOutput output)
			throws Exception {
		String trace = "0af7651916cd43dd8448eb211c80319c";
		try (ScriptedServer provider = ScriptedServer.start();
				ConfigurableApplicationContext context = start(type, "--stateless=true",
						"--spring.reactor.context-propagation=" + propagation, "--ai-kit.stream.provider=openai",
						"--ai-kit.stream.api-key=a-key", "--ai-kit.stream.endpoint=" + provider.uri(),
						"--ai-kit.stream.tools.enabled=true", "--management.tracing.sampling.probability=1")) {
			provider.respond()
				.raw(BridgeContract.call(0, "c1", "asker", "{}"))
				.raw(BridgeContract.chunk("{}", "\"tool_calls\""))
				.raw(BridgeContract.DONE)
				.thenEnd();
			provider.respond("Ada");
			HttpRequest request = get(context, "/asked").header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
				.build();
			assertThat(this.client.send(request, BodyHandlers.ofString()).body()).contains("reader:why in " + trace,
					"\"token\":\"Ada\"", "\"outcome\":\"complete\"");
			assertThat(provider.requests()).hasSize(2)
				.allSatisfy((call) -> assertThat(call.header("traceparent")).startsWith("00-" + trace + "-"));
		}
		assertThat(output).doesNotContain(" WARN ", " ERROR ");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void refusesStrangersBeforeTheStream(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "--stateless=true")) {
			HttpResponse<String> response = this.client.send(HttpRequest.newBuilder(uri(context, "/whoami")).build(),
					BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(401);
			assertThat(response.body()).doesNotContain("event:");
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void isReadFromAPageOfAnotherOrigin(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "--stateless=true")) {
			HttpResponse<String> preflight = this.client.send(HttpRequest.newBuilder(uri(context, "/whoami"))
				.method("OPTIONS", HttpRequest.BodyPublishers.noBody())
				.header("Origin", SecuredApplication.ORIGIN)
				.header("Access-Control-Request-Method", "GET")
				.header("Access-Control-Request-Headers", "Authorization")
				.build(), BodyHandlers.ofString());
			assertThat(preflight.statusCode()).isEqualTo(200);
			assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
				.hasValue(SecuredApplication.ORIGIN);
			HttpResponse<String> response = this.client.send(
					get(context, "/whoami").header("Origin", SecuredApplication.ORIGIN).build(),
					BodyHandlers.ofString());
			assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
				.hasValue(SecuredApplication.ORIGIN);
			assertThat(response.body()).contains("\"outcome\":\"complete\"");
			HttpResponse<String> foreign = this.client.send(
					get(context, "/whoami").header("Origin", "https://other.example").build(), BodyHandlers.ofString());
			assertThat(foreign.statusCode()).isEqualTo(403);
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void leavesExceptionsBeforeTheFirstByteToTheirHandlers(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "--stateless=true")) {
			HttpResponse<String> refused = this.client.send(get(context, "/refused").build(), BodyHandlers.ofString());
			assertThat(refused.statusCode()).isEqualTo(409);
			assertThat(refused.body()).isEqualTo("{\"reason\":\"not today\"}");
			assertThat(this.client.send(get(context, "/missing").build(), BodyHandlers.ofString()).statusCode())
				.isEqualTo(404);
			assertThat(
					this.client.send(get(context, "/whoami?count=many").build(), BodyHandlers.ofString()).statusCode())
				.isEqualTo(400);
		}
	}

	/** Spring MVC's limit for asynchronous requests is not one for answers. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void outlivesTheTimeoutOfAsynchronousRequests(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, "--stateless=true",
				"--spring.mvc.async.request-timeout=100ms")) {
			HttpResponse<String> response = this.client.send(get(context, "/whoami?count=75").build(),
					BodyHandlers.ofString());
			assertThat(response.body()).contains("\"index\":74", "\"outcome\":\"complete\"");
		}
	}

	private static ConfigurableApplicationContext start(WebApplicationType type, String... arguments) {
		return new SpringApplicationBuilder(SecuredApplication.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.security.user.name=reader",
					"spring.security.user.password=secret", "spring.reactor.context-propagation=auto",
					"ai-kit.stream.endpoint=http://localhost:1/chat", "ai-kit.response.heartbeat.interval=100ms",
					"ai-kit.stream.tools.enabled=false", "spring.reactor.netty.shutdown-quiet-period=0s")
			.run(arguments);
	}

	private static HttpRequest.Builder get(ConfigurableApplicationContext context, String path) {
		return HttpRequest.newBuilder(uri(context, path)).header("Authorization", BASIC).timeout(TIMEOUT);
	}

	private static URI uri(ConfigurableApplicationContext context, String path) {
		return URI
			.create("http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port") + path);
	}

}
