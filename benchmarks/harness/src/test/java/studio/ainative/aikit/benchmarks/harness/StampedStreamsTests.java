package studio.ainative.aikit.benchmarks.harness;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link StampedStreams}.
 */
class StampedStreamsTests {

	private final StampedStreams streams = new StampedStreams(3, 2);

	private final Connection lane = this.streams.lane(HttpBody.request("/stream"));

	@Test
	void countsTheTokensBetweenStartAndStop() {
		token(this.lane, 0);
		this.streams.count();
		token(this.lane, 1);
		this.streams.stopCounting();
		token(this.lane, 2);
		assertThat(this.streams.result()).startsWith("open=1 counted=1 ");
	}

	@Test
	void saysHowManyWereOpenAtOnce() {
		Connection other = this.streams.lane(HttpBody.request("/stream"));
		this.streams.count();
		token(this.lane, 0);
		token(other, 0);
		other.end(null);
		token(this.lane, 1);
		assertThat(this.streams.result()).startsWith("open=2 counted=3 ");
	}

	@Test
	void checksTheAnswersThatHaveEnded() {
		this.streams.count();
		token(this.lane, 0);
		this.lane.response();
		assertThatIllegalStateException().isThrownBy(this.streams::result).withMessage("the last event is not whole");
	}

	@Test
	void saysThatNoStreamEverBegan() {
		this.streams.count();
		assertThatIllegalStateException().isThrownBy(this.streams::result)
			.withMessage("no token came, 2 streams never began");
	}

	private static void token(Connection lane, int index) {
		byte[] text = Stamp.of(index).getBytes(StandardCharsets.US_ASCII);
		lane.piece(text, 0, text.length);
	}

}
