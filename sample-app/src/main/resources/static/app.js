import { stopAnswer } from './answer.js';
import { ChatError, chat, rejoin } from './chat.js';
import { Conversation, usageOf } from './conversation.js';
import { memory } from './memory.js';
import { TurnView } from './turn-view.js';

// Two heartbeats of the server's default may be missed before the reader is told.
const SILENCE = 35_000;
const NEAR_BOTTOM = 60;

const byId = (id) => document.getElementById(id);
const page = {
  scroller: byId('scroller'),
  welcome: byId('welcome'),
  welcomeDemo: byId('welcome-demo'),
  messages: byId('messages'),
  jump: byId('jump'),
  error: byId('error'),
  demo: byId('demo'),
  composer: byId('composer'),
  prompt: byId('prompt'),
  send: byId('send'),
  stop: byId('stop'),
  retry: byId('retry'),
  newChat: byId('new-chat'),
  status: byId('status'),
  life: byId('life'),
  provider: byId('provider'),
  tokens: byId('tokens'),
  cost: byId('cost'),
  ttft: byId('ttft'),
  rate: byId('rate'),
};

const conversation = new Conversation();
let last = null;
let running = null;
let following = true;
let lastTop = 0;
let silence = 0;
let wait = 0;
let info = {};

async function ask(prompt) {
  const turn = conversation.begin(prompt);
  last?.view.note(last.turn.kept || last.turn.answer === '' ? '' : 'Not part of the conversation.');
  page.welcome.hidden = true;
  following = true;
  last = { turn, view: new TurnView(page.messages, turn, follow) };
  await run(last, (signal) => chat(conversation.messagesFor(turn), signal));
}

async function askAgain() {
  conversation.again(last.turn);
  last.view.begin();
  following = true;
  follow();
  const { turn } = last;
  await run(last, (signal) => chat(conversation.messagesFor(turn), signal));
}

/** Show a conversation that this browser has kept, and read the answer on that still runs. */
async function restore(turns) {
  conversation.restore(turns);
  page.messages.replaceChildren();
  last = null;
  for (const turn of conversation.turns) {
    last = { turn, view: new TurnView(page.messages, turn, follow) };
    if (turn.state !== 'running') {
      last.view.end(turn.state);
    }
  }
  page.welcome.hidden = last !== null;
  showError('');
  if (last?.turn.state === 'running') {
    const { turn, view } = last;
    conversation.reread(turn);
    view.begin();
    following = true;
    await run(last, (signal) => rejoin(turn.streamId, signal));
  } else {
    showState('idle', 'Ready');
    settle({ start: 0, first: 0, last: 0, tokens: 0 });
  }
}

/** Another tab has said something, has an answer, or has begun a new chat. */
function onOtherTab(turns) {
  if (running === null) {
    // Both of two tabs that have read the same answer say so
    if (isNews(turns, conversation.turns)) {
      restore(turns);
    }
  } else if (turns.length === 0) {
    forget();
  }
}

function isNews(turns, known) {
  const [there, here] = [turns.at(-1), known.at(-1)];
  return turns.length !== known.length || there?.streamId !== here?.streamId || there?.state !== here?.state;
}

/** Only what the server keeps as well can be shown again. */
function remember() {
  if (conversation.turns.some((turn) => turn.streamId !== '')) {
    memory.save(conversation.turns);
  }
}

async function run({ turn, view }, read) {
  const abort = new AbortController();
  const clock = { start: performance.now(), first: 0, last: 0, tokens: 0 };
  running = abort;
  showError('');
  showState('connecting', 'Connecting…');
  showFigures(clock);
  showButtons();
  // An answer that was abandoned by "New chat" has nothing to show any more.
  const isCurrent = () => running === abort;
  try {
    let stopped = false;
    for await (const event of read(abort.signal)) {
      signOfLife(event);
      react(event, turn, view, clock);
      stopped = event.type === 'stopped';
    }
    conversation.keep(turn);
    if (stopped) {
      finishStopped(turn, view);
    } else {
      finish(turn, view, 'complete', 'Answer complete', turn.answer === '' ? 'The answer is empty.' : '');
    }
  } catch (failure) {
    if (!isCurrent()) {
      return;
    }
    if (abort.signal.aborted) {
      conversation.keep(turn);
      finishStopped(turn, view);
    } else {
      if (!(failure instanceof ChatError)) {
        console.error(failure);
      }
      finish(turn, view, 'failed', 'Error', '');
      showError(failure instanceof ChatError ? failure.message : 'Something went wrong in this page.', failure.code);
    }
  } finally {
    if (isCurrent()) {
      running = null;
      settle(clock);
    }
  }
}

function react({ type, data }, turn, view, clock) {
  switch (type) {
    case 'open':
      showState('waiting', 'Waiting for the first token…');
      break;
    case 'start':
      turn.streamId = String(data.streamId ?? '');
      remember();
      break;
    case 'reconnecting':
      onReconnecting(data);
      break;
    case 'reconnected':
      showState(turn.answer === '' ? 'waiting' : 'streaming', 'Connected again…');
      break;
    case 'token':
      onToken(String(data.token ?? ''), turn, view, clock);
      break;
    case 'usage':
      conversation.setUsage(turn, usageOf(data));
      showFigures(clock);
      break;
    case 'metadata':
      onMetadata(data, turn, view);
      break;
    case 'retry':
      onRetry(data, turn, view, clock);
      break;
    default:
  }
}

function onToken(token, turn, view, clock) {
  conversation.addToken(turn, token);
  clock.last = performance.now();
  clock.first ||= clock.last;
  clock.tokens += 1;
  clearTimeout(wait);
  showState('streaming', 'Streaming…');
  showFigures(clock);
  view.update();
}

function onMetadata(data, turn, view) {
  if (data.model) {
    showProvider(String(data.model));
  }
  if (typeof data.reasoning === 'string') {
    turn.reasoning += data.reasoning;
    view.update();
  }
  if (data.warning) {
    view.note(String(data.warning));
  }
}

function onRetry(data, turn, view, clock) {
  if (data.discardedTokens > 0) {
    conversation.discard(turn);
    Object.assign(clock, { first: 0, last: 0, tokens: 0 });
    view.begin();
  }
  conversation.beginCall(turn);
  const count = data.maxRetries ? `${data.attempt} of ${data.maxRetries}` : `retry ${data.attempt}`;
  const delay = Number(data.delay) || 0;
  const seconds = (delay / 1000).toLocaleString('en', { maximumFractionDigits: 1 });
  showFigures(clock);
  showState('retrying', `Retrying in ${seconds} s (${count})`);
  clearTimeout(wait);
  wait = setTimeout(() => showState('waiting', 'Waiting for the first token…'), delay);
}

function onReconnecting({ delay, offline }) {
  clearTimeout(silence);
  const when = offline ? 'once you are online' : `in ${seconds(delay)}`;
  showState('retrying', `Connection lost. Going on ${when}…`);
}

function finishStopped(turn, view) {
  finish(turn, view, 'stopped', 'Stopped', turn.answer === '' ? 'Stopped before the first token.' : 'Stopped here.');
}

function finish(turn, view, state, status, note) {
  clearTimeout(wait);
  turn.state = state;
  remember();
  view.end(state);
  if (note) {
    view.note(note);
  }
  showState(state === 'failed' ? 'error' : state, status);
}

function settle(clock) {
  clearTimeout(silence);
  clearTimeout(wait);
  showFigures(clock);
  showButtons();
}

function stop() {
  running?.abort();
  stopAtServer();
}

/** Whoever only leaves may come back, so an answer that the server keeps goes on without this. */
function stopAtServer() {
  if (last?.turn.streamId && last.turn.state === 'running') {
    stopAnswer(last.turn.streamId);
  }
}

function startNewChat() {
  if (running !== null) {
    stopAtServer();
  }
  memory.clear();
  forget();
  page.prompt.focus();
}

function forget() {
  const abandoned = running;
  running = null;
  abandoned?.abort();
  conversation.clear();
  last = null;
  page.messages.replaceChildren();
  page.welcome.hidden = false;
  showError('');
  showState('idle', 'Ready');
  settle({ start: 0, first: 0, last: 0, tokens: 0 });
  page.jump.hidden = true;
}

function signOfLife({ isHeartbeat }) {
  clearTimeout(silence);
  silence = setTimeout(() => {
    showState(page.status.dataset.state, 'No sign of life from the server. Still waiting…');
  }, SILENCE);
  if (isHeartbeat && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
    page.life.animate([{ transform: 'scale(1.8)' }, { transform: 'none' }], 600);
  }
}

function showState(state, text) {
  page.status.dataset.state = state;
  page.life.dataset.state = state;
  if (page.status.textContent !== text) {
    // Only a change is announced, not each token.
    page.status.textContent = text;
  }
}

function showError(text, code = '') {
  page.error.replaceChildren();
  page.error.hidden = text === '';
  if (text !== '') {
    page.error.append(text);
  }
  if (text !== '' && code) {
    const label = document.createElement('span');
    label.className = 'code-label';
    label.textContent = code;
    page.error.append(' ', label);
  }
}

function showButtons() {
  const isRunning = running !== null;
  const hadFocus = document.activeElement;
  page.stop.hidden = !isRunning;
  page.send.hidden = isRunning;
  page.retry.hidden = isRunning || last === null;
  page.send.disabled = page.prompt.value.trim() === '';
  for (const chip of page.demo.querySelectorAll('button')) {
    chip.setAttribute('aria-disabled', String(isRunning));
  }
  if (hadFocus instanceof HTMLElement && hadFocus.hidden) {
    page.prompt.focus();
  }
}

function showFigures(clock) {
  const { tokens, cost, estimated } = conversation.totals();
  const about = estimated ? '~' : '';
  page.tokens.textContent = about + tokens.toLocaleString('en');
  page.cost.textContent = cost.size === 0 ? '–' : about + [...cost].map(money).join(' + ');
  page.ttft.textContent = clock.first ? seconds(clock.first - clock.start) : '–';
  const time = clock.last - clock.first;
  page.rate.textContent = time > 200 ? `${Math.round(((clock.tokens - 1) * 1000) / time)} tokens/s` : '–';
}

function seconds(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function money([currency, amount]) {
  try {
    const digits = amount > 0 && amount < 0.01 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 4 };
    return new Intl.NumberFormat('en', { style: 'currency', currency, ...digits }).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
}

function showProvider(model) {
  const isDemo = info.provider ? info.provider === 'demo' : model.startsWith('demo');
  const provider = isDemo ? 'Demo' : info.provider;
  page.provider.textContent = [provider, model].filter(Boolean).join(' · ');
  page.provider.title = isDemo ? 'The built-in demo provider answers: no key, no network' : 'Provider and model';
  page.provider.classList.toggle('is-demo', isDemo);
  page.provider.hidden = page.provider.textContent === '';
  page.demo.hidden = !isDemo && Boolean(info.provider);
  page.welcomeDemo.hidden = page.demo.hidden;
}

async function readInfo() {
  try {
    const response = await fetch('api/info', { headers: { Accept: 'application/json' } });
    info = response.ok ? await response.json() : {};
    if (info.provider) {
      showProvider(String(info.model ?? ''));
    }
  } catch {
    // Without it the model's name comes with the first answer.
  }
}

function isAtBottom() {
  const { scrollHeight, scrollTop, clientHeight } = page.scroller;
  return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
}

function follow() {
  if (following) {
    page.scroller.scrollTop = page.scroller.scrollHeight;
  }
  page.jump.hidden = isAtBottom();
}

function submit(prompt) {
  if (running === null && prompt.trim() !== '') {
    page.prompt.value = '';
    grow();
    ask(prompt.trim());
  }
}

function submitDemo(prompt) {
  // What the reader has typed so far stays.
  if (running === null) {
    ask(prompt);
  }
}

function grow() {
  page.prompt.style.height = 'auto';
  page.prompt.style.height = `${page.prompt.scrollHeight}px`;
  page.send.disabled = page.prompt.value.trim() === '';
}

async function copyCode(button) {
  const text = button.closest('.code').querySelector('code').textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Not allowed';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}

page.composer.addEventListener('submit', (event) => {
  event.preventDefault();
  submit(page.prompt.value);
});
page.prompt.addEventListener('keydown', (event) => {
  // Enter also ends the composition of a Japanese word, and sends nothing then.
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit(page.prompt.value);
  }
});
page.prompt.addEventListener('input', grow);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && running) {
    event.preventDefault();
    stop();
  }
});
page.stop.addEventListener('click', stop);
page.retry.addEventListener('click', () => {
  if (running === null && last !== null) {
    askAgain();
  }
});
page.newChat.addEventListener('click', startNewChat);
page.demo.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-prompt]');
  if (chip) {
    submitDemo(chip.dataset.prompt);
  }
});
page.messages.addEventListener('click', (event) => {
  const button = event.target.closest('.copy');
  if (button) {
    copyCode(button);
  }
});
page.jump.addEventListener('click', () => {
  following = true;
  follow();
  page.prompt.focus();
});
page.scroller.addEventListener('scroll', () => {
  // Only the reader scrolls up. The end also moves away when the page gets less room, and that is no wish.
  const up = page.scroller.scrollTop < lastTop;
  lastTop = page.scroller.scrollTop;
  following = isAtBottom() || (following && !up);
  page.jump.hidden = following;
}, { passive: true });
new ResizeObserver(follow).observe(page.scroller);

grow();
readInfo();
memory.onChange(onOtherTab);
if (memory.load().length > 0) {
  restore(memory.load());
}
