package studio.ainative.aikit.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import studio.ainative.aikit.sample.SampleServer.Calls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page with {@code useChat}, bundled as its {@code package-lock.json} pins it, in a
 * browser that has no other server than the sample.
 */
class UseChatPageTests {

	private static Path bundle;

	@BeforeAll
	static void build() throws Exception {
		bundle = UseChatBundle.build();
	}

	@ParameterizedTest
	@EnumSource
	void chatsWithTheServer(Stack stack) throws Exception {
		try (SampleServer server = SampleServer.start(stack, "demo.token-delay=1ms", "demo.slow-start=0s",
				"demo.slow-token-delay=200ms",
				"spring.web.resources.static-locations=classpath:/static/,file:" + bundle + "/");
				Chromium chromium = Chromium.launch(server.uri("/").getPort());
				BrowserContext context = chromium.browser().newContext()) {
			Page page = context.newPage();
			page.setDefaultTimeout((double) SampleServer.TIMEOUT.toMillis());
			List<String> complaints = new ArrayList<>();
			page.onPageError(complaints::add);
			page.navigate(server.uri("/use-chat.html").toString());
			showsAnAnswerAndAnother(page);
			stopEndsTheProvidersCall(page, server);
			saysWhatWentWrong(page);
			server.awaitNoOpenCalls();
			assertThat(complaints).isEmpty();
		}
	}

	private static void showsAnAnswerAndAnother(Page page) {
		send(page, "What does AI Kit do?");
		awaitOutcome(page, "complete");
		assertThat(answer(page)).startsWith("Hello! I am the demo provider")
			.contains("👋🏽", "dangerous.")
			.containsPattern("[1-9]\\d* tokens$");
		button(page, "Again").click();
		awaitOutcome(page, "complete");
		assertThat(page.locator("article").count()).isEqualTo(2);
	}

	private static void stopEndsTheProvidersCall(Page page, SampleServer server) throws Exception {
		Calls before = server.calls();
		send(page, "Give me a slow answer");
		page.locator("[data-role=assistant][data-outcome=pending] >> text=/\\w/").waitFor();
		button(page, "Stop").click();
		server.awaitCalls(before.withOneMoreCancelled());
		page.locator("[role=status][data-state=ready]").waitFor();
		assertThat(answer(page)).startsWith("Slow").doesNotContain("🐢");
	}

	private static void saysWhatWentWrong(Page page) {
		send(page, "Fail midway");
		page.locator("[role=status][data-state=error]").waitFor();
		awaitOutcome(page, "error");
		assertThat(answer(page)).startsWith("This answer starts well enough");
		assertThat(alert(page)).isEqualTo("The AI service had a problem. Please try again.");
		send(page, "   ");
		page.getByText("must not be blank").waitFor();
		assertThat(alert(page)).isEqualTo("'content' of the last user message must not be blank");
	}

	private static void send(Page page, String text) {
		page.getByLabel("Your message").fill(text);
		button(page, "Send").click();
	}

	private static void awaitOutcome(Page page, String outcome) {
		page.locator("article:last-of-type[data-outcome=" + outcome + "]").waitFor();
	}

	private static String answer(Page page) {
		return page.locator("[data-role=assistant]").last().innerText();
	}

	private static String alert(Page page) {
		return page.getByRole(AriaRole.ALERT).innerText();
	}

	private static Locator button(Page page, String name) {
		return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
	}

}
