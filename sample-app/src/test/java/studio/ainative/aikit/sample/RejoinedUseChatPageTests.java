package studio.ainative.aikit.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import studio.ainative.aikit.sample.SampleServer.Calls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page with {@code useChat} where the server keeps its answers: loaded anew in the
 * middle of one, it goes on with it.
 */
class RejoinedUseChatPageTests {

	private static Path bundle;

	@BeforeAll
	static void build() throws Exception {
		bundle = UseChatBundle.build();
	}

	@ParameterizedTest
	@EnumSource
	void goesOnAfterAReload(Stack stack) throws Exception {
		try (SampleServer server = SampleServer.start(stack, "demo.slow-start=100ms", "demo.slow-token-delay=60ms",
				"ai-kit.response.resume.enabled=true",
				"spring.web.resources.static-locations=classpath:/static/,file:" + bundle + "/");
				Chromium chromium = Chromium.launch(server.uri("/").getPort());
				BrowserContext context = chromium.browser().newContext()) {
			Page page = context.newPage();
			page.setDefaultTimeout((double) SampleServer.TIMEOUT.toMillis());
			List<String> complaints = new ArrayList<>();
			page.onPageError(complaints::add);
			page.navigate(server.uri("/use-chat.html").toString());
			showsTheWholeAnswer(page, server);
			stopsWhatItHasRejoined(page, server);
			server.awaitNoOpenCalls();
			assertThat(complaints).isEmpty();
		}
	}

	private static void showsTheWholeAnswer(Page page, SampleServer server) throws Exception {
		Calls before = server.calls();
		askSlowly(page);
		page.reload();
		page.locator("article:last-of-type[data-outcome=complete]").waitFor();
		server.awaitCalls(before.withOneMoreCompleted());
		String articles = page.locator("main").innerText();
		assertThat(page.locator("article").count()).isEqualTo(2);
		assertThat(page.locator("article").last().innerText()).startsWith("Slow and steady.")
			.containsOnlyOnce("Slow and steady.")
			.containsOnlyOnce("🐢")
			.containsPattern("[1-9]\\d* tokens$");

		page.waitForResponse((response) -> response.status() == 204, page::reload);
		page.locator("[role=status][data-state=ready]").waitFor();
		assertThat(page.locator("main").innerText()).isEqualTo(articles);
	}

	private static void stopsWhatItHasRejoined(Page page, SampleServer server) throws Exception {
		Calls before = server.calls();
		askSlowly(page);
		page.reload();
		page.locator("[role=status][data-state=streaming]").waitFor();
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Stop").setExact(true)).click();
		server.awaitCalls(before.withOneMoreCancelled());
		page.waitForResponse((response) -> response.status() == 204, page::reload);
		assertThat(page.locator("article").count()).isEqualTo(4);
		assertThat(page.locator("article").last().innerText()).startsWith("Slow").doesNotContain("🐢");
		assertThat(page.getByRole(AriaRole.ALERT).count()).isZero();
	}

	private static void askSlowly(Page page) {
		page.getByLabel("Your message").fill("Give me a slow answer");
		page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send").setExact(true)).click();
		page.locator("[data-role=assistant][data-outcome=pending] >> text=/\\w/").waitFor();
	}

}
