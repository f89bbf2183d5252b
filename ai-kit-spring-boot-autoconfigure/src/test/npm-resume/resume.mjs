// Lets pages that were loaded anew, and transports that were cut, read answers again, and prints what their user would see,
// a line of JSON for each. Arguments: stack=address, for each server.
import { WorkflowChatTransport } from '@ai-sdk/workflow/client';

const WAIT = 60_000;
const servers = process.argv.slice(2).map((argument) => argument.split('='));
let chats = 0;
console.error = () => {};

/** What useChat keeps in React. */
class State {
  status = 'ready';
  error = undefined;
  messages = [];
  pushMessage = (message) => { this.messages = this.messages.concat(message); };
  popMessage = () => { this.messages = this.messages.slice(0, -1); };
  replaceMessage = (index, message) => {
    this.messages = [...this.messages.slice(0, index), this.snapshot(message), ...this.messages.slice(index + 1)];
  };
  snapshot = (value) => structuredClone(value);
}

async function until(condition, state = () => '') {
  const end = Date.now() + WAIT;
  while (!condition()) {
    if (Date.now() > end) {
      throw new Error(`waited too long: ${JSON.stringify(state())}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function page(ai, id, transport, messages = [], more = {}) {
  class Chat extends ai.AbstractChat {
    constructor(init) {
      super({ ...init, state: new State() });
    }
  }
  const chat = new Chat({ id, transport, onError: () => {}, ...more });
  chat.messages = messages;
  return chat;
}

function seen(chat) {
  const parts = (type) => (chat.messages.at(-1)?.parts ?? []).filter((part) => part.type === type);
  return {
    status: chat.status,
    error: chat.error?.message ?? null,
    roles: chat.messages.map((message) => message.role).join(),
    text: parts('text').map((part) => part.text).join('|'),
    reasoning: parts('reasoning').map((part) => part.text).join('|'),
    outcome: chat.messages.at(-1)?.metadata?.outcome ?? null,
  };
}

function print(name, where, fields) {
  console.log(JSON.stringify({ name, where, ...fields }));
}

/** A page is loaded anew while the answer streams, and once more after its end. */
async function reload(version, stack, address) {
  const ai = await import(`ai-${version}`);
  const number = ++chats;
  const id = `chat-${number}`;
  const api = `${address}/api/chat`;
  const statuses = [];
  const transport = () => new ai.DefaultChatTransport({
    api,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      statuses.push(`${init.method ?? 'GET'} ${response.status}`);
      return response;
    },
  });
  const begun = (chat) => chat.messages.at(-1)?.role === 'assistant'
    && chat.messages.at(-1).parts.some((part) => part.type === 'text' && part.text);
  const first = page(ai, id, transport());
  const sent = first.sendMessage({ text: `gated ${number}` });
  await until(() => begun(first), () => [version, seen(first), statuses]);
  const asked = first.messages.slice(0, 1);
  const answered = first.messages.at(-1).id;
  await first.stop();
  await sent;
  const second = page(ai, id, transport(), asked);
  const resumed = second.resumeStream();
  await until(() => begun(second), () => [version, seen(second), statuses]);
  await fetch(`${address}/go/${encodeURIComponent(asked[0].parts[0].text)}`, { method: 'POST' });
  await resumed;
  const third = page(ai, id, transport(), second.messages);
  await third.resumeStream();
  print('reload', `ai ${version}, ${stack}`, {
    seen: seen(second),
    sameId: second.messages.at(-1).id === answered,
    later: seen(third),
    statuses: statuses.join(),
  });
}

/**
 * Pages are loaded anew in the middle of an answer that goes on with a message, as it has the results of its tools: with the
 * message as it was asked with, and as it was shown. The page that was not loaded anew says what they must show.
 */
async function continued(version, stack, address) {
  const ai = await import(`ai-${version}`);
  const number = ++chats;
  const id = `chat-${number}`;
  const transport = () => new ai.DefaultChatTransport({ api: `${address}/api/chat` });
  const calls = [];
  const tools = {
    sendAutomaticallyWhen: ai.lastAssistantMessageIsCompleteWithToolCalls,
    onToolCall: ({ toolCall }) => { calls.push(toolCall.toolCallId); },
  };
  const said = (chat) => chat.messages.at(-1)?.parts.filter((part) => part.type === 'text').map((part) => part.text).join('|');
  const stay = page(ai, id, transport(), [], tools);
  await stay.sendMessage({ text: `tools ${number}` });
  for (const [toolCallId, output] of [['call-1', { degrees: 7, note: 'mild\n😀' }], ['call-2', 'dry']]) {
    const add = stay.addToolOutput ?? stay.addToolResult;
    await add.call(stay, { tool: 'weather', toolCallId, output });
  }
  await until(() => said(stay) === 'Let me see.|Hel', () => [version, seen(stay)]);
  const shown = structuredClone(stay.messages);
  const asked = structuredClone(stay.messages);
  asked.at(-1).parts = asked.at(-1).parts.slice(0, asked.at(-1).parts.findLastIndex((part) => part.type === 'step-start'));
  const loaded = [asked, shown].map((messages) => page(ai, id, transport(), messages, tools));
  const resumed = loaded.map((chat) => chat.resumeStream());
  for (const chat of loaded) {
    await until(() => chat.status === 'streaming' && said(chat) === 'Let me see.|Hel', () => [version, seen(chat)]);
  }
  await fetch(`${address}/go/${encodeURIComponent(`tools ${number}`)}`, { method: 'POST' });
  await Promise.all(resumed);
  await until(() => stay.status === 'ready', () => [version, seen(stay)]);
  const whole = (chat) => JSON.stringify(chat.messages.map(({ id, role, parts }) => ({ id, role, parts })));
  for (const chat of loaded) {
    print('continued', `ai ${version}, ${stack}`, {
      seen: seen(chat),
      messages: whole(chat),
      expected: whole(stay),
      calls: calls.join(),
    });
  }
}

/** The body as far as so many bytes, then a lost connection. */
function cut(response, bytes) {
  let left = bytes;
  const cutter = new TransformStream({
    transform(chunk, controller) {
      controller.enqueue(chunk.slice(0, left));
      left -= chunk.length;
      if (left < 0) {
        controller.error(new Error('cut'));
      }
    },
  });
  return new Response(response.body.pipeThrough(cutter), response);
}

/** The transport loses its connection again and again. */
async function workflow(stack, address, bytes, text) {
  const ai = await import('ai-7');
  const number = ++chats;
  const id = `chat-${number}`;
  const indexes = [];
  const transport = new WorkflowChatTransport({
    api: `${address}/api/chat`,
    maxConsecutiveErrors: 1000,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (init?.method !== 'POST') {
        indexes.push(Number(new URL(url).searchParams.get('startIndex')));
      }
      return response.ok ? cut(response, bytes) : response;
    },
    prepareSendMessagesRequest: ({ id, messages, trigger, messageId }) => ({
      headers: { 'Content-Type': 'application/json' },
      body: { id, messages, trigger, messageId },
    }),
  });
  const chat = page(ai, id, transport);
  await chat.sendMessage({ text: `${text} ${number}` });
  print('workflow', `${stack}, cut after ${bytes}, ${text}`, {
    seen: seen(chat),
    reconnects: indexes.length,
    ascending: indexes.every((index, i) => i === 0 || index >= indexes[i - 1]),
  });
}

/** A page with the transport is loaded anew while the answer streams, and once more after its end. */
async function workflowReload(stack, address) {
  const ai = await import('ai-7');
  const number = ++chats;
  const id = `chat-${number}`;
  const addresses = [];
  const transport = () => new WorkflowChatTransport({
    api: `${address}/api/chat`,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      addresses.push(`${response.status} ${url.slice(address.length)}`);
      return response;
    },
    prepareSendMessagesRequest: ({ id, messages, trigger, messageId }) => ({
      headers: { 'Content-Type': 'application/json' },
      body: { id, messages, trigger, messageId },
    }),
  });
  const begun = (chat) => chat.messages.at(-1)?.role === 'assistant'
    && chat.messages.at(-1).parts.some((part) => part.type === 'text' && part.text);
  const first = page(ai, id, transport());
  const sent = first.sendMessage({ text: `gated ${number}` });
  await until(() => begun(first), () => [seen(first), addresses]);
  const asked = first.messages.slice(0, 1);
  const answered = first.messages.at(-1).id;
  await first.stop();
  await sent;
  const second = page(ai, id, transport(), asked);
  const resumed = second.resumeStream();
  await until(() => begun(second), () => [seen(second), addresses]);
  await fetch(`${address}/go/${encodeURIComponent(asked[0].parts[0].text)}`, { method: 'POST' });
  await resumed;
  const third = page(ai, id, transport(), second.messages);
  await third.resumeStream();
  const empty = page(ai, 'chat-of-nobody', transport());
  await empty.resumeStream();
  print('workflow-reload', stack, {
    seen: seen(second),
    sameId: second.messages.at(-1).id === answered,
    later: seen(third),
    empty: seen(empty),
    addresses: addresses.join().replaceAll(id, 'ID'),
  });
}

for (const [stack, address] of servers) {
  await workflowReload(stack, address);
  await Promise.all(['5', '6', '7'].map((version) => reload(version, stack, address)));
  await Promise.all(['5', '6', '7'].map((version) => continued(version, stack, address)));
  for (let bytes = 150; bytes < 2000; bytes += 83) {
    await workflow(stack, address, bytes, 'whole');
  }
  await workflow(stack, address, 400, 'failing');
}
process.exit(0);
