package studio.ainative.aikit.sample;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;

/**
 * The browser of this machine: the property or environment variable {@code CHROMIUM}
 * names it, else it is the first on the {@code PATH}.
 */
final class Chromium implements AutoCloseable {

	private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

	private static final List<String> ARGUMENTS = List.of("--headless", "--no-sandbox", "--disable-gpu",
			"--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
			"--disable-sync");

	private final Playwright playwright;

	private final Browser browser;

	private Chromium(Playwright playwright, Browser browser) {
		this.playwright = playwright;
		this.browser = browser;
	}

	/**
	 * Launch the browser.
	 * @param port the port whose pages it opens, which it would refuse if it is one of
	 * the "bad ports" of the Fetch standard
	 * @return the browser, which runs
	 */
	static Chromium launch(int port) {
		List<String> arguments = new ArrayList<>(ARGUMENTS);
		arguments.add("--explicitly-allowed-ports=" + port);
		Path executable = executable();
		Playwright playwright = Playwright
			.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
		try {
			return new Chromium(playwright, playwright.chromium()
				.launch(new BrowserType.LaunchOptions().setExecutablePath(executable).setArgs(arguments)));
		}
		catch (RuntimeException ex) {
			playwright.close();
			throw ex;
		}
	}

	Browser browser() {
		return this.browser;
	}

	@Override
	public void close() {
		this.playwright.close();
	}

	private static Path executable() {
		return Optional.ofNullable(System.getProperty("CHROMIUM", System.getenv("CHROMIUM")))
			.map(Path::of)
			.or(Chromium::onThePath)
			.filter(Files::isExecutable)
			.orElseThrow(() -> new IllegalStateException("These tests need a browser: install one of " + NAMES
					+ ", or name another with the environment variable CHROMIUM"));
	}

	private static Optional<Path> onThePath() {
		List<Path> folders = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)).map(Path::of).toList();
		return NAMES.stream()
			.flatMap((name) -> folders.stream().map((folder) -> folder.resolve(name)))
			.filter(Files::isExecutable)
			.findFirst();
	}

}
