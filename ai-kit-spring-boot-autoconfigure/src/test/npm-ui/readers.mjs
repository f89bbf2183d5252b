// Lets each version of the package "ai" talk to our servers, case by case, and prints what its user would see, a line of
// JSON for each chat. Arguments: stack=address, for each server.
const VERSIONS = ['5.0.0', '5.0.91', '5.0.216', '5', '6.0.0', '6.0.230', '6', '7.0.0', '7.0.31', '7'];
const FLAVOURS = ['plain', 'heartbeats', 'gzip', 'bytes'];
const WAIT = 60_000;

const servers = process.argv.slice(2).map((argument) => argument.split('='));
let chats = 0;

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

/** The body in pieces of one byte, or as it comes; whether there are heartbeats in it is told. */
function watched(response, bytes, heartbeat) {
  let text = '';
  const watch = new TransformStream({
    transform(chunk, controller) {
      text += Buffer.from(chunk).toString('latin1');
      if (text.includes(': heartbeat')) {
        heartbeat();
      }
      for (let i = 0, size = bytes ? 1 : chunk.length; i < chunk.length; i += size) {
        controller.enqueue(chunk.slice(i, i + size));
      }
    },
  });
  return new Response(response.body.pipeThrough(watch), response);
}

async function until(condition) {
  const end = Date.now() + WAIT;
  while (!condition()) {
    if (Date.now() > end) {
      throw new Error('waited too long');
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function begun(chat) {
  return chat.messages.at(-1)?.role === 'assistant' && chat.messages.at(-1).parts.some((part) => part.text);
}

const CASES = {
  async text(chat, send) {
    await send('text');
  },
  async reasoning(chat, send) {
    await send('reasoning');
  },
  async tool(chat, send) {
    await send('tool');
    const call = chat.messages.at(-1).parts.find((part) => part.type === 'tool-weather');
    const add = chat.addToolOutput ?? chat.addToolResult;
    await add.call(chat, { tool: 'weather', toolCallId: call.toolCallId, output: { degrees: 7 } });
    await until(() => chat.status === 'ready' && chat.messages.at(-1).parts.some((part) => part.type === 'text'));
  },
  async refused(chat, send) {
    await send('refused');
  },
  async midway(chat, send) {
    await send('midway');
  },
  async cut(chat, send) {
    await send('cut');
  },
  async limit(chat, send) {
    await send('limit');
  },
  async retry(chat, send) {
    await send('retry');
  },
  async restart(chat, send) {
    await send('restart');
  },
  async stop(chat, send) {
    const sent = send('slow');
    await until(() => begun(chat));
    await chat.stop();
    await sent;
  },
  async stopped(chat, send, stopOnServer) {
    const sent = send('stopped');
    await until(() => begun(chat));
    await stopOnServer();
    await sent;
  },
  async again(chat, send) {
    await send('text');
    const first = chat.messages.at(-1).id;
    await chat.regenerate();
    if (chat.messages.at(-1).id === first) {
      throw new Error('the same message twice');
    }
  },
  async file(chat) {
    await chat.sendMessage({
      text: 'file',
      files: [{ type: 'file', mediaType: 'text/plain', filename: 'a.txt', url: 'data:text/plain;base64,d29yZHM=' }],
    });
  },
  async blank(chat, send) {
    await send(' ');
  },
};

async function run(version, ai, stack, address, flavour, level, name) {
  class Chat extends ai.AbstractChat {
    constructor(init) {
      super({ ...init, state: new State() });
    }
  }
  const data = [];
  const requests = [];
  const encodings = [];
  let heartbeats = false;
  let answer;
  const number = ++chats;
  const chat = new Chat({
    id: `chat-${number}`,
    transport: new ai.DefaultChatTransport({
      api: `${address}/${name === 'stopped' ? name : 'ui'}?level=${level}&flavour=${flavour}`,
      fetch: async (url, init) => {
        requests.push(JSON.parse(init.body));
        const response = await fetch(url, init);
        if (!response.ok) {
          return response;
        }
        answer = response.headers.get('AI-Kit-Stream-Id');
        encodings.push(response.headers.get('content-encoding') ?? 'none');
        return watched(response, flavour === 'bytes', () => { heartbeats = true; });
      },
    }),
    sendAutomaticallyWhen: ai.lastAssistantMessageIsCompleteWithToolCalls,
    onData: (part) => data.push(part.type),
    onError: () => {},
  });
  let thrown;
  try {
    await CASES[name](chat, (text) => chat.sendMessage({ text: text.trim() ? `${text} ${number}` : text }),
      () => fetch(`${address}/stopped/${answer}`, { method: 'DELETE' }));
  }
  catch (error) {
    thrown = String(error.stack);
  }
  const last = chat.messages.at(-1);
  const all = (type) => last.parts.filter((part) => part.type === type);
  console.log(JSON.stringify({
    name,
    where: `ai ${version} at level ${level}, ${stack}, ${flavour}`,
    thrown,
    flavour,
    encodings,
    heartbeats,
    seen: {
      status: chat.status,
      error: chat.error?.message ?? null,
      roles: chat.messages.map((message) => message.role).join(),
      text: all('text').map((part) => part.text).join('|'),
      reasoning: all('reasoning').map((part) => part.text).join('|'),
      tools: last.parts.filter((part) => part.type.startsWith('tool-'))
        .map((part) => [part.type, part.state, JSON.stringify(part.input), JSON.stringify(part.output)].join(' ')).join('|'),
      outcome: last.metadata?.outcome ?? null,
      usage: last.metadata?.usage ? `${last.metadata.usage.inputTokens}+${last.metadata.usage.outputTokens}` : null,
      finish: last.metadata?.finishReason ?? null,
      data: data.join(),
      requests: requests.length,
      // A message is known to the server by the id that the page has for it
      ids: requests.every((request) => request.id === chat.id) ? 'same' : 'differ',
    },
  }));
}

for (const version of VERSIONS) {
  const ai = await import(`ai-${version}`);
  const major = version.slice(0, 1);
  const runs = [];
  for (const [stack, address] of servers) {
    for (const name of Object.keys(CASES)) {
      for (const flavour of FLAVOURS) {
        runs.push(run(version, ai, stack, address, flavour, major, name));
      }
      if (major !== '5') {
        runs.push(run(version, ai, stack, address, 'plain', '5', name));
      }
    }
  }
  await Promise.all(runs);
}
process.exit(0);
