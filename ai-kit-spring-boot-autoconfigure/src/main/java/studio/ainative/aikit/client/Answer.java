package studio.ainative.aikit.client;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import studio.ainative.aikit.event.Cost;
import studio.ainative.aikit.event.Message;
import studio.ainative.aikit.event.StreamEvent;
import studio.ainative.aikit.event.Usage;
import studio.ainative.aikit.provider.ProviderRequest;
import studio.ainative.aikit.tokens.ModelPricing;
import studio.ainative.aikit.tokens.RunningTokenCount;
import studio.ainative.aikit.tokens.TokenBudget;

/**
 * What has arrived of one answer: its text, its tokens, what they cost. Written by the
 * thread that delivers events, read by any.
 */
final class Answer implements Retries.Progress {

	private ProviderRequest request;

	private Accounting accounting;

	/** What the target at hand is asked. */
	private ProviderRequest asked;

	private final @Nullable TokenBudget budget;

	private final long usedBefore;

	private final StringBuilder text = new StringBuilder();

	private RunningTokenCount completion;

	private long prompt = -1;

	private int tokens;

	private boolean accepted;

	private boolean content;

	private @Nullable String model;

	/** Whether somebody else pays for it. */
	private boolean free;

	private StreamEvent.@Nullable UsageReport report;

	/**
	 * What the model has said in earlier rounds, and the results of the tools it called.
	 */
	private final List<Message> turns = new ArrayList<>(0);

	/** Where the text of this round begins. */
	private int roundBegin;

	/** What tries and rounds before this one have used, as far as anybody can tell. */
	private StreamEvent.@Nullable UsageReport abandoned;

	/**
	 * Begin an answer.
	 * @param accounting counts tokens
	 * @param request what is asked
	 * @param budget how much may be used, {@code null} for any number
	 * @param usedBefore how many tokens of the budget are already used
	 */
	Answer(Accounting accounting, ProviderRequest request, @Nullable TokenBudget budget, long usedBefore) {
		this.accounting = accounting;
		this.request = request;
		this.asked = request;
		this.budget = budget;
		this.usedBefore = usedBefore;
		this.completion = accounting.running();
	}

	synchronized ProviderRequest request() {
		return this.request;
	}

	/**
	 * Another target is asked, whose tokens may count and cost otherwise.
	 * @param accounting counts its tokens
	 * @param asked what it is asked
	 */
	synchronized void turnTo(Accounting accounting, ProviderRequest asked) {
		this.accounting = accounting;
		this.asked = asked;
		this.completion = accounting.running();
		this.prompt = -1;
		this.model = null;
	}

	/**
	 * The model has called tools, and is asked again with their results.
	 * @param next what it is asked
	 * @param turn what it has said, and the results
	 */
	synchronized void nextRound(ProviderRequest next, List<Message> turn) {
		this.abandoned = withAbandoned((this.report != null && isReported()) ? this.report : estimated());
		this.turns.addAll(turn);
		this.request = next;
		this.asked = next;
		this.prompt = -1;
		this.roundBegin = this.text.length();
		restart();
	}

	/** What the model has said in earlier rounds, and the results of its tools. */
	synchronized List<Message> turns() {
		return List.copyOf(this.turns);
	}

	/** The text of the round at hand. */
	synchronized String roundText() {
		return this.text.substring(this.roundBegin);
	}

	/**
	 * Take note of an event.
	 * @param event the event
	 * @return the event, a usage report with its price
	 * @throws BudgetExceededException if the event exceeds the budget
	 */
	synchronized StreamEvent take(StreamEvent event) {
		if (this.free) {
			return takeFree(event);
		}
		if (event instanceof StreamEvent.Token token) {
			this.completion.add(token.text());
			requireBudget();
			this.content = true;
			this.tokens++;
			if (token.choice() == 0) {
				this.text.append(token.text());
			}
		}
		else if (event instanceof StreamEvent.UsageReport usage) {
			this.report = this.accounting.priced(usage, this.model, this.asked.model());
			return withAbandoned(this.report);
		}
		else if (event instanceof StreamEvent.Retry) {
			restart(); // Has been done already unless it is the server's own
		}
		else if (event instanceof StreamEvent.Metadata metadata
				&& metadata.values().get(StreamEvent.Metadata.MODEL) instanceof String name) {
			this.model = name;
			this.content |= Content.isContent(event);
		}
		else {
			count(event);
			requireBudget();
			this.content |= Content.isContent(event);
		}
		return event;
	}

	/** What it has used is somebody else's: told, at no cost, and not counted. */
	private StreamEvent takeFree(StreamEvent event) {
		this.content |= Content.isContent(event);
		if (event instanceof StreamEvent.Token token) {
			this.tokens++;
			if (token.choice() == 0) {
				this.text.append(token.text());
			}
		}
		else if (event instanceof StreamEvent.UsageReport usage) {
			Cost cost = usage.cost();
			this.report = new StreamEvent.UsageReport(usage.usage(),
					new Cost(BigDecimal.ZERO, (cost != null) ? cost.currency() : ModelPricing.DEFAULT_CURRENCY));
			return this.report;
		}
		else if (event instanceof StreamEvent.Retry) {
			restart();
		}
		return event;
	}

	/** The answer is made for somebody else, or was. */
	synchronized void usesNothing() {
		this.free = true;
	}

	private void requireBudget() {
		BudgetExceededException exceeded = checkBudget();
		if (exceeded != null) {
			throw exceeded;
		}
	}

	private void count(StreamEvent event) {
		if (event instanceof StreamEvent.Reasoning reasoning) {
			this.completion.add(reasoning.text());
		}
		else if (event instanceof StreamEvent.ToolCall call) {
			this.completion.add(call.argumentsDelta());
		}
	}

	/**
	 * Compare what was used so far with the budget. Called before anything is sent as
	 * well: the prompt alone may be too much.
	 * @return the exception to fail with, {@code null} while the budget lasts
	 */
	synchronized @Nullable BudgetExceededException checkBudget() {
		if (this.budget == null) {
			return null;
		}
		long before = this.usedBefore + ((this.abandoned != null) ? this.abandoned.usage().totalTokens() : 0);
		long used = before + currentPrompt() + currentCompletion();
		return this.budget.isExceededBy(used) ? new BudgetExceededException(this.budget, used) : null;
	}

	private long currentPrompt() {
		if (this.report != null && this.report.usage().promptTokens() > 0) {
			return this.report.usage().promptTokens();
		}
		if (this.prompt < 0) {
			this.prompt = this.accounting.promptTokens(this.asked.messages(), this.asked.systemPrompt());
		}
		return this.prompt;
	}

	private long currentCompletion() {
		long reported = (this.report != null) ? this.report.usage().completionTokens() : 0;
		return Math.max(reported, this.completion.tokens());
	}

	/**
	 * The provider has begun to answer, so the prompt was read.
	 */
	synchronized void accept() {
		this.accepted = true;
	}

	@Override
	public synchronized boolean hasContent() {
		return this.content;
	}

	@Override
	public synchronized int restart(AIStreamException failure) {
		StreamEvent.UsageReport used = usedBy(failure);
		if (used != null) {
			this.abandoned = withAbandoned(used);
		}
		return restart();
	}

	/**
	 * What a try has used that failed. A provider bills a prompt that it has begun to
	 * answer, and one that it may still be at work on; it bills none that it refuses.
	 */
	private StreamEvent.@Nullable UsageReport usedBy(AIStreamException failure) {
		boolean waited = failure instanceof StreamTimeoutException timeout
				&& timeout.timeout() == StreamTimeoutException.Timeout.FIRST_TOKEN;
		boolean broke = this.accepted && !(failure instanceof ProviderException);
		return (this.content || this.report != null || waited || broke) ? estimated() : null;
	}

	private StreamEvent.UsageReport estimated() {
		return this.accounting.priced(new StreamEvent.UsageReport(estimate()), this.model, this.asked.model());
	}

	/** A sum whose parts are not all priced has no price. */
	private StreamEvent.UsageReport withAbandoned(StreamEvent.UsageReport report) {
		if (this.abandoned == null) {
			return report;
		}
		Cost cost = report.cost();
		Cost before = this.abandoned.cost();
		Cost sum = (cost != null && before != null && cost.currency().equals(before.currency()))
				? new Cost(cost.amount().add(before.amount()), cost.currency()) : null;
		return new StreamEvent.UsageReport(report.usage().plus(this.abandoned.usage()), sum);
	}

	private int restart() {
		int discarded = this.tokens;
		this.tokens = 0;
		this.text.setLength(this.roundBegin);
		this.completion = this.accounting.running();
		this.accepted = false;
		this.content = false;
		this.report = null;
		return discarded;
	}

	synchronized String text() {
		return this.text.toString();
	}

	/**
	 * What the answer has used, by its end.
	 * @param outcome how it ended
	 * @return the provider's last report if the answer is whole, else an estimate with
	 * whatever the provider told; {@code null} if nothing was used
	 */
	synchronized StreamEvent.@Nullable UsageReport finalReport(AIStreamEvent.Outcome outcome) {
		if (this.free) {
			return null;
		}
		if (this.report != null && isReported() && outcome == AIStreamEvent.Outcome.COMPLETE) {
			return withAbandoned(this.report);
		}
		boolean stoppedLate = this.accepted && outcome != AIStreamEvent.Outcome.FAILED;
		if (!this.content && this.report == null && !stoppedLate) {
			return this.abandoned;
		}
		return withAbandoned(estimated());
	}

	/** What the provider has said so far, of this try. */
	synchronized @Nullable Usage reported() {
		return (this.report != null && !this.free) ? this.report.usage() : null;
	}

	private Usage estimate() {
		Usage estimate = Usage.estimate(currentPrompt(), currentCompletion());
		if (this.report == null) {
			return estimate;
		}
		Usage reported = this.report.usage();
		return new Usage(estimate.promptTokens(), estimate.completionTokens(),
				Math.max(estimate.totalTokens(), reported.totalTokens()), reported.cachedTokens(),
				reported.cacheWriteTokens(), reported.reasoningTokens(), true);
	}

	/**
	 * Whether the provider's own report stands at the end of an answer that is whole. One
	 * that knows of no answer, though there was one, doesn't: gateways that translate
	 * formats lose the count.
	 * @return {@code true} if it does
	 */
	synchronized boolean isReported() {
		return this.report != null && (this.report.usage().completionTokens() > 0 || this.completion.tokens() == 0);
	}

}
