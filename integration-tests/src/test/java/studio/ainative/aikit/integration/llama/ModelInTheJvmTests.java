package studio.ainative.aikit.integration.llama;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.client.AIStream;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.ReaderFacing;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.format.openai.OpenAiChatRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

/**
 * A real model, whose tokens take as long as they take, behind OpenAI's API, and a page
 * that reads it, on both stacks. It has one place: whoever comes is answered only once
 * the call before has ended.
 */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64",
		disabledReason = "needs llama.cpp, which the tests run on x86-64 Linux only")
class ModelInTheJvmTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	/** How many tokens an answer has, unless it is without end. */
	private static final int TOKENS = 40;

	/** How many requests may wait for the model. */
	private static final int WAITING = 32;

	private static final String QUESTION = "Where does the river run? \ud83d\ude00";

	private static final Map<WebApplicationType, Applications> APPLICATIONS = new EnumMap<>(WebApplicationType.class);

	@TempDir
	static Path folder;

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	@BeforeAll
	static void start() throws IOException {
		// Its loader deletes whatever is named llama… in here
		System.setProperty("de.kherud.llama.tmpdir", folder.toString());
		Path model = folder.resolve("tiny.gguf");
		TinyModel.writeTo(model);
		for (WebApplicationType type : List.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)) {
			APPLICATIONS.put(type, Applications.start(type, model));
		}
	}

	@AfterAll
	static void stop() {
		APPLICATIONS.values().forEach(Applications::close);
		APPLICATIONS.clear();
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void streamsWhatTheModelSays(WebApplicationType type) throws Exception {
		LlamaModel llama = APPLICATIONS.get(type).llama();
		String prompt = ModelInTheJvm.LlamaController
			.prompt(new OpenAiChatRequest("tiny", List.of(Message.user(QUESTION)), true, true, Map.of()));
		String said = llama.complete(new InferenceParameters(prompt).setNPredict(TOKENS).setSeed(7));
		assertThat(TinyModel.WORDS).containsAll(words(said));
		Usage usage = Usage.of(llama.encode(prompt).length, TOKENS);

		List<StreamEvent> events = whole(APPLICATIONS.get(type).chat().stream);
		assertThat(text(events)).isEqualTo(said);
		assertThat(events).filteredOn(StreamEvent.Token.class::isInstance).hasSize(TOKENS);
		assertThat(events).contains(new StreamEvent.UsageReport(usage));
		assertThat(finishReasons(events)).containsExactly("length");

		String page = this.http.send(post(type, "/api/chat", QUESTION), HttpResponse.BodyHandlers.ofString()).body();
		List<String> words = words(said);
		for (int index = 0; index < TOKENS; index++) {
			assertThat(page).contains("{\"token\":\" " + words.get(index) + "\",\"index\":" + index + "}");
		}
		assertThat(page).contains("\"totalTokens\":" + usage.totalTokens(), "\"outcome\":\"complete\"");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void endsWhereTheRequestSays(WebApplicationType type) {
		AIStream stream = APPLICATIONS.get(type).chat().stream;
		String said = text(whole(stream));
		String word = words(said).stream().filter((known) -> said.indexOf(known) > 20).findFirst().orElseThrow();
		List<StreamEvent> events = whole(stream.mutate().option("stop", List.of(word, "never said")).build());
		assertThat(text(events)).isEqualTo(said.substring(0, said.indexOf(word)));
		assertThat(finishReasons(events)).containsExactly("stop");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void isFreeAgainOnceItsCallerHasCancelled(WebApplicationType type) {
		AIStream endless = APPLICATIONS.get(type).chat().endless;
		for (int call = 0; call < 3; call++) {
			assertThat(endless.stream(QUESTION).take(5).collectList().block(TIMEOUT)).hasSize(5);
		}
		assertAnswers(type);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void isFreeAgainOnceThePagesReaderHasLeft(WebApplicationType type) throws Exception {
		for (int call = 0; call < 3; call++) {
			try (InputStream answer = open(type, "/api/chat/endless").body()) {
				readTokens(answer, 20);
			}
		}
		assertAnswers(type);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void isFreeAgainOnceItsAnswerWasStopped(WebApplicationType type) throws Exception {
		HttpResponse<InputStream> response = open(type, "/api/chat/endless");
		try (InputStream answer = response.body()) {
			BufferedReader reader = readTokens(answer, 20);
			String id = response.headers().firstValue("AI-Kit-Stream-Id").orElseThrow();
			assertThat(this.http
				.send(HttpRequest.newBuilder(APPLICATIONS.get(type).uri("/ai-kit/streams/" + id))
					.DELETE()
					.timeout(TIMEOUT)
					.build(), HttpResponse.BodyHandlers.discarding())
				.statusCode()).isEqualTo(204);
			assertThat(reader.lines().collect(Collectors.joining("\n"))).contains("\"outcome\":\"stopped\"");
		}
		assertAnswers(type);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void answersOneAfterTheOtherAndRefusesWhoeverIsTooMany(WebApplicationType type) throws Exception {
		AIStream stream = APPLICATIONS.get(type).chat().stream;
		AtomicInteger refused = new AtomicInteger();
		CompletableFuture<List<String>> answers;
		try (InputStream answer = open(type, "/api/chat/endless").body()) {
			readTokens(answer, 1);
			answers = Flux.range(0, WAITING + 3)
				.flatMap((call) -> stream.stream(QUESTION)
					.collectList()
					.map(ModelInTheJvmTests::text)
					.onErrorResume(ModelInTheJvmTests::isOverload, (ex) -> {
						refused.incrementAndGet();
						return Mono.empty();
					}), WAITING + 3)
				.collectList()
				.toFuture();
			await().atMost(TIMEOUT).untilAtomic(refused, is(3));
		}
		assertThat(answers.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).hasSize(WAITING)
			.allMatch((answer) -> words(answer).size() == TOKENS);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void refusesWhatIsLongerThanItsContext(WebApplicationType type) throws Exception {
		HttpResponse<String> response = this.http.send(post(type, "/api/chat", "river ".repeat(1000)),
				HttpResponse.BodyHandlers.ofString());
		assertThat(response.body()).contains("\"outcome\":\"error\"").doesNotContain("\"token\"", "river");
		assertAnswers(type);
	}

	private void assertAnswers(WebApplicationType type) {
		assertThat(words(text(whole(APPLICATIONS.get(type).chat().stream)))).hasSize(TOKENS);
	}

	private HttpResponse<InputStream> open(WebApplicationType type, String path) throws Exception {
		HttpResponse<InputStream> response = this.http.send(post(type, path, QUESTION),
				HttpResponse.BodyHandlers.ofInputStream());
		assertThat(response.statusCode()).isEqualTo(200);
		return response;
	}

	private static HttpRequest post(WebApplicationType type, String path, String question) {
		return HttpRequest.newBuilder(APPLICATIONS.get(type).uri(path))
			.timeout(TIMEOUT)
			.header("Content-Type", "text/plain;charset=UTF-8")
			.POST(HttpRequest.BodyPublishers.ofString(question))
			.build();
	}

	private static BufferedReader readTokens(InputStream answer, int count) throws IOException {
		BufferedReader reader = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8));
		List<String> tokens = new ArrayList<>();
		for (String line = reader.readLine(); line != null && tokens.size() < count; line = reader.readLine()) {
			if (line.contains("\"token\"")) {
				tokens.add(line);
			}
		}
		assertThat(tokens).hasSize(count);
		return reader;
	}

	private static List<StreamEvent> whole(AIStream stream) {
		return Objects.requireNonNull(stream.stream(QUESTION).collectList().block(TIMEOUT));
	}

	private static String text(List<StreamEvent> events) {
		return events.stream()
			.filter(StreamEvent.Token.class::isInstance)
			.map((event) -> ((StreamEvent.Token) event).text())
			.collect(Collectors.joining());
	}

	private static List<Object> finishReasons(List<StreamEvent> events) {
		return events.stream()
			.filter(StreamEvent.Metadata.class::isInstance)
			.map((event) -> ((StreamEvent.Metadata) event).values().get(StreamEvent.Metadata.FINISH_REASON))
			.filter(Objects::nonNull)
			.collect(Collectors.toList());
	}

	private static List<String> words(String text) {
		return List.of(text.strip().split(" "));
	}

	private static boolean isOverload(Throwable ex) {
		return ex instanceof ReaderFacing failure && "OVERLOADED".equals(failure.toErrorEvent().code());
	}

	/**
	 * The one with the model and the one with the page.
	 */
	private record Applications(ConfigurableApplicationContext model, ConfigurableApplicationContext page) {

		private static Applications start(WebApplicationType type, Path file) {
			ConfigurableApplicationContext model = new SpringApplicationBuilder(ModelInTheJvm.class).web(type)
				.properties("server.port=0", "llama.file=" + file, "llama.max-tokens=1000000")
				.run();
			return new Applications(model, new SpringApplicationBuilder(Page.class).web(type)
				.properties("server.port=0", "ai-kit.stream.provider=openai", "ai-kit.stream.retry.enabled=false",
						"ai-kit.stream.model=tiny", "ai-kit.stream.endpoint=" + uri(model, "/llama/chat/completions"),
						"ai-kit.stream.options.max_tokens=" + TOKENS, "ai-kit.stream.options.seed=7",
						"ai-kit.streams.endless.options.max_tokens=1000000", "ai-kit.response.resume.enabled=true",
						"ai-kit.response.resume.orphan-timeout=0s")
				.run());
		}

		private LlamaModel llama() {
			return this.model.getBean(LlamaModel.class);
		}

		private Page.ChatController chat() {
			return this.page.getBean(Page.ChatController.class);
		}

		private URI uri(String path) {
			return uri(this.page, path);
		}

		private static URI uri(ConfigurableApplicationContext application, String path) {
			return URI.create(
					"http://localhost:" + application.getEnvironment().getRequiredProperty("local.server.port") + path);
		}

		private void close() {
			this.page.close();
			this.model.close();
		}

	}

}
