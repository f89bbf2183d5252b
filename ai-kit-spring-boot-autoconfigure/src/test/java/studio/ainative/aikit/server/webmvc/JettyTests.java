package studio.ainative.aikit.server.webmvc;

import java.time.Duration;
import java.util.Objects;

import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

import studio.ainative.aikit.server.Answers;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Responses of Spring MVC on Jetty.
 */
@SpringBootTest(classes = TomcatTests.Application.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.main.web-application-type=servlet", "spring.autoconfigure.exclude="
				+ "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration" })
class JettyTests extends ServletContract {

	@Autowired
	private ServletWebServerApplicationContext context;

	/**
	 * After a failed write Jetty ends no request by itself. An emitter gets there by way
	 * of Spring, which deals with a failed write itself.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "/beating", "/beating-emitter", "/spring/beating-emitter" })
	void holdsNoRequestOfAReaderWhoLeft(String path) throws Exception {
		StatisticsHandler requests = requests();
		try (SseReader reader = SseReader.get(port(), path)) {
			reader.readUntil(Answers.START);
			assertThat(requests.getRequestsActive()).isPositive();
		}
		await().atMost(Duration.ofSeconds(10)).until(() -> requests.getRequestsActive() == 0);
	}

	private StatisticsHandler requests() {
		JettyWebServer server = (JettyWebServer) Objects.requireNonNull(this.context.getWebServer());
		return server.getServer().getDescendant(StatisticsHandler.class);
	}

}
