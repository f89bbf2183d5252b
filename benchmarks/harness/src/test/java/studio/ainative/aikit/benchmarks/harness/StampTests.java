package studio.ainative.aikit.benchmarks.harness;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Stamp}.
 */
class StampTests {

	private final List<Long> written = new ArrayList<>();

	private final Stamp stamp = new Stamp(this.written::add);

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 7, 4096 })
	void findsTheTimeInEachTokenHoweverTheBodyIsCut(int size) {
		byte[] body = """
				event: token
				id: 1
				data: {"token":"0@1234567;","index":0}

				event: token
				id: 2
				data: {"token":"1@7654321;2@99;","index":1}

				""".getBytes(StandardCharsets.US_ASCII);
		for (int start = 0; start < body.length; start += size) {
			this.stamp.read(body, start, Math.min(size, body.length - start));
		}
		assertThat(this.written).containsExactly(1234567L, 7654321L, 99L);
	}

	@Test
	void isWholeWithEachTokenInOrder() {
		assertThat(Stamp.isWhole(Stamp.of(0) + Stamp.of(1) + Stamp.of(2), 3)).isTrue();
		assertThat(Stamp.isWhole(Stamp.of(0) + Stamp.of(2) + Stamp.of(1), 3)).isFalse();
		assertThat(Stamp.isWhole(Stamp.of(0) + Stamp.of(1), 3)).isFalse();
		assertThat(Stamp.isWhole(Stamp.of(0) + Stamp.of(1) + Stamp.of(2) + "3@", 3)).isFalse();
	}

}
