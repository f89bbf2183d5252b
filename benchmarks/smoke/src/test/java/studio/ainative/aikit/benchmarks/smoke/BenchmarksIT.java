package studio.ainative.aikit.benchmarks.smoke;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each program runs for a moment, as its user would start it. Of the benchmarks of peers
 * each checks text, number of tokens and usage of all answers, and fails if one is wrong.
 */
@Timeout(300)
class BenchmarksIT {

	private static final Path ROOT = Path.of(System.getProperty("benchmarks.root"));

	private static final List<String> SHORT = List.of("--rounds", "1", "--millis", "200", "--warm", "200", "--lanes",
			"4", "--tokens", "200", "--heap", "192m");

	/** For all processes: most of their time is their start, which needs no C2. */
	private static final String FLAGS = "-XX:TieredStopAtLevel=1 -XX:+IgnoreUnrecognizedVMOptions "
			+ "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote -Dspring.main.lazy-initialization=true";

	@TempDir
	private Path temporary;

	@Test
	void clientsReadOpenAi() throws Exception {
		assertThat(bench("clients", "--format", "openai", "--modes", "many,ttft", "--calls", "5")).contains(
				rows("drain-webclient", "webclient-sse-tree", "spring-ai", "langchain4j", "openai-java", "ai-kit"));
	}

	@Test
	void clientsReadResponses() throws Exception {
		assertThat(bench("clients", "--format", "responses", "--modes", "many", "--peers", "openai-java,ai-kit"))
			.contains(rows("drain-webclient", "openai-java", "ai-kit"));
	}

	@Test
	void clientsReadAnthropic() throws Exception {
		assertThat(bench("clients", "--format", "anthropic", "--modes", "many", "--peers", "anthropic-java,ai-kit"))
			.contains(rows("drain-webclient", "anthropic-java", "ai-kit"));
	}

	@Test
	void clientsReadAiKitBesideAnotherCheckout() throws Exception {
		String base = ROOT.resolve("..").toString();
		assertThat(bench("clients", "--format", "aikit", "--modes", "many", "--peers", "ai-kit", "--base", base))
			.contains(rows("drain-webclient", "ai-kit", "ai-kit-base"));
	}

	@Test
	void clientsInAFreshProcess() throws Exception {
		assertThat(bench("cold", "--peers", "ai-kit")).contains(rows("drain-webclient", "ai-kit"));
	}

	@Test
	void clientsReadAFarProvider() throws Exception {
		assertThat(bench("remote", "--rtt", "4", "--modes", "warm,rest,burst", "--calls", "3", "--rest", "1", "--burst",
				"4"))
			.contains("one call after 1 s of rest", "4 calls at once")
			.contains(rows("webclient-boot", "spring-ai", "langchain4j", "openai-java", "ai-kit", "ai-kit-tcnative"));
	}

	@Test
	void clientsMeetAFarProvider() throws Exception {
		assertThat(bench("remote", "--rtt", "4", "--modes", "cold,dead", "--limit", "2", "--peers", "ai-kit"))
			.contains("the first call of a fresh process", "after all connections died in silence")
			.contains(rows("ai-kit"));
	}

	@Test
	void serversSend() throws Exception {
		assertThat(bench("servers", "--modes", "many", "--peers",
				"netty-flush-each,webflux-sse,ai-kit-webflux,mvc-emitter,ai-kit-mvc"))
			.contains(rows("netty-batched", "netty-flush-each", "webflux-sse", "ai-kit-webflux", "mvc-emitter",
					"ai-kit-mvc"));
	}

	@Test
	void serversSendInOtherForms() throws Exception {
		String[] forms = { "webflux-sse-functional", "ai-kit-webflux-flux", "ai-kit-webflux-functional", "mvc-flux",
				"mvc-functional", "ai-kit-mvc-emitter", "ai-kit-mvc-flux", "ai-kit-mvc-functional" };
		assertThat(bench("servers", "--modes", "many", "--peers", String.join(",", forms))).contains(rows(forms));
	}

	@Test
	void serversSendInOtherFormats() throws Exception {
		String[] formats = { "ai-kit-webflux-ui", "ai-kit-webflux-openai", "ai-kit-webflux-agui", "ai-kit-mvc-ui",
				"ai-kit-mvc-openai", "ai-kit-mvc-agui" };
		assertThat(bench("servers", "--modes", "many", "--peers", String.join(",", formats))).contains(rows(formats));
	}

	@Test
	void relaysSendOn() throws Exception {
		assertThat(bench("relays", "--modes", "many", "--peers",
				"webclient-sse-tree,spring-ai-webflux,langchain4j-mvc,ai-kit-webflux,ai-kit-mvc"))
			.contains(rows("pass-through", "webclient-sse-tree", "spring-ai-webflux", "langchain4j-mvc",
					"ai-kit-webflux", "ai-kit-mvc"));
	}

	@Test
	void relaysSendOnInOtherForms() throws Exception {
		String[] forms = { "webclient-sse-tree-functional", "ai-kit-webflux-flux", "ai-kit-webflux-functional",
				"webclient-tree-emitter", "ai-kit-mvc-emitter", "ai-kit-mvc-flux", "ai-kit-mvc-functional" };
		assertThat(bench("relays", "--modes", "many", "--peers", String.join(",", forms))).contains(rows(forms));
	}

	@Test
	void relaysSendOnInAnotherFormat() throws Exception {
		assertThat(bench("relays", "--modes", "many", "--peers", "ai-kit-webflux-ui,ai-kit-mvc-ui"))
			.contains(rows("pass-through", "ai-kit-webflux-ui", "ai-kit-mvc-ui"));
	}

	@Test
	void relaysAreObserved() throws Exception {
		assertThat(bench("observed", "--modes", "many"))
			.contains(rows("ai-kit-webflux", "ai-kit-webflux-actuator", "ai-kit-webflux-observed"));
	}

	@Test
	void relaysTakeTime() throws Exception {
		assertThat(bench("latency", "--connections", "20", "--seconds", "1", "--peers", "ai-kit-mvc"))
			.contains(rows("pass-through", "ai-kit-mvc"));
	}

	@Test
	void idleStreamsStayOpen() throws Exception {
		assertThat(bench("idle", "--connections", "50", "--seconds", "1", "--settle", "1", "--peers",
				"ai-kit-webflux,mvc-emitter-executor-each"))
			.contains(rows("netty-batched", "ai-kit-webflux", "mvc-emitter-executor-each"));
	}

	@Test
	void compressionSaves() throws Exception {
		assertThat(bench("compression")).contains(rows("ai-kit-webflux", "ai-kit-mvc"));
	}

	@Test
	void answersAreKept() throws Exception {
		assertThat(bench("resume", "--stacks", "webflux", "--modes", "many"))
			.contains(rows("ai-kit-webflux", "ai-kit-webflux-memory", "ai-kit-webflux-redis", "xadd-webflux"));
	}

	@Test
	void answersAreKeptOnMvc() throws Exception {
		assertThat(bench("resume", "--stacks", "mvc", "--modes", "paced", "--paced-lanes", "4", "--rate", "100",
				"--seconds", "1"))
			.contains("bytes in Redis/token")
			.contains(rows("ai-kit-mvc", "ai-kit-mvc-memory", "ai-kit-mvc-redis"));
	}

	@Test
	void firstTokensOfKeptAnswersCome() throws Exception {
		assertThat(
				bench("resume", "--stacks", "mvc", "--modes", "first", "--peers", "ai-kit-mvc-redis", "--calls", "5"))
			.contains("Kept answers, first token of 5 calls")
			.contains(rows("ai-kit-mvc", "ai-kit-mvc-redis"));
	}

	@Test
	void keptAnswersAreFollowed() throws Exception {
		assertThat(bench("resume", "--stacks", "webflux", "--modes", "follow", "--peers", "ai-kit-webflux-redis",
				"--paced-lanes", "4", "--rate", "100", "--seconds", "3"))
			.contains("each followed on another node")
			.contains(rows("ai-kit-webflux-redis"));
	}

	@Test
	void keptAnswersAreReadAgain() throws Exception {
		assertThat(bench("resume", "--stacks", "webflux", "--modes", "finished", "--peers",
				"ai-kit-webflux-memory,xadd-webflux", "--rate", "100", "--calls", "5"))
			.contains("a finished one of 200 tokens read again")
			.contains(rows("ai-kit-webflux-memory", "xadd-webflux"));
	}

	@Test
	void footprintIsMeasured() throws Exception {
		assertThat(bench("footprint", "--stacks", "webmvc", "--modes", "plain,aot-archive"))
			.contains("Empty application, webmvc, as it is", "processed ahead of time, with an ")
			.contains(rows("empty", "ai-kit"));
	}

	@Test
	void firstRequestsAreCompared() throws Exception {
		assertThat(bench("footprint", "--modes", "probed", "--peers", "ai-kit-webflux,ai-kit-mvc"))
			.contains(rows("pass-through", "ai-kit-webflux", "ai-kit-mvc"));
	}

	@Test
	void jmhMeasures() throws Exception {
		assertThat(run("jmh", "-f", "0", "-wi", "0", "-i", "1", "-r", "1ms", "-foe", "true")).contains(
				"KeepBenchmark.answer", "ObserveBenchmark.token", "ReadBenchmark.adapt", "RouteBenchmark.call",
				"WriteBenchmark.encodeEvents");
	}

	@Test
	void firstTokenComes() throws Exception {
		assertThat(run("first-token", "20")).contains("Tomcat", "Netty");
	}

	@Test
	void cancelsReachTheProvider() throws Exception {
		assertThat(run("cancel-latency", "5")).contains("HTTP/1.1 reader, Netty", "HTTP/2   reader, Netty");
	}

	@Test
	void stalledReadersHurtNobody() throws Exception {
		assertThat(run("stalled-readers", "100")).contains("p99 ratio");
	}

	private static String[] rows(String... peers) {
		return List.of(peers).stream().map((peer) -> "\n| " + peer + " |").toArray(String[]::new);
	}

	private String bench(String... arguments) throws Exception {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.addAll(SHORT);
		return run(all.toArray(String[]::new));
	}

	private String run(String... arguments) throws Exception {
		List<String> command = new ArrayList<>(List.of(ROOT.resolve("bench").toString()));
		command.addAll(List.of(arguments));
		File output = this.temporary.resolve("output").toFile();
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
		builder.environment().put("BENCH_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
		builder.environment().put("JAVA_TOOL_OPTIONS", FLAGS);
		Process process = builder.start();
		try {
			assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("ended in time").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		String text = Files.readString(output.toPath());
		assertThat(process.exitValue()).as(text).isZero();
		return text;
	}

}
