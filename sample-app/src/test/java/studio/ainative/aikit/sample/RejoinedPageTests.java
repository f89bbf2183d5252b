package studio.ainative.aikit.sample;

import com.microsoft.playwright.Browser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.sample.SampleServer.Calls;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page where the server keeps its answers: what a reader does in the middle of one
 * costs no second call of the provider.
 */
class RejoinedPageTests {

	private static final String LAST_WORDS = "and so does the bill. 🐢";

	private static SampleServer server;

	private static Chromium chromium;

	private ChatPage page;

	private Calls before;

	@BeforeAll
	static void start() {
		server = SampleServer.start(Stack.TOMCAT, "demo.slow-start=100ms", "demo.slow-token-delay=60ms",
				"ai-kit.response.resume.enabled=true");
		chromium = Chromium.launch(server.uri("/").getPort());
	}

	@AfterAll
	static void stop() {
		try {
			if (chromium != null) {
				chromium.close();
			}
		}
		finally {
			server.close();
		}
	}

	@BeforeEach
	void open() throws Exception {
		this.page = ChatPage.open(chromium.browser(), server.uri("/"), new Browser.NewContextOptions());
		this.before = server.calls();
	}

	@AfterEach
	void close() {
		this.page.close();
		server.awaitNoOpenCalls();
	}

	@Test
	void goesOnAfterAReload() {
		askSlowly();
		this.page.inBrowser().reload();
		this.page.awaitState("complete");
		assertThat(this.page.questions()).containsExactly("Give me a slow answer, please.");
		assertThat(this.page.answers()).hasSize(1);
		assertThat(this.page.answer()).startsWith("Slow and steady.").endsWith(LAST_WORDS);
		server.awaitCalls(this.before.withOneMoreCompleted());
		String tokens = this.page.figure("tokens");

		this.page.inBrowser().reload();
		this.page.inBrowser().getByText(LAST_WORDS).waitFor();
		assertThat(this.page.figure("tokens")).isEqualTo(tokens);
		this.page.button("New chat").click();
		this.page.inBrowser().reload();
		this.page.button("a slow answer").waitFor();
		assertThat(this.page.questions()).isEmpty();
		assertThat(this.page.complaints()).isEmpty();
	}

	@Test
	void showsTheSameAnswerInTwoTabsUntilOneStopsIt() {
		ChatPage early = this.page.openTab(server.uri("/"));
		askSlowly();
		ChatPage late = this.page.openTab(server.uri("/"));
		for (ChatPage other : new ChatPage[] { early, late }) {
			other.awaitText();
			assertThat(other.questions()).containsExactly("Give me a slow answer, please.");
		}
		late.button("Stop").click();
		for (ChatPage tab : new ChatPage[] { this.page, early, late }) {
			tab.awaitState("stopped");
			assertThat(tab.answer()).startsWith("Slow").doesNotContain("🐢");
			assertThat(tab.hasAlert()).isFalse();
			assertThat(tab.complaints()).isEmpty();
		}
		server.awaitCalls(this.before.withOneMoreCancelled());
		assertThat(early.answer()).isEqualTo(this.page.answer());
	}

	@Test
	void goesOnAfterATimeWithoutANetwork() {
		askSlowly();
		this.page.setOffline(true);
		this.page.awaitState("retrying");
		assertThat(this.page.status()).isEqualTo("Connection lost. Going on once you are online…");
		String soFar = this.page.answer();
		this.page.setOffline(false);
		this.page.awaitState("complete");
		assertThat(this.page.answer()).startsWith(soFar.strip()).startsWith("Slow and steady.").endsWith(LAST_WORDS);
		assertThat(this.page.hasAlert()).isFalse();
		server.awaitCalls(this.before.withOneMoreCompleted());
	}

	private void askSlowly() {
		this.page.button("a slow answer").click();
		this.page.awaitText();
	}

}
