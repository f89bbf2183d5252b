package studio.ainative.aikit.sample;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.AriaRole;

/**
 * The page as its reader finds it: by labels and by what is written on it. What it has
 * shown for a moment only is kept too.
 */
final class ChatPage implements AutoCloseable {

	/** Notes each state and each length that an answer had while it was written. */
	private static final String OBSERVER = """
			window.seen = { states: [], statuses: [], lengths: [] };
			const note = (list, value) => list.at(-1) === value || list.push(value);
			addEventListener('DOMContentLoaded', () => {
			  const observe = (element, look) => new MutationObserver(look)
			    .observe(element, { attributes: true, characterData: true, childList: true, subtree: true });
			  const status = document.getElementById('status');
			  observe(status, () => {
			    note(window.seen.states, status.dataset.state);
			    note(window.seen.statuses, status.textContent);
			  });
			  const messages = document.getElementById('messages');
			  observe(messages, () => {
			    const answer = [...messages.querySelectorAll('[data-role=assistant]')].at(-1);
			    if (answer?.dataset.state === 'streaming') {
			      note(window.seen.lengths, answer.querySelector('.body').textContent.length);
			    }
			  });
			});
			""";

	private static final double TIMEOUT = SampleServer.TIMEOUT.toMillis();

	private final BrowserContext context;

	private final Page page;

	private final List<String> complaints = new ArrayList<>();

	/** What the browser asks for and has no whole answer to yet. */
	private final List<String> underway = new ArrayList<>();

	private ChatPage(BrowserContext context) {
		this.context = context;
		this.page = context.newPage();
		this.page.setDefaultTimeout(TIMEOUT);
		this.page.onPageError(this.complaints::add);
		this.page.onDialog((dialog) -> {
			this.complaints.add("dialog: " + dialog.message());
			dialog.dismiss();
		});
		this.page.onRequest((request) -> this.underway.add(request.url()));
		this.page.onRequestFinished((request) -> this.underway.remove(request.url()));
		this.page.onRequestFailed((request) -> this.underway.remove(request.url()));
		this.page.onConsoleMessage((message) -> {
			if (message.type().equals("error")) {
				this.complaints.add(message.text());
			}
		});
	}

	static ChatPage open(Browser browser, URI address, Browser.NewContextOptions options) {
		return open(browser.newContext(options.setLocale("en")), address);
	}

	/** Another tab of the same browser, which is closed together with this one. */
	ChatPage openTab(URI address) {
		return open(this.context, address);
	}

	private static ChatPage open(BrowserContext context, URI address) {
		ChatPage page = new ChatPage(context);
		page.page.addInitScript(OBSERVER);
		try {
			page.page.navigate(address.toString());
			page.page.getByText("Demo · demo-1").waitFor();
		}
		catch (TimeoutError ex) {
			throw new AssertionError(
					"The page did not open: it waits for " + page.underway + ", with complaints " + page.complaints,
					ex);
		}
		return page;
	}

	/** For what only the browser can do. */
	Page inBrowser() {
		return this.page;
	}

	Locator prompt() {
		return this.page.getByLabel("Your message");
	}

	Locator button(String name) {
		return this.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
	}

	void send(String prompt) {
		prompt().fill(prompt);
		button("Send").click();
	}

	void ask(String prompt) {
		send(prompt);
		awaitState("complete");
	}

	void awaitState(String state) {
		try {
			this.page.locator("#status[data-state=" + state + "]").waitFor();
		}
		catch (TimeoutError ex) {
			throw new AssertionError("The page is not " + state + " but has seen " + seen("states") + " and says \""
					+ this.page.locator("#status").textContent() + "\", with answers " + answers() + " and complaints "
					+ this.complaints, ex);
		}
	}

	/** Wait until the newest answer has some text. */
	void awaitText() {
		this.page.locator("[data-role=assistant][data-state=streaming] >> text=/\\w/").last().waitFor();
	}

	/** Go where there is no network, or come back. */
	void setOffline(boolean offline) {
		this.context.setOffline(offline);
	}

	String status() {
		return this.page.getByRole(AriaRole.STATUS).innerText();
	}

	String alert() {
		return this.page.getByRole(AriaRole.ALERT).innerText();
	}

	boolean hasAlert() {
		return this.page.getByRole(AriaRole.ALERT).isVisible();
	}

	List<String> questions() {
		return this.page.locator("[data-role=user] .body").allInnerTexts();
	}

	List<String> answers() {
		return this.page.locator("[data-role=assistant] .body").allInnerTexts();
	}

	String answer() {
		List<String> answers = answers();
		return answers.get(answers.size() - 1);
	}

	String figure(String id) {
		return this.page.locator("#" + id).innerText();
	}

	/** What was on the page in its order: states, statuses or lengths. */
	List<Object> seen(String list) {
		return List.copyOf((List<?>) this.page.evaluate("(list) => window.seen[list]", list));
	}

	/** Errors in the console, uncaught exceptions and dialogs. */
	List<String> complaints() {
		return this.complaints;
	}

	@Override
	public void close() {
		this.context.close();
	}

}
