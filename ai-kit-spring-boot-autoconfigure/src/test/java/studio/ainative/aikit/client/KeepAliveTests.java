package studio.ainative.aikit.client;

import java.time.Duration;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.Connection;

import static org.assertj.core.api.Assertions.assertThat;

class KeepAliveTests {

	private final EmbeddedChannel channel = new EmbeddedChannel();

	@AfterEach
	void closeChannel() {
		this.channel.close().syncUninterruptibly();
	}

	@ParameterizedTest
	@CsvSource({ "timeout=0, PT0S", "timeout=1, PT0.5S", "timeout=2, PT1S", "timeout=3, PT2S", "timeout=5, PT4S",
			"timeout=72, PT71S", "'timeout=5, max=100', PT4S", "'max=100, timeout=5', PT4S", "'TimeOut = \"5\"', PT4S",
			"timeout=600, PT599S", "timeout=601, PT10M", "timeout=99999, PT10M" })
	void aConnectionIsGivenUpBeforeTheServerDoes(String header, Duration limit) {
		note(header);
		assertIsOverAfter(limit);
	}

	@ParameterizedTest
	@ValueSource(strings = { "max=100", "timeout=", "timeout=soon", "timeout=-1", "mytimeout=5", "" })
	void whatSaysNothingIsNotBelieved(String header) {
		note(header);
		assertIsOverAfter(KeepAlive.DEFAULT);
	}

	@Test
	void theLastWordCounts() {
		note("timeout=5");
		note("timeout=72");
		assertIsOverAfter(Duration.ofSeconds(71));
	}

	@Test
	void withoutTheHeaderThereIsADefault() {
		KeepAlive.note(this.channel, response());
		assertIsOverAfter(KeepAlive.DEFAULT);
	}

	@Test
	void aClosedConnectionIsOver() {
		this.channel.close().syncUninterruptibly();
		assertThat(KeepAlive.isOver(Connection.from(this.channel), 0)).isTrue();
	}

	private void note(String header) {
		HttpResponse response = response();
		response.headers().set("keep-alive", header);
		KeepAlive.note(this.channel, response);
	}

	private static HttpResponse response() {
		return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
	}

	private void assertIsOverAfter(Duration limit) {
		Connection connection = Connection.from(this.channel);
		assertThat(KeepAlive.isOver(connection, limit.toMillis() - 1)).isFalse();
		assertThat(KeepAlive.isOver(connection, limit.toMillis())).isTrue();
	}

}
