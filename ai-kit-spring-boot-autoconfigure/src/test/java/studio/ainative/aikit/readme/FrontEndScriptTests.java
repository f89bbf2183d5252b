package studio.ainative.aikit.readme;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.npm.NpmPackage;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The README's JavaScript for front ends, word for word, in Node with the packages that
 * it imports, against the README's application on both stacks.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FrontEndScriptTests {

	private static final Pattern JS = Pattern.compile("```js\n(.*?)```", Pattern.DOTALL);

	private static final String ADDRESS = "http://localhost:8080";

	/** What the page around the lines has. */
	private static final String PAGE = """
			const [address] = process.argv.slice(2);
			const key = 'key';
			const fetchFrom = globalThis.fetch;
			globalThis.fetch = (url, init) => fetchFrom(typeof url === 'string' ? new URL(url, address) : url, init);
			let shown = '';
			const show = (text) => { shown += text; };
			""";

	private static final String END = """

			console.log(JSON.stringify({ shown, outcome: typeof outcome === 'undefined' ? null : outcome }));
			process.exit(0);
			""";

	/** The README's last word on it is Redis. */
	private static final String STORE = "ai-kit.response.resume.store=memory";

	private final ScriptedServer provider = ScriptedServer.start();

	private final Map<String, ConfigurableApplicationContext> servers = Map.of("tomcat",
			QuickStartServer.servlet(this.provider.uri().toString(), STORE), "netty",
			QuickStartServer.reactive(this.provider.uri().toString(), STORE));

	private NpmPackage npm;

	@BeforeAll
	void install() throws Exception {
		this.npm = NpmPackage.install("readers");
	}

	@AfterAll
	void stop() {
		this.servers.values().forEach(ConfigurableApplicationContext::close);
		this.provider.close();
	}

	@ParameterizedTest
	@CsvSource({ "tomcat, from 'openai'", "netty, from 'openai'", "tomcat, from '@ag-ui/client'",
			"netty, from '@ag-ui/client'", "tomcat, await fetch(", "netty, await fetch(" })
	void theLinesShowTheAnswer(String server, String word) throws Exception {
		this.provider.respond("Hel", "lo");
		JsonNode seen = run(server, word);
		assertThat(seen.path("shown").asString()).as("%s", seen).isEqualTo("Hello");
		assertThat(seen.path("outcome").asString("complete")).isEqualTo("complete");
	}

	@ParameterizedTest
	@CsvSource({ "tomcat, from '@ag-ui/client', ", "netty, from '@ag-ui/client', ", "tomcat, await fetch(, error",
			"netty, await fetch(, error" })
	void theLinesShowThatAnAnswerIsNotWhole(String server, String word, @Nullable String outcome) throws Exception {
		this.provider.respond("Hel").thenCut();
		JsonNode seen = run(server, word);
		assertThat(seen.path("shown").asString()).as("%s", seen)
			.isEqualTo("HelThe answer was interrupted before its end.");
		assertThat(seen.path("outcome").asString(null)).isEqualTo(outcome);
	}

	@Test
	void thePageOfTheSampleHasTheLinesForUseChat() {
		assertThat(ReadmeTests.read(Path.of("../sample-app/src/use-chat/page.jsx"))).contains("useChat({",
				"new DefaultChatTransport({ api: '/api/chat/ui' })");
		assertThat(block("useChat(")).contains("useChat({", "new DefaultChatTransport({ api: '/api/chat/ui' })");
	}

	@Test
	void eachBlockIsRun() {
		assertThat(ReadmeTests.blocks(JS)).hasSize(4);
	}

	private JsonNode run(String server, String word) throws Exception {
		String address = QuickStartServer.uri(Objects.requireNonNull(this.servers.get(server)), "").toString();
		return this.npm.runText(PAGE + block(word).replace(ADDRESS, address) + END, address);
	}

	private static String block(String word) {
		List<String> blocks = ReadmeTests.blocks(JS).stream().filter((block) -> block.contains(word)).toList();
		assertThat(blocks).as(word).hasSize(1);
		return blocks.get(0);
	}

}
