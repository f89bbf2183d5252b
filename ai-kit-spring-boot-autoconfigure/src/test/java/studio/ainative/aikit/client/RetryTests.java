package studio.ainative.aikit.client;

import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

import studio.ainative.aikit.Ports;
import studio.ainative.aikit.client.RetryConfig.MidStream;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.provider.ProviderError;
import studio.ainative.aikit.provider.openai.OpenAIProvider;
import studio.ainative.aikit.test.ScriptedServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * What is made again, what is not, and what the reader sees of it.
 */
class RetryTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final RetryConfig FAST = RetryConfig.defaults()
		.withJitter(0)
		.withDelay(Duration.ofMillis(1), Duration.ofMillis(2));

	private final ScriptedServer server = ScriptedServer.start();

	@AfterEach
	void stopServer() {
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 408, 409, 425, 429, 500, 502, 503, 504, 529 })
	void statusesThatPassAreRetried(int status) {
		this.server.respond().status(status);
		this.server.respond("Hello");
		assertThat(Answers.events(answer())).first().isEqualTo(new StreamEvent.Retry(1, Duration.ofMillis(1), 0));
		assertThat(this.server.requests()).hasSize(2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 302, 307, 400, 401, 402, 403, 404, 405, 413, 422, 501, 505 })
	void otherStatusesAreNot(int status) {
		this.server.respond().status(status).header("Location", this.server.uri().toString());
		this.server.respond("Hello");
		assertThat(failure(answer()).status()).isEqualTo(status);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void everyErrorStatusIsRetriedIfTheContractNamesItAndNotOtherwise() {
		Set<Integer> retried = Set.of(408, 409, 425, 429, 500, 502, 503, 504, 529);
		AIStream stream = stream().retry(FAST.withMaxRetries(1)).build();
		for (int status = 400; status <= 599; status++) {
			int before = this.server.requests().size();
			int requests = retried.contains(status) ? 2 : 1;
			for (int request = 0; request < requests; request++) {
				this.server.respond().status(status);
			}
			assertThat(failure(stream.stream("Hi")).status()).isEqualTo(status);
			assertThat(this.server.requests().size() - before).as("requests for %d", status).isEqualTo(requests);
		}
	}

	@Test
	void threeRetriesMakeFourRequests() {
		for (int request = 0; request < 5; request++) {
			this.server.respond().status(503);
		}
		assertThat(failure(answer()).status()).isEqualTo(503);
		assertThat(this.server.requests()).hasSize(4);
	}

	@Test
	void theBudgetOfRetriesIsFreshForEachCall() {
		for (int request = 0; request < 8; request++) {
			this.server.respond().status(503);
		}
		Flux<StreamEvent> answer = answer();
		failure(answer);
		failure(answer);
		assertThat(this.server.requests()).hasSize(8);
	}

	@Test
	void nothingIsRetriedWhenRetriesAreOff() {
		this.server.respond().status(503);
		failure(stream().retry(FAST.withEnabled(false)).build().stream("Hi"));
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "429, false, 1", "503, false, 1", "400, true, 2", "404, TRUE, 2", "429, perhaps, 2" })
	void theProvidersAdviceWinsOverTheStatus(int status, String advice, int requests) {
		this.server.respond().status(status).header("x-should-retry", advice);
		this.server.respond("Hello");
		answer().onErrorComplete().blockLast(TIMEOUT);
		assertThat(this.server.requests()).hasSize(requests);
	}

	@ParameterizedTest
	@ValueSource(strings = { "insufficient_quota", "enforced_spend_limit_reached", "billing_error" })
	void aUsedUpQuotaIsFinal(String code) {
		this.server.respond()
			.errorBody("rate_limit_error", code, "Pay first")
			.status(429)
			.header("x-should-retry", "true");
		ProviderException ex = failure(answer());
		assertThat(ex).isInstanceOf(RateLimitException.class);
		assertThat(ex.kind()).isEqualTo(ProviderError.Kind.BILLING);
		assertThat(ex.toErrorEvent().code()).isEqualTo("QUOTA_EXCEEDED");
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "insufficient_quota", "enforced_spend_limit_reached", "billing_error" })
	void aUsedUpQuotaInTheStreamIsFinal(String code) {
		this.server.respond().error(code).thenEnd();
		this.server.respond("never");
		assertThat(failure(answer()).providerCode()).isEqualTo(code);
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "retry-after-ms, 1500, 1500", "Retry-After, 2, 2000", "Retry-After, 0.5, 500",
			"Retry-After, 'Sat, 31 Jan 2026 12:00:30 GMT', 30000", "Retry-After, 60, 60000",
			"Retry-After, 'Sat, 31 Jan 2026 11:59:30 GMT', 1", "Retry-After, 0, 1", "Retry-After, soon, 1",
			"Retry-After, -5, 1", "retry-after-ms, soon, 1" })
	void everyFormOfRetryAfterIsWaitedForAndNonsenseIsNot(String header, String value, long milliseconds) {
		this.server.respond().status(429).header("Date", "Sat, 31 Jan 2026 12:00:00 GMT").header(header, value);
		assertThat(answer().blockFirst(TIMEOUT))
			.isEqualTo(new StreamEvent.Retry(1, Duration.ofMillis(milliseconds), 0));
	}

	@ParameterizedTest
	@CsvSource({ "Retry-After, 86400", "retry-after-ms, 86400000", "Retry-After, 'Sun, 01 Feb 2026 12:00:00 GMT'" })
	void aDayIsNotWaitedForInAnyForm(String header, String value) {
		this.server.respond().status(503).header("Date", "Sat, 31 Jan 2026 12:00:00 GMT").header(header, value);
		ProviderException ex = failure(answer());
		assertThat(ex).hasMessage("HTTP 503: Service Unavailable, retry after 86400.0 s");
		assertThat(ex.retryAfter()).isEqualTo(Duration.ofDays(1));
		assertThat(this.server.requests()).hasSize(1);
	}

	/** Each as the vendor was seen to send it. */
	static final List<Arguments> SPENT = List.of(arguments("Moonshot", 429, """
			{"error":{"message":"Your account is suspended due to insufficient balance, please recharge",
			"type":"exceeded_current_quota_error"}}"""), arguments("MiniMax", 500, """
			{"type":"error","error":{"type":"api_error","message":"insufficient balance (1008)"}}"""),
			arguments("MiniMax, by a gateway", 429, """
					{"error":{"http_code":"429","message":"m","type":"insufficient_balance_error"}}"""),
			arguments("DeepSeek", 402, """
					{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,
					"code":"invalid_request_error"}}"""), arguments("a payment required for another reason", 402, """
					{"type":"server_error","message":"Upstream request failed"}"""), arguments("Zhipu", 429, """
					{"error":{"code":"1113","message":"m"}}"""), arguments("Zhipu in Anthropic's form", 429, """
					{"type":"error","error":{"type":"1113","message":"m"},"request_id":"r"}"""),
			arguments("Zhipu in words alone", 429, """
					{"error":{"message":"余额不足或无可用资源包,请充值。"}}"""), arguments("xAI", 429, """
					{"code":"Some resource has been exhausted","error":"Your team has either used all available credits
					or reached its monthly spending limit."}""".replace("\n", " ")), arguments("Alibaba", 503, """
					{"code":"Arrearage","message":"m","request_id":"r"}"""), arguments("Alibaba's free tier", 429, """
					{"error":{"message":"m","type":"AllocationQuota.FreeTierOnly"}}"""),
			arguments("a gateway's code over OpenAI's type", 429, """
					{"error":{"code":429,"type":"insufficient_quota","message":"m"}}"""),
			arguments("OpenAI without its code", 429, """
					{"error":{"code":"rate_limit_exceeded","message":"You exceeded your current quota, please check your
					plan and billing details."}}""".replace("\n", " ")), arguments("Together", 429, """
					{"error":{"message":"m","type":"credit_limit","param":null,"code":null}}"""),
			arguments("Volcengine", 503, """
					{"error":{"code":"AccountOverdueError","message":"m"}}"""), arguments("LiteLLM", 429, """
					{"error":{"message":"m","type":"budget_exceeded","code":"429"}}"""));

	@ParameterizedTest(name = "{0}")
	@FieldSource("SPENT")
	void aSpentBalanceIsFinalHoweverItIsSaid(String vendor, int status, String body) {
		this.server.respond().status(status).raw(body);
		ProviderException ex = failure(answer());
		assertThat(ex.kind()).isEqualTo(ProviderError.Kind.BILLING);
		assertThat(ex).hasMessageContaining(", the quota or balance is used up");
		assertThat(ex.toErrorEvent().code()).isEqualTo("QUOTA_EXCEEDED");
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"error\":{\"code\":\"1302\",\"message\":\"m\"}}",
			"{\"code\":\"Throttling.RateQuota\",\"message\":\"Requests rate limit exceeded, please try again later.\"}",
			"{\"error\":{\"message\":\"m\",\"type\":\"rate_limit_reached_error\"}}",
			"{\"error\":{\"message\":\"m\",\"type\":\"RateLimitError\"}}",
			"{\"__type\":\"ThrottlingException\",\"code\":\"ThrottlingException\",\"message\":\"m\"}",
			"{\"error\":{\"code\":\"SERVICE-UNAVAILABLE\",\"message\":\"Insufficient capacity, see your quota\"}}",
			"[{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"Resource has been exhausted (e.g. check quota).\"}}]" })
	void aLimitThatPassesIsNoSpentBalance(String body) {
		this.server.respond().raw("event: error\ndata: " + body + "\n\n").thenEnd();
		this.server.respond("Hello");
		assertThat(Answers.text(answer())).isEqualTo("Hello");
		assertThat(this.server.requests()).hasSize(2);
	}

	/** Bodies, and the wait that they ask for in seconds. */
	static final List<Arguments> WAITS = List.of(
			arguments("Google",
					"""
							{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"You exceeded your current quota, please check
							your plan and billing details.","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure"},
							{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"38.6s"}]}}"""
						.replace("\n", " "),
					"38.6"),
			arguments("Google, in an array", """
					[{"error":{"code":503,"message":"m","details":[{"retryDelay":"38s"}]}}]""", "38"),
			arguments("protobuf's fields", """
					{"error":{"code":503,"message":"m","details":[{"retryDelay":{"seconds":2,"nanos":500000000}}]}}""",
					"2.5"),
			arguments("Google's sentence", """
					{"error":{"code":503,"message":"Please retry in 26.660853464s."}}""", "26.660853464"),
			arguments("Google, quoted by a gateway", """
					{"error":{"code":503,"message":"upstream: {\\"details\\":[{\\"retryDelay\\": \\"26s\\"}]}"}}""",
					"26"),
			arguments("OpenAI's sentence", """
					{"error":{"code":"rate_limit_exceeded","message":"Please try again in 1m0.5s. Visit"}}""", "60.5"),
			arguments("OpenAI's sentence, in milliseconds", """
					{"error":{"code":"rate_limit_exceeded","message":"Please try again in 120ms."}}""", "0.12"),
			arguments("Azure's sentence", """
					{"statusCode":429,"message":"Rate limit is exceeded. Try again in 5 seconds."}""", "5"),
			arguments("Moonshot's sentence", """
					{"error":{"type":"rate_limit_reached_error","message":"please try again after 2 seconds"}}""", "2"),
			arguments("a field", """
					{"error":{"code":503,"message":"m","retry_after":7}}""", "7"),
			arguments("a field beside the error", """
					{"error":{"code":503,"message":"m"},"retry_after_ms":1500}""", "1.5"),
			arguments("OpenRouter's metadata", """
					{"error":{"code":503,"message":"m","metadata":{"headers":{"Retry-After":"9"}}}}""", "9"),
			arguments("AI Kit", """
					{"error":"m","code":"RATE_LIMIT","details":{"retryAfter":12}}""", "12"));

	@ParameterizedTest(name = "{0}")
	@FieldSource("WAITS")
	void aWaitThatOnlyTheBodyTellsIsWaitedForToo(String name, String body, BigDecimal seconds) {
		Duration wait = Duration.ofNanos(seconds.movePointRight(9).longValueExact());
		RetryConfig patient = FAST.withMaxRetryAfter(Duration.ofMinutes(2));
		this.server.respond().status(503).raw(body);
		assertThat(stream().retry(patient).build().stream("Hi").blockFirst(TIMEOUT))
			.isEqualTo(new StreamEvent.Retry(1, wait, 0));
		this.server.respond().status(503).raw(body);
		ProviderException ex = failure(
				stream().retry(FAST.withMaxRetryAfter(Duration.ofMillis(100))).build().stream("Hi"));
		assertThat(ex.retryAfter()).isEqualTo(wait);
		assertThat(this.server.requests()).hasSize(2);
	}

	@Test
	void aWaitThatAnErrorInTheStreamTellsIsWaitedForToo() {
		this.server.respond().raw("""
				data: {"error":{"code":429,"message":"m","details":[{"retryDelay":"7s"}]}}

				""").thenEnd();
		assertThat(answer().blockFirst(TIMEOUT)).isEqualTo(new StreamEvent.Retry(1, Duration.ofSeconds(7), 0));
	}

	@Test
	void theHeadersWaitIsAskedBeforeTheBodys() {
		this.server.respond().status(429).retryAfter("3").raw("""
				{"error":{"code":429,"message":"m","details":[{"retryDelay":"7s"}]}}""");
		assertThat(answer().blockFirst(TIMEOUT)).isEqualTo(new StreamEvent.Retry(1, Duration.ofSeconds(3), 0));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"retryDelay\":\"0s\"}", "{\"retryDelay\":\"soon\"}", "{\"retryDelay\":-5}",
			"{\"retry_after\":1741305600000}", "{\"retry_after\":1e999}", "{\"message\":\"try again in a while\"}",
			"{\"retryDelay\":{\"seconds\":-1,\"nanos\":-1}}", "{\"message\":\"try again in 5 apples\"}" })
	void nonsenseIsNoWait(String error) {
		this.server.respond().status(503).raw("{\"error\":%s}".formatted(error));
		assertThat(answer().blockFirst(TIMEOUT)).isEqualTo(new StreamEvent.Retry(1, Duration.ofMillis(1), 0));
	}

	@Test
	void reasoningThatComesInDetailsAloneIsContent() {
		this.server.respond().raw("""
				data: {"choices":[{"index":0,"delta":{"reasoning_details":[{"type":"reasoning.text","text":"Hm"}]}}]}

				""").pause(Duration.ofMillis(50)).thenCut();
		this.server.respond("never");
		StepVerifier.create(answer())
			.expectNext(new StreamEvent.Reasoning("Hm"))
			.expectError(StreamInterruptedException.class)
			.verify(TIMEOUT);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void aWrongKeyIsTriedOnce() {
		this.server.respond().errorBody("invalid_request_error", "invalid_api_key", "Incorrect API key").status(401);
		ProviderException ex = failure(answer());
		assertThat(ex).isInstanceOf(AuthenticationException.class)
			.hasMessage("HTTP 401: Unauthorized (invalid_api_key)");
		assertThat(ex.toErrorEvent().code()).isEqualTo("AUTHENTICATION");
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void aLongerRetryAfterReplacesTheDelay() {
		this.server.respond().status(429).retryAfter("0.3");
		this.server.respond("Hello");
		assertThat(Answers.events(answer())).first().isEqualTo(new StreamEvent.Retry(1, Duration.ofMillis(300), 0));
		long gap = this.server.requests().get(1).arrived() - this.server.requests().get(0).arrived();
		assertThat(Duration.ofNanos(gap)).isBetween(Duration.ofMillis(300), Duration.ofSeconds(5));
	}

	@Test
	void aShorterRetryAfterDoesNot() {
		this.server.respond().status(429).header("retry-after-ms", "1");
		this.server.respond("Hello");
		RetryConfig slower = FAST.withDelay(Duration.ofMillis(20), Duration.ofMillis(20));
		assertThat(Answers.events(stream().retry(slower).build().stream("Hi"))).first()
			.isEqualTo(new StreamEvent.Retry(1, Duration.ofMillis(20), 0));
	}

	@Test
	void aRetryAfterThatIsTooLongFailsAtOnceAndSaysSo() {
		this.server.respond().status(429).retryAfter("3600");
		ProviderException ex = failure(answer());
		assertThat(ex).hasMessage("HTTP 429: Too Many Requests, retry after 3600.0 s");
		assertThat(ex.retryAfter()).isEqualTo(Duration.ofHours(1));
		assertThat(ex.toErrorEvent().details()).containsEntry("retryAfter", 3600L);
		assertThat(this.server.requests()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "overloaded_error", "rate_limit_error", "api_error" })
	void anErrorBeforeTheFirstTokenIsAFailedTry(String type) {
		this.server.respond().raw("data: {\"id\":\"one\",\"model\":\"m\",\"choices\":[]}\n\n").error(type).thenEnd();
		this.server.respond("Hello");
		List<StreamEvent> events = Answers.events(answer());
		assertThat(events).filteredOn(StreamEvent.Retry.class::isInstance).hasSize(1);
		assertThat(events.get(0)).isInstanceOf(StreamEvent.Retry.class);
		assertThat(this.server.requests()).hasSize(2);
	}

	@Test
	void anErrorThatDoesNotPassIsNotRetried() {
		this.server.respond().error("invalid_request_error").thenEnd();
		assertThat(failure(answer()).status()).isEqualTo(200);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void aCutBeforeTheFirstTokenIsRetried() {
		this.server.respond().comment().thenCut();
		this.server.respond().comment().thenEnd();
		this.server.respond("Hello");
		assertThat(Answers.text(answer())).isEqualTo("Hello");
		assertThat(this.server.requests()).hasSize(3);
	}

	@Test
	void aRefusedConnectionIsRetried() throws Exception {
		List<StreamEvent> retries = new ArrayList<>();
		try (Socket nobody = Ports.refusing()) {
			URI endpoint = URI.create("http://127.0.0.1:" + nobody.getLocalPort() + "/");
			Flux<StreamEvent> answer = stream().endpoint(endpoint).build().stream("Hi").doOnNext(retries::add);
			StepVerifier.create(answer.ignoreElements())
				.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(StreamInterruptedException.class)
					.hasMessageStartingWith("No connection to the provider")
					.hasRootCauseInstanceOf(ConnectException.class))
				.verify(TIMEOUT);
		}
		assertThat(retries).hasSize(3);
	}

	@Test
	void noTokenIsEverDeliveredTwice() {
		this.server.respond("Hel", "lo").pause(Duration.ofMillis(50)).thenCut();
		this.server.respond("Hello");
		StepVerifier.create(Answers.tokens(answer()))
			.expectNext("Hel", "lo")
			.expectError(StreamInterruptedException.class)
			.verify(TIMEOUT);
		assertThat(this.server.requests()).hasSize(1);
	}

	@Test
	void aRestartSaysHowMuchIsVoid() {
		this.server.respond("Hel", "lo").pause(Duration.ofMillis(50)).thenCut();
		this.server.respond("Good", "bye");
		AIStream stream = stream().retry(FAST.withMidStream(MidStream.RESTART)).build();
		List<StreamEvent> events = Answers.events(stream.send("Hi"));
		assertThat(events).filteredOn((event) -> !(event instanceof StreamEvent.Metadata))
			.startsWith(new StreamEvent.Token("Hel", 0), new StreamEvent.Token("lo", 1),
					new StreamEvent.Retry(1, Duration.ofMillis(1), 2), new StreamEvent.Token("Good", 0),
					new StreamEvent.Token("bye", 1));
		assertThat(stream.getMessages().get(1).content()).isEqualTo("Goodbye");
	}

	@Test
	void aRetryComesBeforeEveryDeliveryThatRepeats() {
		for (int request = 0; request < 3; request++) {
			this.server.respond("Hel", "lo").pause(Duration.ofMillis(50)).thenCut();
		}
		this.server.respond("Hel", "lo");
		AIStream stream = stream().retry(FAST.withMidStream(MidStream.RESTART)).build();
		List<StreamEvent> events = Answers.events(stream.stream("Hi"));
		int expected = 0;
		int retries = 0;
		for (StreamEvent event : events) {
			if (event instanceof StreamEvent.Retry retry) {
				assertThat(retry.discardedTokens()).isEqualTo(expected);
				expected = 0;
				retries++;
			}
			else if (event instanceof StreamEvent.Token token) {
				assertThat(token.index()).isEqualTo(expected++);
			}
		}
		assertThat(retries).isEqualTo(3);
		assertThat(expected).isEqualTo(2);
	}

	@Test
	void aRestartThatFailsTooKeepsNothingVoid() {
		this.server.respond("Hel", "lo").pause(Duration.ofMillis(50)).thenCut();
		this.server.respond().status(400);
		AIStream stream = stream().retry(FAST.withMidStream(MidStream.RESTART)).build();
		assertThat(failure(stream.stream("Hi")).partialAnswer()).isEmpty();
	}

	@Test
	void redirectsAreNotFollowedSoNoKeyTravels() {
		try (ScriptedServer elsewhere = ScriptedServer.start()) {
			elsewhere.respond("stolen");
			this.server.respond().status(307).header("Location", elsewhere.uri().toString());
			assertThat(failure(answer())).hasMessage("HTTP 307: redirects are not followed");
			assertThat(elsewhere.requests()).isEmpty();
		}
	}

	private Flux<StreamEvent> answer() {
		return stream().build().stream("Hi");
	}

	private static ProviderException failure(Flux<StreamEvent> answer) {
		return catchThrowableOfType(ProviderException.class, () -> answer.blockLast(TIMEOUT));
	}

	private AIStream.Builder stream() {
		return AIStream.builder()
			.provider(new OpenAIProvider())
			.endpoint(this.server.uri())
			.apiKey("sk-test-key")
			.model("a-model")
			.retry(FAST);
	}

}
