package studio.ainative.aikit.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import studio.ainative.aikit.observation.AiKitClientMeters;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.HighCardinalityKeys;
import studio.ainative.aikit.observation.AiKitClientObservationDocumentation.LowCardinalityKeys;
import studio.ainative.aikit.observation.AiKitServerMeters;
import studio.ainative.aikit.observation.SemanticConvention;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * README's tables of metrics and keys are those of the code, which documents them.
 */
class ObservationTableTests {

	@Test
	void showsEachMetricOfCalls() throws IOException {
		assertThat(readme()).contains("""
				| metric | with `otel-1.41` | kind | unit | further tags | tells |
				|---|---|---|---|---|---|
				""" + rows(Arrays.stream(AiKitClientMeters.values())
			.map((meter) -> List.of(code(meter.meterName(SemanticConvention.OTEL_0_1)),
					code(meter.meterName(SemanticConvention.OTEL_1_41)), meter.kind(), meter.unit(), meter.tags(),
					meter.description()))));
	}

	@Test
	void showsEachMetricOfAnswersToReaders() throws IOException {
		assertThat(readme()).contains("""
				| metric | kind | unit | further tags | tells |
				|---|---|---|---|---|
				""" + rows(Arrays.stream(AiKitServerMeters.values())
			.map((meter) -> List.of(code(meter.meterName()), meter.kind(), meter.unit(), meter.tags(),
					meter.description()))));
	}

	@Test
	void showsEachTagOfThose() throws IOException {
		assertThat(readme()).contains("""
				| tag | value |
				|---|---|
				""" + rows(Arrays.stream(AiKitServerMeters.Keys.values())
			.map((key) -> List.of(code(key.asString()), key.description()))));
	}

	@Test
	void showsEachTag() throws IOException {
		assertThat(readme()).contains("""
				| tag | value |
				|---|---|
				""" + rows(Arrays.stream(LowCardinalityKeys.values())
			.map((key) -> List.of(code(key.asString()), key.description()))));
	}

	@Test
	void showsEachFurtherKeyOfSpans() throws IOException {
		assertThat(readme()).contains("""
				| key | value |
				|---|---|
				""" + rows(Arrays.stream(HighCardinalityKeys.values())
			.map((key) -> List.of(code(key.asString()), key.description()))));
	}

	private static String readme() throws IOException {
		return Files.readString(Path.of("../README.md"));
	}

	private static String code(@Nullable String name) {
		return (name != null) ? "`" + name + "`" : "";
	}

	private static String rows(Stream<List<String>> rows) {
		return rows
			.map((cells) -> cells.stream()
				.map((cell) -> cell.isEmpty() ? " |" : " " + cell + " |")
				.collect(Collectors.joining("", "|", "\n")))
			.collect(Collectors.joining());
	}

}
