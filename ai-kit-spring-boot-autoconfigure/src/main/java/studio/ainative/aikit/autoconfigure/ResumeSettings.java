package studio.ainative.aikit.autoconfigure;

import java.time.Duration;
import java.time.format.DateTimeParseException;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

import studio.ainative.aikit.log.InMemoryAnswerLog.MemoryBounds;
import studio.ainative.aikit.server.ResumeOptions;

/**
 * Turns {@code ai-kit.response.resume} into options and bounds.
 */
final class ResumeSettings {

	static final String PREFIX = "ai-kit.response.resume.";

	private static final String NONE = "none";

	private ResumeSettings() {
	}

	static ResumeOptions options(AiKitProperties.Resume resume) {
		if (!resume.basePath().startsWith("/")) {
			throw new AiKitConfigurationException(PREFIX + "base-path",
					"must begin with a slash (was \"" + resume.basePath() + "\")",
					"Set it to a path, for example /ai-kit/streams.", null);
		}
		return BlamedProperty.checked(PREFIX, () -> new ResumeOptions(orphanTimeout(resume.orphanTimeout()),
				resume.retain(), resume.maxAnswerSize().toBytes(), resume.idempotency()));
	}

	static MemoryBounds bounds(AiKitProperties.Resume resume) {
		long maxAnswerSize = options(resume).maxAnswerSize();
		return BlamedProperty.checked(PREFIX + "memory.", () -> new MemoryBounds(resume.memory().maxAnswers(),
				maxAnswerSize, resume.memory().maxSize().toBytes()));
	}

	private static @Nullable Duration orphanTimeout(String text) {
		if (NONE.equalsIgnoreCase(text.strip())) {
			return null;
		}
		try {
			return DurationStyle.detectAndParse(text.strip());
		}
		catch (IllegalArgumentException | DateTimeParseException ex) {
			throw new AiKitConfigurationException(PREFIX + "orphan-timeout", "is \"" + text + "\"",
					"Set it to a number with a unit, for example 30s, or to none.", ex);
		}
	}

}
