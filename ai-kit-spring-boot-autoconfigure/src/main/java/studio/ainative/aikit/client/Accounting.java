package studio.ainative.aikit.client;

import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.tokens.CostCalculator;
import studio.ainative.aikit.tokens.RunningTokenCount;
import studio.ainative.aikit.tokens.TokenCounter;

/**
 * Counts tokens where the provider doesn't, and says what they cost.
 *
 * @param counter counts tokens
 * @param costs knows prices
 */
record Accounting(TokenCounter counter, CostCalculator costs) {

	private static final Log logger = LogFactory.getLog(AIStream.class);

	RunningTokenCount running() {
		return this.counter.running();
	}

	long promptTokens(List<Message> messages, @Nullable String systemPrompt) {
		return this.counter.countTokens(messages, systemPrompt);
	}

	/**
	 * Add the price to a report that has none.
	 * @param report the report
	 * @param model the model that answers, as the provider names it
	 * @param requestedModel the model that was asked for, if the other has no price
	 * @return the report, with a price if one is known
	 */
	StreamEvent.UsageReport priced(StreamEvent.UsageReport report, @Nullable String model,
			@Nullable String requestedModel) {
		if (report.cost() != null) {
			return report;
		}
		Usage usage = report.usage();
		Cost cost = cost(model, requestedModel, usage);
		return (cost != null) ? new StreamEvent.UsageReport(usage, cost) : report;
	}

	/** An answer without a price is better than none. */
	private @Nullable Cost cost(@Nullable String model, @Nullable String requestedModel, Usage usage) {
		try {
			return this.costs.cost(model, usage).or(() -> this.costs.cost(requestedModel, usage)).orElse(null);
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			logger.warn("The price of a call could not be told: " + ex.getClass().getName());
			return null;
		}
	}

}
