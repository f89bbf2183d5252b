package studio.ainative.aikit.readme;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import studio.ainative.aikit.autoconfigure.FakeProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * A request of each client in which one field after the other, however deep, is missing,
 * null, or of each wrong type: it is answered, or refused in the client's own form, on
 * both stacks and without a word in the log.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryFieldTests {

	private static final JsonMapper JSON = new JsonMapper();

	/** One of each type. */
	private static final List<JsonNode> VALUES = Stream.of("null", "7", "\"canary\"", "true", "{}", "[]")
		.map(JSON::readTree)
		.toList();

	/** The README's last word on it is Redis. */
	private static final String STORE = "ai-kit.response.resume.store=memory";

	private final FakeProvider provider = FakeProvider.answering(FakeProvider.HELLO);

	private final Map<String, ConfigurableApplicationContext> stacks = Map.of("tomcat",
			QuickStartServer.servlet(this.provider.endpoint(), STORE), "netty",
			QuickStartServer.reactive(this.provider.endpoint(), STORE));

	private final HttpClient client = HttpClient.newHttpClient();

	@AfterAll
	void stop() {
		this.stacks.values().forEach(ConfigurableApplicationContext::close);
		this.provider.close();
	}

	@ParameterizedTest
	@EnumSource
	void aRequestIsAnsweredOrRefusedInTheClientsOwnForm(FieldClient client, CapturedOutput output) throws Exception {
		for (String stack : this.stacks.keySet()) {
			assertThat(send(stack, client, client.request()).statusCode()).as(stack).isEqualTo(200);
			Map<Kind, Set<String>> refused = sets();
			Map<Kind, Set<String>> answered = sets();
			for (Change change : changes(client.request())) {
				HttpResponse<String> response = send(stack, client, change.request);
				boolean isAnswered = response.statusCode() == 200;
				Objects.requireNonNull((isAnswered ? answered : refused).get(change.kind)).add(change.path);
				if (!isAnswered) {
					String shown = stack + ", " + change.path + " " + change.kind + ": " + response.body();
					assertThat(response.body()).as(shown).doesNotContain("Exception", "studio.", "jackson", "java.");
					client.assertRefusal(response, change.path, shown);
				}
			}
			assertThat(refused.get(Kind.MISSING)).as(stack).isEqualTo(client.needed());
			assertThat(refused.get(Kind.NULL)).as(stack)
				.filteredOn((path) -> !path.endsWith("]"))
				.hasSameElementsAs(client.needed());
			Set<String> unread = new TreeSet<>(client.free());
			unread.removeAll(Objects.requireNonNull(refused.get(Kind.MISTYPED)));
			assertThat(answered.get(Kind.MISTYPED)).as(stack)
				.filteredOn((path) -> unread.stream()
					.noneMatch((above) -> path.startsWith(above + ".") || path.startsWith(above + "[")))
				.hasSameElementsAs(client.free());
		}
		assertThat(output).doesNotContain("canary");
		assertNoWarnings(output);
	}

	private static Map<Kind, Set<String>> sets() {
		return Map.of(Kind.MISSING, new TreeSet<>(), Kind.NULL, new TreeSet<>(), Kind.MISTYPED, new TreeSet<>());
	}

	private HttpResponse<String> send(String stack, FieldClient client, JsonNode body) throws Exception {
		return this.client.send(HttpRequest
			.newBuilder(QuickStartServer.uri(Objects.requireNonNull(this.stacks.get(stack)), client.path()))
			.version(HttpClient.Version.HTTP_1_1)
			.timeout(Duration.ofSeconds(30))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body.toString()))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static List<Change> changes(JsonNode request) {
		List<Change> changes = new ArrayList<>();
		change("", request, request, changes);
		return changes;
	}

	/** All changes of what is in a node, the deeper ones after those above them. */
	private static void change(String path, JsonNode node, JsonNode request, List<Change> changes) {
		if (node instanceof ObjectNode object) {
			for (String name : List.copyOf(object.propertyNames())) {
				JsonNode value = object.get(name);
				String field = path.isEmpty() ? name : path + "." + name;
				object.remove(name);
				changes.add(new Change(field, Kind.MISSING, request.deepCopy()));
				each(value, (other) -> object.set(name, other), field, request, changes);
				change(field, value, request, changes);
			}
		}
		else if (node instanceof ArrayNode array) {
			for (int i = 0; i < array.size(); i++) {
				JsonNode value = array.get(i);
				int index = i;
				String field = path + "[" + i + "]";
				each(value, (other) -> array.set(index, other), field, request, changes);
				change(field, value, request, changes);
			}
		}
	}

	private static void each(JsonNode value, Consumer<JsonNode> setter, String field, JsonNode request,
			List<Change> changes) {
		for (JsonNode other : VALUES) {
			if (other.getNodeType() != value.getNodeType()) {
				setter.accept(other);
				changes.add(new Change(field, other.isNull() ? Kind.NULL : Kind.MISTYPED, request.deepCopy()));
			}
		}
		setter.accept(value);
	}

	/**
	 * A request that differs from one that is whole.
	 *
	 * @param path the field that differs
	 * @param kind how it differs
	 * @param request the request
	 */
	private record Change(String path, Kind kind, JsonNode request) {
	}

	private enum Kind {

		MISSING, NULL, MISTYPED

	}

}
