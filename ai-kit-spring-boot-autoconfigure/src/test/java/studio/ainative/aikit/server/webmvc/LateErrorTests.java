package studio.ainative.aikit.server.webmvc;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import studio.ainative.aikit.server.AnswerController;
import studio.ainative.aikit.server.Answers;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static studio.ainative.aikit.LogAssertions.assertNoWarnings;

/**
 * A reader who stalled resets. Tomcat finds that out when it is about to go on writing,
 * and tells the writer before it marks the request as failed.
 */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.main.web-application-type=servlet", "server.shutdown=immediate" })
class LateErrorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@Autowired
	private Answers answers;

	@Autowired
	private Requests requests;

	@Autowired
	private ErrorPages errorPages;

	@LocalServerPort
	private int port;

	@ParameterizedTest
	@ValueSource(strings = { "/unread", "/unread-route" })
	void isNoReasonForAnErrorPage(String path, CapturedOutput output) throws Exception {
		Answers.Script script = new Answers.Script();
		this.answers.script = script;
		SseReader reader = SseReader.getNarrowly(this.port, path);
		assertThat(reader.status()).contains("200");
		AtomicInteger before = new AtomicInteger();
		await().atMost(TIMEOUT)
			.during(Duration.ofMillis(300))
			.until(() -> before.getAndSet(script.made.get()) == script.made.get());
		reader.reset();
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.requests.active(path)).isZero());
		assertThat(this.errorPages.count).hasValue(0);
		assertNoWarnings(output);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ AnswerController.class, Answers.class, Requests.class, ErrorPages.class })
	static class Application implements WebMvcConfigurer {

		@Override
		public void addReturnValueHandlers(List<HandlerMethodReturnValueHandler> handlers) {
			handlers.add(new StreamingResponseReturnValueHandler());
		}

		@Bean
		RouterFunction<ServerResponse> routes(Answers answers) {
			return RouterFunctions.route()
				.GET("/unread-route", (request) -> answers.unread().toMvcServerResponse())
				.build();
		}

	}

	static final class ErrorPages extends OncePerRequestFilter {

		private final AtomicInteger count = new AtomicInteger();

		@Override
		protected boolean shouldNotFilterErrorDispatch() {
			return false;
		}

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			if (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) != null) {
				this.count.incrementAndGet();
			}
			chain.doFilter(request, response);
		}

	}

}
