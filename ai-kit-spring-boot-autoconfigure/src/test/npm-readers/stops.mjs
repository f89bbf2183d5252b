// Stops answers after their first text, and prints what a user would see, as JSON. Arguments: the server's address, and who
// stops: the "reader" leaves, or the "server" is asked to end the answer.
import { HttpAgent } from '@ag-ui/client';
import { HttpAgent as HttpAgent0 } from 'ag-ui-client-0';
import OpenAI from 'openai';

const [address, who] = process.argv.slice(2);
console.error = () => {}; // AG-UI's clients print what they throw

/** Fetches, and stops what was fetched last. */
function stopper(leave) {
  let id;
  return {
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      id = response.headers.get('AI-Kit-Stream-Id');
      return response;
    },
    stop: async () => (who === 'reader' ? leave() : fetch(`${address}/ai-kit/streams/${id}`, { method: 'DELETE' })),
  };
}

const failure = (ex) => ({ name: ex.constructor.name, code: ex.code, message: ex.message });

/** By the stream itself, or by the helper. */
async function openai(helped) {
  let stream;
  const { fetch, stop } = stopper(() => (helped ? stream.abort() : stream.controller.abort()));
  const { completions } = new OpenAI({ baseURL: `${address}/v1`, apiKey: 'key', maxRetries: 0, fetch }).chat;
  const request = { model: 'fast', messages: [{ role: 'user', content: 'Hi' }], stream: true };
  const seen = { text: '', finish: null, error: null };
  try {
    stream = helped ? completions.stream(request) : await completions.create(request);
    for await (const { choices: [{ delta, finish_reason }] } of stream) {
      seen.text += delta.content ?? '';
      seen.finish = finish_reason ?? seen.finish;
      if (delta.content) await stop();
    }
  } catch (ex) {
    seen.error = failure(ex);
  }
  return seen;
}

async function agUi(Agent) {
  let agent;
  const { fetch, stop } = stopper(() => agent.abortRun());
  agent = new Agent({ url: `${address}/ag-ui/fast`, fetch, initialMessages: [{ id: 'u1', role: 'user', content: 'Hi' }] });
  const seen = { types: [], text: '', error: null };
  agent.subscribe({
    onEvent: ({ event }) => { seen.types.push(event.type); },
    onTextMessageContentEvent: async ({ event }) => {
      seen.text += event.delta;
      await stop();
    },
    onRunErrorEvent: ({ event }) => { seen.error = { code: event.code }; },
  });
  try {
    await agent.runAgent({ runId: 'r1' });
  } catch (ex) {
    seen.thrown = failure(ex);
  }
  return seen;
}

console.log(JSON.stringify({
  create: await openai(false),
  helper: await openai(true),
  agUi0: await agUi(HttpAgent0),
  agUi: await agUi(HttpAgent),
}));
process.exit(0);
