package studio.ainative.aikit.autoconfigure;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import studio.ainative.aikit.event.MessagePart;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * Images that clients of OpenAI's API and of AG-UI send, from their socket to the
 * model's.
 */
@ExtendWith(OutputCaptureExtension.class)
class ImageEndpointTests {

	private static EndpointServer start(WebApplicationType type) {
		return EndpointServer.start(type, "ai-kit.endpoints.openai.enabled=true", "ai-kit.endpoints.ag-ui.enabled=true",
				"ai-kit.endpoints.openai.max-body-size=32MB", "ai-kit.endpoints.ag-ui.max-body-size=32MB");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void addressesArePassedOnAndNeverFetched(WebApplicationType type) throws Exception {
		try (ScriptedServer images = ScriptedServer.start(); EndpointServer server = start(type)) {
			for (Front front : Front.values()) {
				server.provider().respond("A dot");
				assertThat(front.ask(server, "image/png", images.uri().toString()).body()).as(front.name())
					.contains("A dot");
				assertThat(
						JsonMapper.shared().readTree(server.provider().lastRequest().body()).findValuesAsString("url"))
					.containsExactly(images.uri().toString());
			}
			assertThat(images.requests()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void whatCanBeNoneIsRefusedInASentence(WebApplicationType type, CapturedOutput output) throws Exception {
		String large = "AAAA".repeat(MessagePart.File.MAX_SIZE / 3 + 1);
		try (EndpointServer server = start(type)) {
			int started = output.length();
			for (Front front : Front.values()) {
				assertRefused(front.ask(server, "canary", "data:canary;base64,AQID"),
						"media type of a file must be one");
				assertRefused(front.ask(server, "image/tiff", "data:image/tiff;base64,AQID"),
						"Files can't be passed on to the model here, except for images (PNG, JPEG, GIF, WebP)");
				assertRefused(front.ask(server, "image/png", "data:image/png;base64," + large),
						"A file must have 10 MB or less");
				assertRefused(front.ask(server, "image/png", "data:image/png;base64,canary!"),
						"must be a data: URL in base64");
				assertRefused(front.ask(server, "image/png", "file:///canary"), "must be an https: or http: URL");
			}
			assertThat(server.provider().requests()).isEmpty();
			assertNoWarnings(output.toString().substring(started));
			assertThat(output.toString().substring(started)).doesNotContain("canary");
		}
	}

	private static void assertRefused(HttpResponse<String> response, String sentence) {
		assertThat(response.statusCode()).as(sentence).isEqualTo(400);
		assertThat(response.body()).contains(sentence)
			.doesNotContain("canary", "Exception", "studio.")
			.hasSizeLessThan(500);
	}

	/** Who sends it. */
	private enum Front {

		OPENAI {

			@Override
			HttpResponse<String> ask(EndpointServer server, String mediaType, String url) throws Exception {
				return server.post("/v1/chat/completions",
						"{\"model\":\"fast\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":["
								+ "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + url + "\"}}]}]}");
			}

		},

		AG_UI {

			@Override
			HttpResponse<String> ask(EndpointServer server, String mediaType, String url) throws Exception {
				boolean inline = url.startsWith("data:");
				String source = "{\"type\":\"" + (inline ? "data" : "url") + "\",\"value\":\""
						+ (inline ? url.substring(url.indexOf(',') + 1) : url) + "\",\"mimeType\":\"" + mediaType
						+ "\"}";
				return server.post("/ag-ui",
						"{\"threadId\":\"t\",\"runId\":\"r\",\"state\":{},\"tools\":[],\"context\":[],"
								+ "\"forwardedProps\":{},\"messages\":[{\"id\":\"u\",\"role\":\"user\",\"content\":["
								+ "{\"type\":\"image\",\"source\":" + source + "}]}]}");
			}

		};

		abstract HttpResponse<String> ask(EndpointServer server, String mediaType, String url) throws Exception;

	}

}
