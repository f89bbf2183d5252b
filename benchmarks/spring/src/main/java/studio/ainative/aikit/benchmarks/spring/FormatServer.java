package studio.ainative.aikit.benchmarks.spring;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import studio.ainative.aikit.format.WireFormat;
import studio.ainative.aikit.format.agui.AgUiWireFormat;
import studio.ainative.aikit.format.openai.OpenAiWireFormat;
import studio.ainative.aikit.format.uimessage.UiMessageFormat;
import studio.ainative.aikit.server.StreamingResponse;
import studio.ainative.aikit.server.StreamingResponses;

/**
 * {@code StreamingResponse} in the formats of other front ends: one controller, on
 * WebFlux and on Spring MVC.
 */
public abstract class FormatServer extends SpringServer {

	private FormatServer(WebApplicationType type, String path) {
		super(Application.class, type, path);
	}

	/**
	 * The UI message stream on WebFlux.
	 */
	public static final class WebFluxUiMessage extends FormatServer {

		/** For the worker. */
		public WebFluxUiMessage() {
			super(WebApplicationType.REACTIVE, "/ui-message");
		}

	}

	/**
	 * OpenAI's chunks on WebFlux.
	 */
	public static final class WebFluxOpenAi extends FormatServer {

		/** For the worker. */
		public WebFluxOpenAi() {
			super(WebApplicationType.REACTIVE, "/openai");
		}

	}

	/**
	 * AG-UI's events on WebFlux.
	 */
	public static final class WebFluxAgUi extends FormatServer {

		/** For the worker. */
		public WebFluxAgUi() {
			super(WebApplicationType.REACTIVE, "/ag-ui");
		}

	}

	/**
	 * The UI message stream on Spring MVC.
	 */
	public static final class MvcUiMessage extends FormatServer {

		/** For the worker. */
		public MvcUiMessage() {
			super(WebApplicationType.SERVLET, "/ui-message");
		}

	}

	/**
	 * OpenAI's chunks on Spring MVC.
	 */
	public static final class MvcOpenAi extends FormatServer {

		/** For the worker. */
		public MvcOpenAi() {
			super(WebApplicationType.SERVLET, "/openai");
		}

	}

	/**
	 * AG-UI's events on Spring MVC.
	 */
	public static final class MvcAgUi extends FormatServer {

		/** For the worker. */
		public MvcAgUi() {
			super(WebApplicationType.SERVLET, "/ag-ui");
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import(Controller.class)
	static class Application {

	}

	@RestController
	static class Controller {

		private final StreamingResponses responses;

		private final WireFormat uiMessage = new UiMessageFormat(new JsonMapper());

		/** With usage, which the property's format leaves out. */
		private final WireFormat openAi = new OpenAiWireFormat("gpt-4o-mini", true);

		private final WireFormat agUi = new AgUiWireFormat();

		Controller(StreamingResponses responses) {
			this.responses = responses;
		}

		@GetMapping("/ui-message/stream")
		StreamingResponse uiMessage(@RequestParam int tokens, @RequestParam int rate) {
			return this.responses.from(Model.events(tokens, rate), this.uiMessage);
		}

		@GetMapping("/openai/stream")
		StreamingResponse openAi(@RequestParam int tokens, @RequestParam int rate) {
			return this.responses.from(Model.events(tokens, rate), this.openAi);
		}

		@GetMapping("/ag-ui/stream")
		StreamingResponse agUi(@RequestParam int tokens, @RequestParam int rate) {
			return this.responses.from(Model.events(tokens, rate), this.agUi);
		}

	}

}
