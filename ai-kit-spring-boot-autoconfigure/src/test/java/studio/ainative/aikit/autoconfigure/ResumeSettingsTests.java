package studio.ainative.aikit.autoconfigure;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.NestedExceptionUtils;

import studio.ainative.aikit.log.AnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog;
import studio.ainative.aikit.log.InMemoryAnswerLog.MemoryBounds;
import studio.ainative.aikit.log.StartKey.IfTaken;
import studio.ainative.aikit.server.ResumeOptions;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Beans and settings of answers that are kept.
 */
class ResumeSettingsTests {

	private static final String ENABLED = "ai-kit.response.resume.enabled=true";

	private final WebApplicationContextRunner servlet = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitServerAutoConfiguration.class));

	private final ReactiveWebApplicationContextRunner reactive = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AiKitServerAutoConfiguration.class));

	@Test
	void isOffUnlessAskedFor() {
		this.servlet.run((context) -> assertThat(context).doesNotHaveBean(AnswerLog.class)
			.doesNotHaveBean(studio.ainative.aikit.server.webmvc.StreamEndpoint.class)
			.doesNotHaveBean(studio.ainative.aikit.server.webmvc.FingerprintFilter.class));
		this.reactive.run((context) -> assertThat(context).doesNotHaveBean(AnswerLog.class)
			.doesNotHaveBean(studio.ainative.aikit.server.webflux.StreamEndpoint.class)
			.doesNotHaveBean(studio.ainative.aikit.server.webflux.FingerprintFilter.class));
	}

	@Test
	void keepsAnswersInMemory() {
		this.servlet.withPropertyValues(ENABLED)
			.run((context) -> assertThat(context).hasSingleBean(InMemoryAnswerLog.class)
				.hasSingleBean(studio.ainative.aikit.server.webmvc.StreamEndpoint.class));
		this.reactive.withPropertyValues(ENABLED)
			.run((context) -> assertThat(context).hasSingleBean(InMemoryAnswerLog.class)
				.hasSingleBean(studio.ainative.aikit.server.webflux.StreamEndpoint.class));
	}

	@Test
	void backsOffFromAnotherLog() {
		InMemoryAnswerLog own = new InMemoryAnswerLog(MemoryBounds.defaults());
		this.servlet.withPropertyValues(ENABLED)
			.withBean("own", AnswerLog.class, () -> own)
			.run((context) -> assertThat(context.getBean(AnswerLog.class)).isSameAs(own));
	}

	@Test
	void hasTheDefaultsOfTheOptions() {
		this.servlet.withPropertyValues(ENABLED).run((context) -> {
			AiKitProperties.Resume resume = context.getBean(AiKitProperties.class).response().resume();
			assertThat(ResumeSettings.options(resume)).isEqualTo(ResumeOptions.defaults());
			assertThat(ResumeSettings.bounds(resume)).isEqualTo(MemoryBounds.defaults());
		});
	}

	@Test
	void takesEverySetting() {
		this.servlet
			.withPropertyValues(ENABLED, "ai-kit.response.resume.orphan-timeout=none",
					"ai-kit.response.resume.retain=1h", "ai-kit.response.resume.max-answer-size=1KB",
					"ai-kit.response.resume.idempotency=replace", "ai-kit.response.resume.memory.max-answers=2",
					"ai-kit.response.resume.memory.max-size=3KB")
			.run((context) -> {
				AiKitProperties.Resume resume = context.getBean(AiKitProperties.class).response().resume();
				assertThat(ResumeSettings.options(resume))
					.isEqualTo(new ResumeOptions(null, Duration.ofHours(1), 1024, IfTaken.REPLACE));
				assertThat(ResumeSettings.bounds(resume)).isEqualTo(new MemoryBounds(2, 1024, 3072));
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', value = {
			"orphan-timeout=soon | 'ai-kit.response.resume.orphan-timeout' is \"soon\". Set it to a number",
			"orphan-timeout=-1s | 'ai-kit.response.resume.orphan-timeout' must be zero or more",
			"base-path=streams | 'ai-kit.response.resume.base-path' must begin with a slash (was \"streams\")",
			"retain=0s | 'ai-kit.response.resume.retain' must be greater than zero",
			"max-answer-size=0B | 'ai-kit.response.resume.max-answer-size' must be 1 or more",
			"memory.max-answers=0 | 'ai-kit.response.resume.memory.max-answers' must be 1 or more",
			"memory.max-size=0B | 'ai-kit.response.resume.memory.max-size' must be 1 or more",
			"store=redis | 'ai-kit.response.resume.store' is redis, and what that needs is not there. Add spring" })
	void namesThePropertyThatCantWork(String setting, String said) {
		this.servlet.withPropertyValues(ENABLED, "ai-kit.response.resume." + setting)
			.run((context) -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
				.satisfiesAnyOf((ex) -> assertThat(ex).hasMessageContaining(said),
						(ex) -> assertThat(context.getStartupFailure()).hasStackTraceContaining(said)));
	}

}
