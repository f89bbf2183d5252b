package studio.ainative.aikit.sample;

import java.util.List;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import studio.ainative.aikit.sample.SampleServer.Calls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page in a browser, the same on each stack.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ChatPageContract {

	/** Each visible text whose contrast is lower than the 4.5 to 1 of WCAG 2.2, AA. */
	private static final String FAINT_TEXTS = """
			() => {
			  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
			  const ground = (element) => {
			    for (let each = element; each; each = each.parentElement) {
			      const color = numbers(getComputedStyle(each).backgroundColor);
			      if (color.length === 3 || color[3] > 0) {
			        return color;
			      }
			    }
			    return [255, 255, 255];
			  };
			  const luminance = (color) => {
			    const [r, g, b] = color.slice(0, 3).map((value) => value / 255)
			      .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
			    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
			  };
			  const contrast = (one, other) => {
			    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
			    return (high + 0.05) / (low + 0.05);
			  };
			  const hasText = (element) => [...element.childNodes]
			    .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== '');
			  return [...document.body.querySelectorAll('*')]
			    .filter((element) => hasText(element) && element.checkVisibility())
			    .map((element) => [contrast(numbers(getComputedStyle(element).color), ground(element)), element])
			    .filter(([ratio]) => ratio < 4.5)
			    .map(([ratio, element]) => `${ratio.toFixed(2)}: ${element.textContent}`);
			}
			""";

	private final Stack stack;

	private SampleServer server;

	private Chromium chromium;

	private ChatPage page;

	ChatPageContract(Stack stack) {
		this.stack = stack;
	}

	@BeforeAll
	void start() {
		this.server = SampleServer.start(this.stack, "demo.token-delay=1ms", "demo.slow-start=100ms",
				"demo.slow-token-delay=200ms", "ai-kit.stream.retry.initial-delay=300ms");
		this.chromium = Chromium.launch(this.server.uri("/").getPort());
	}

	@AfterAll
	void stop() {
		try {
			if (this.chromium != null) {
				this.chromium.close();
			}
		}
		finally {
			this.server.close();
		}
	}

	@BeforeEach
	void open() {
		open(new Browser.NewContextOptions());
	}

	private void open(Browser.NewContextOptions options) {
		if (this.page != null) {
			this.page.close();
		}
		this.page = ChatPage.open(this.chromium.browser(), this.server.uri("/"), options);
	}

	@AfterEach
	void close() {
		if (this.page == null) {
			return; // It did not open, which has been told
		}
		this.page.close();
		this.server.awaitNoOpenCalls();
		assertThat(this.page.complaints()).as("errors in the page").isEmpty();
	}

	@Test
	void showsTokensOneAfterAnother() {
		this.page.ask("What does AI Kit do?");
		assertThat(this.page.answer()).startsWith("Hello! I am the demo provider")
			.contains("grüezi, こんにちは and 👋🏽")
			.endsWith("slow, broken or dangerous.");
		assertThat(this.page.seen("states")).containsExactly("connecting", "waiting", "streaming", "complete");
		assertThat(this.page.status()).isEqualTo("Answer complete");
		this.page.ask("Write a long answer");
		assertThat(this.page.seen("lengths")).as("lengths of the answers on their way").hasSizeGreaterThan(5);
	}

	@Test
	void stopEndsTheProvidersCallToo() throws Exception {
		Calls before = this.server.calls();
		this.page.button("a slow answer").click();
		this.page.awaitText();
		this.server.awaitCalls(before.withOneMoreOpen());
		this.page.button("Stop").click();
		this.page.awaitState("stopped");
		this.server.awaitCalls(before.withOneMoreCancelled());
		String partial = this.page.answer();
		assertThat(partial).startsWith("Slow").doesNotContain("🐢");
		assertThat(this.page.hasAlert()).isFalse();

		Request request = this.page.inBrowser()
			.waitForRequest("**/api/chat", () -> this.page.ask("What does AI Kit do?"));
		assertThat(this.page.answers()).hasSize(2).first().isEqualTo(partial);
		assertThat(this.page.answer()).startsWith("Hello!");
		JsonNode messages = JsonMapper.shared().readTree(request.postData()).path("messages");
		assertThat(messages.size()).isEqualTo(3);
		assertThat(messages.path(1).path("role").asString()).isEqualTo("assistant");
		assertThat(messages.path(1).path("content").asString().strip()).isEqualTo(partial.strip());
	}

	@Test
	void saysInPlainWordsThatTheProviderRefused() {
		this.page.button("an error").click();
		this.page.awaitState("error");
		assertThat(this.page.alert()).contains("The AI service").doesNotContain("Exception", "{", "HTTP");
		assertThat(this.page.button("Retry").isVisible()).isTrue();
		this.page.ask("Hello");
		assertThat(this.page.hasAlert()).isFalse();
	}

	@Test
	void retriesOnceTheServerIsBack() {
		this.page.inBrowser().route("**/api/chat", Route::abort);
		this.page.send("Hello");
		this.page.awaitState("error");
		assertThat(this.page.alert()).contains("The server can’t be reached");
		// The browser itself complains of the request that failed.
		assertThat(this.page.complaints()).hasSize(1).allMatch((text) -> text.contains("ERR_FAILED"));
		this.page.complaints().clear();

		this.page.inBrowser().unroute("**/api/chat");
		this.page.button("Retry").click();
		this.page.awaitState("complete");
		assertThat(this.page.questions()).containsExactly("Hello");
		assertThat(this.page.answers()).hasSize(1).first().asString().startsWith("Hello! I am");
		assertThat(this.page.hasAlert()).isFalse();
	}

	@Test
	void showsThatARequestIsRetriedAndThenTheAnswer() {
		this.page.button("a retry").click();
		this.page.awaitState("complete");
		assertThat(this.page.answer()).startsWith("It worked on the second try.");
		assertThat(this.page.seen("states")).containsSubsequence("retrying", "streaming", "complete");
		assertThat(this.page.seen("statuses")).asString().containsPattern("Retrying in 0(\\.\\d)? s \\(");
	}

	@Test
	void keepsWhatCameBeforeAnErrorMidway() {
		this.page.button("an error midway").click();
		this.page.awaitState("error");
		assertThat(this.page.answer()).isEqualTo("This answer starts well enough, and then the provider gives up in "
				+ "the middle of a sentence, which is why the");
		assertThat(this.page.alert()).contains("The AI service").doesNotContain("Exception", "{", "HTTP");
	}

	@Test
	void saysThatACutAnswerWasInterrupted() {
		this.page.send("Cut the connection");
		this.page.awaitState("error");
		assertThat(this.page.alert()).contains("The answer was interrupted before its end.");
		assertThat(this.page.answer()).endsWith("just a connection that is");
	}

	@Test
	void newChatForgetsEverything() {
		this.page.ask("Hello");
		this.page.button("New chat").click();
		assertThat(this.page.questions()).isEmpty();
		assertThat(this.page.answers()).isEmpty();
		assertThat(this.page.status()).isEqualTo("Ready");
		assertThat(this.page.figure("tokens")).isEqualTo("0");
		Request request = this.page.inBrowser().waitForRequest("**/api/chat", () -> this.page.ask("Hello again"));
		assertThat(JsonMapper.shared().readTree(request.postData()).path("messages").size()).isEqualTo(1);
	}

	@Test
	void newChatEndsTheProvidersCall() throws Exception {
		Calls before = this.server.calls();
		this.page.button("a slow answer").click();
		this.page.awaitText();
		this.page.button("New chat").click();
		this.server.awaitCalls(before.withOneMoreCancelled());
		assertThat(this.page.answers()).isEmpty();
		assertThat(this.page.status()).isEqualTo("Ready");
	}

	@Test
	void showsTokensCostAndTimes() {
		assertThat(this.page.figure("tokens")).isEqualTo("0");
		this.page.ask("Hello");
		assertThat(Integer.parseInt(this.page.figure("tokens"))).isGreaterThan(100);
		assertThat(this.page.figure("cost")).matches("\\$0\\.000\\d+");
		assertThat(this.page.figure("ttft")).matches("\\d+ ms|\\d+\\.\\d s");
		// Of an answer that takes a moment: the rate of a shorter one would say nothing
		this.page.send("Write a slow answer");
		this.page.inBrowser().getByText("The first token took").waitFor();
		this.page.button("Stop").click();
		this.page.awaitState("stopped");
		assertThat(this.page.figure("rate")).matches("\\d+ tokens/s");
	}

	@Test
	void runsNoScriptOfAnAnswer() {
		this.page.button("script safety").click();
		this.page.awaitState("complete");
		assertThat(this.page.answer()).contains("<script>alert(1)</script>", "<img src=x onerror=\"alert(2)\">",
				"<b>code</b>", "<svg onload=\"alert(4)\"></svg>", "If no window popped up");
		assertThat(this.page.inBrowser()
			.locator("#messages")
			.locator("script, img, svg, b, a[href^='javascript:' i], [onerror], [onload]")
			.count()).isZero();
	}

	@Test
	void obeysTheKeyboard() throws Exception {
		Calls before = this.server.calls();
		assertThat(this.page.prompt().evaluate("(box) => document.activeElement === box")).isEqualTo(true);
		this.page.inBrowser().keyboard().type("Write a slow answer");
		this.page.prompt().press("Shift+Enter");
		this.page.inBrowser().keyboard().type("in two lines");
		assertThat(this.page.prompt().inputValue()).isEqualTo("Write a slow answer\nin two lines");
		assertThat(this.page.questions()).isEmpty();
		this.page.prompt().press("Enter");
		this.page.awaitText();
		assertThat(this.page.questions()).containsExactly("Write a slow answer\nin two lines");
		assertThat(this.page.prompt().inputValue()).isEmpty();
		this.page.inBrowser().keyboard().press("Escape");
		this.page.awaitState("stopped");
		this.server.awaitCalls(before.withOneMoreCancelled());
		assertThat(this.page.prompt().evaluate("(box) => document.activeElement === box")).isEqualTo(true);
	}

	@Test
	void hasNamesForScreenReaders() {
		Page browser = this.page.inBrowser();
		assertThat(browser.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)).innerText())
			.isEqualTo("AI Kit");
		assertThat(this.page.prompt().getAttribute("aria-describedby")).isEqualTo("keys");
		assertThat(browser.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Prompts to try")).count())
			.isOne();
		assertThat(this.page.button("New chat").isVisible()).isTrue();
		assertThat(this.page.button("Send").isDisabled()).isTrue();
		this.page.button("Markdown").click();
		this.page.awaitState("complete");
		assertThat(browser.getByRole(AriaRole.STATUS).innerText()).isEqualTo("Answer complete");
		assertThat(browser.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Conversation"))
			.getByRole(AriaRole.ARTICLE)
			.count()).isEqualTo(2);
		assertThat(browser.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(2)).allInnerTexts())
			.contains("You said", "Answer");
		assertThat(browser.getByRole(AriaRole.TABLE).count()).isOne();
		assertThat(browser.locator("[aria-busy=true]").count()).isZero();
	}

	@Test
	void fitsANarrowScreen() {
		open(new Browser.NewContextOptions().setViewportSize(360, 640));
		this.page.button("Markdown").click();
		this.page.awaitState("complete");
		assertThat(this.page.inBrowser().evaluate("""
				() => ['html', 'body', '#scroller', '.dock', '.bar'].filter((name) => {
				  const element = document.querySelector(name);
				  return element.scrollWidth > element.clientWidth;
				})""")).as("what scrolls sideways").isEqualTo(List.of());
		for (String name : List.of("New chat", "Retry", "Send")) {
			assertThat(this.page.button(name).boundingBox()).as(name).satisfies((box) -> {
				assertThat(box.x).isNotNegative();
				assertThat(box.x + box.width).isLessThanOrEqualTo(360);
				assertThat(box.y + box.height).isLessThanOrEqualTo(640);
			});
		}
	}

	@Test
	void keepsTheEndInSightWhenAnErrorTakesRoom() {
		open(new Browser.NewContextOptions().setViewportSize(360, 640));
		this.page.ask("Show me Markdown.");
		this.page.send("Cut the connection");
		this.page.awaitState("error");
		this.page.inBrowser().waitForFunction("""
				() => {
				  const { scrollHeight, scrollTop, clientHeight } = document.getElementById('scroller');
				  return scrollHeight - scrollTop - clientHeight < 2;
				}""");
		assertThat(this.page.button("Jump to the latest").isVisible()).isFalse();
	}

	@Test
	void staysWhereTheReaderHasScrolledTo() {
		open(new Browser.NewContextOptions().setViewportSize(360, 640));
		this.page.ask("Show me Markdown.");
		this.page.send("Give me a slow answer");
		this.page.awaitText();
		this.page.inBrowser().locator("#scroller").hover();
		this.page.inBrowser().mouse().wheel(0, -400);
		this.page.button("Jump to the latest").waitFor();
		this.page.button("Jump to the latest").click();
		this.page.inBrowser().getByText("Slow and steady").waitFor();
		assertThat(this.page.button("Jump to the latest").isVisible()).isFalse();
		this.page.button("Stop").click();
		this.page.awaitState("stopped");
	}

	@ParameterizedTest
	@EnumSource(names = { "LIGHT", "DARK" })
	void isReadableInTheColorsOfTheReader(ColorScheme scheme) {
		open(new Browser.NewContextOptions().setColorScheme(scheme));
		int brightness = (int) this.page.inBrowser()
			.evaluate("() => Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g))");
		assertThat(brightness).isBetween((scheme == ColorScheme.DARK) ? 0 : 230,
				(scheme == ColorScheme.DARK) ? 40 : 255);
		assertThat(this.page.inBrowser().evaluate(FAINT_TEXTS)).as("faint texts of the empty page")
			.isEqualTo(List.of());
		this.page.button("Markdown").click();
		this.page.awaitState("complete");
		this.page.button("an error").click();
		this.page.awaitState("error");
		assertThat(this.page.inBrowser().evaluate(FAINT_TEXTS)).as("faint texts of a conversation")
			.isEqualTo(List.of());
	}

}
