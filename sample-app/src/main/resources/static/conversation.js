/**
 * What the provider is told of the conversation, and what it has cost.
 *
 * A turn joins the history once it has an answer: a whole one, or the part that was there
 * when the reader stopped it. A turn that failed never does, so the next request holds no
 * question without an answer.
 */
export class Conversation {
  #turns = [];

  /** Begin a turn with the reader's message. */
  begin(prompt) {
    const turn = { prompt, answer: '', reasoning: '', kept: false, calls: [], streamId: '', state: 'running' };
    this.#turns.push(turn);
    this.beginCall(turn);
    return turn;
  }

  /** Begin the turn again, with the same message and an empty answer. */
  again(turn) {
    turn.kept = false;
    turn.streamId = '';
    turn.state = 'running';
    this.discard(turn);
    this.beginCall(turn);
  }

  /** Begin to read the turn's answer anew, which nobody is called for. */
  reread(turn) {
    turn.kept = false;
    this.discard(turn);
    turn.calls[turn.calls.length - 1] = { tokens: 0, usage: null };
  }

  beginCall(turn) {
    turn.calls.push({ tokens: 0, usage: null });
  }

  /** Forget the text so far. Its tokens stay counted: they were paid for. */
  discard(turn) {
    turn.answer = '';
    turn.reasoning = '';
  }

  addToken(turn, token) {
    turn.answer += token;
    turn.calls.at(-1).tokens += 1;
  }

  /** Usage is for the whole call, so a later report replaces an earlier one. */
  setUsage(turn, usage) {
    turn.calls.at(-1).usage = usage;
  }

  /** Keep the answer, whole or stopped, if there is one. */
  keep(turn) {
    turn.kept = turn.answer !== '';
  }

  clear() {
    this.#turns = [];
  }

  /** All turns, oldest first. */
  get turns() {
    return [...this.#turns];
  }

  /** Take the place of what was said so far. Usage has its cost in it, so nothing is lost. */
  restore(turns) {
    this.#turns = turns.filter((turn) => typeof turn?.prompt === 'string' && Array.isArray(turn.calls));
  }

  /** The messages to send: the kept turns before this one, then its prompt. */
  messagesFor(turn) {
    const before = this.#turns.slice(0, this.#turns.indexOf(turn)).filter((other) => other.kept);
    const messages = before.flatMap((other) => [
      { role: 'user', content: other.prompt },
      { role: 'assistant', content: other.answer },
    ]);
    return [...messages, { role: 'user', content: turn.prompt }];
  }

  /**
   * Tokens and cost of every call so far, those of failed and repeated turns included.
   * Where the server has not reported usage, the tokens that arrived are counted instead.
   */
  totals() {
    const totals = { tokens: 0, cost: new Map(), estimated: false };
    for (const call of this.#turns.flatMap((turn) => turn.calls)) {
      const { usage } = call;
      totals.tokens += usage ? usage.totalTokens : call.tokens;
      totals.estimated ||= usage ? usage.estimated : call.tokens > 0;
      if (usage?.cost) {
        const { amount, currency } = usage.cost;
        totals.cost.set(currency, (totals.cost.get(currency) ?? 0) + amount);
      }
    }
    return totals;
  }
}

/** Read a usage event's data, which holds the counts twice: at the top and under "usage". */
export function usageOf(data) {
  const counts = { ...data.usage, ...data };
  const promptTokens = Number(counts.promptTokens) || 0;
  const completionTokens = Number(counts.completionTokens) || 0;
  const amount = Number(counts.cost?.amount);
  return {
    totalTokens: Number(counts.totalTokens) || promptTokens + completionTokens,
    estimated: counts.estimated === true,
    cost: Number.isFinite(amount) ? { amount, currency: String(counts.cost.currency || 'USD') } : null,
  };
}
