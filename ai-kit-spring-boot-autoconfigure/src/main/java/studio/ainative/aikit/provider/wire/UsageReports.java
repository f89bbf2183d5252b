package studio.ainative.aikit.provider.wire;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.StreamEvent.UsageReport;
import studio.ainative.aikit.event.Usage;

/**
 * What the reports of one answer add up to. Each replaces the one before, but not with
 * less than is known:
 * <ul>
 * <li>A report of no tokens at all is no report. Some servers send zeros after the
 * counts, gateways that translate formats where they lost them, and some the price alone,
 * which then belongs to the counts before.
 * <li>Tokens that only the total has are billed as well. They are the answer's, as
 * reasoning is where it is counted beside the text (Gemini, xAI), unless they are exactly
 * those of the cache, or nothing was told of the prompt.
 * </ul>
 */
final class UsageReports {

	private UsageReport last = new UsageReport(Usage.NONE);

	/**
	 * Take the next report.
	 * @param report the report as the provider gave it
	 * @return what is known now, {@code null} if that is what was known before
	 */
	@Nullable UsageReport next(UsageReport report) {
		UsageReport known = isEmpty(report.usage()) ? priced(report.cost())
				: new UsageReport(withRest(report.usage()), report.cost());
		boolean sameWithoutPrice = known.cost() == null && known.usage().equals(this.last.usage());
		if (sameWithoutPrice || known.equals(this.last)) {
			return null;
		}
		this.last = known;
		return known;
	}

	private UsageReport priced(@Nullable Cost cost) {
		boolean saysSomething = cost != null && cost.amount().signum() > 0 && !isEmpty(this.last.usage());
		return saysSomething ? new UsageReport(this.last.usage(), cost) : this.last;
	}

	private static boolean isEmpty(Usage usage) {
		return usage.promptTokens() == 0 && usage.completionTokens() == 0;
	}

	private static Usage withRest(Usage usage) {
		long rest = usage.totalTokens() - usage.promptTokens() - usage.completionTokens();
		if (rest <= 0) {
			return usage;
		}
		boolean ofThePrompt = usage.promptTokens() == 0 || rest == usage.cachedTokens() + usage.cacheWriteTokens();
		return new Usage(usage.promptTokens() + (ofThePrompt ? rest : 0),
				usage.completionTokens() + (ofThePrompt ? 0 : rest), usage.totalTokens(), usage.cachedTokens(),
				usage.cacheWriteTokens(), usage.reasoningTokens(), usage.estimated());
	}

}
