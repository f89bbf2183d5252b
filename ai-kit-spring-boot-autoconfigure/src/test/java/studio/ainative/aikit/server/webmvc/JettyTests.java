package studio.ainative.aikit.server.webmvc;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

import studio.ainative.aikit.server.Answers;
import studio.ainative.aikit.server.HttpContract;
import studio.ainative.aikit.server.SseReader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Responses of Spring MVC on Jetty.
 */
@SpringBootTest(classes = TomcatTests.Application.class, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "spring.main.web-application-type=servlet", "spring.autoconfigure.exclude="
				+ "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration" })
class JettyTests extends HttpContract {

	@LocalServerPort
	private int port;

	@Autowired
	private Answers answers;

	@Autowired
	private ServletWebServerApplicationContext context;

	@Override
	protected int port() {
		return this.port;
	}

	@Override
	protected Answers answers() {
		return this.answers;
	}

	@Override
	protected List<String> paths() {
		return List.of("/scripted", "/scripted-route", "/scripted-flux", "/scripted-emitter");
	}

	/**
	 * Jetty leaves it out: a connection of HTTP/1.1 stays open unless it says otherwise.
	 */
	@Override
	protected @Nullable String connectionHeader() {
		return null;
	}

	/** After a failed write Jetty ends no request by itself. */
	@Test
	void holdsNoRequestOfAReaderWhoLeft() throws Exception {
		StatisticsHandler requests = requests();
		try (SseReader reader = SseReader.get(this.port, "/beating")) {
			reader.readUntil(Answers.START);
			assertThat(requests.getRequestsActive()).isPositive();
		}
		await().atMost(Duration.ofSeconds(10)).until(() -> requests.getRequestsActive() == 0);
	}

	/** An emitter gets there by way of Spring, which deals with a failed write itself. */
	@Test
	void holdsNoRequestOfAReaderWhoLeftAnEmitter(CapturedOutput output) throws Exception {
		Answers.Script script = this.answers.script;
		StatisticsHandler requests = requests();
		try (SseReader reader = SseReader.get(this.port, "/beating-emitter")) {
			reader.readUntil(Answers.START);
			assertThat(requests.getRequestsActive()).isPositive();
		}
		await().atMost(Duration.ofSeconds(10)).until(() -> requests.getRequestsActive() == 0);
		await().atMost(Duration.ofSeconds(10)).until(() -> script.closed.get() > 0);
		assertThat(script.cancelled).hasValue(1);
		try (SseReader next = SseReader.get(this.port, "/emitter")) {
			assertThat(next.readAll()).isEqualTo(Answers.HELLO);
		}
		assertThat(script.closed).hasValue(1);
		assertThat(output).doesNotContain("WARN", "ERROR");
	}

	private StatisticsHandler requests() {
		JettyWebServer server = (JettyWebServer) Objects.requireNonNull(this.context.getWebServer());
		return server.getServer().getDescendant(StatisticsHandler.class);
	}

}
