package studio.ainative.aikit.autoconfigure;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import studio.ainative.aikit.log.redis.RedisServer;

import static org.assertj.core.api.Assertions.assertThat;
import static studio.ainative.aikit.autoconfigure.ResumeTests.token;

/**
 * A node that has just started, and a Redis that has not seen it yet.
 */
class RedisStartTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int ANSWERS = 300;

	private static final Pattern ID = Pattern.compile("(?i)AI-Kit-Stream-Id: ([0-9a-f]{32})\r\n");

	/** They come before it is known whether Redis has the scripts. */
	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void keepsEachOfManyAnswersThatAreTheFirst(WebApplicationType type) throws Exception {
		try (RedisServer redis = RedisServer.start();
				ResumeServer node = ResumeServer.start(type, null, "ai-kit.response.resume.store=redis",
						"spring.data.redis.port=" + redis.port())) {
			List<String> ids = new ArrayList<>();
			for (String response : answers(node)) {
				assertThat(response).contains(token(1, "a", 0)).contains("\"outcome\":\"complete\"");
				Matcher id = ID.matcher(response);
				assertThat(id.find()).as(response).isTrue();
				ids.add(id.group(1));
			}
			for (String id : ids) {
				assertThat(ResumeTests.send(node, "GET", "/ai-kit/streams/" + id, "").body()).contains(token(1, "a", 0))
					.contains("\"outcome\":\"complete\"");
			}
			assertThat(redis.<String>run((commands) -> commands.info("commandstats"))).contains("cmdstat_evalsha:")
				.doesNotContain("cmdstat_eval:");
		}
	}

	/** On connections that are there already, so that all are asked for at once. */
	private static List<String> answers(ResumeServer node) throws Exception {
		List<Socket> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < ANSWERS; i++) {
				Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
				socket.setSoTimeout((int) TIMEOUT.toMillis());
				sockets.add(socket);
			}
			for (Socket socket : sockets) {
				socket.getOutputStream().write("""
						POST /chat HTTP/1.1
						Host: localhost
						Connection: close
						Content-Type: application/json
						Content-Length: 5

						["a"]""".replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
			}
			List<String> answers = new ArrayList<>();
			for (Socket socket : sockets) {
				answers.add(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
			}
			return answers;
		}
		finally {
			for (Socket socket : sockets) {
				socket.close();
			}
		}
	}

}
