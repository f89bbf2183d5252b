// Runs an agent as AG-UI's client does, by its oldest version that counts and by 1.0, and prints what its user would see.
import { HttpAgent } from '@ag-ui/client';
import { HttpAgent as HttpAgent0 } from 'ag-ui-client-0';

const [url] = process.argv.slice(2);
console.error = () => {}; // both print what they throw
console.warn = () => {};

async function run(Agent, result) {
  const seen = { types: [], messages: [], error: null, usage: null, tools: [] };
  const agent = new Agent({ url, threadId: 't1', initialMessages: [{ id: 'u1', role: 'user', content: 'Hi' }] });
  agent.subscribe({
    onEvent: ({ event }) => { seen.types.push(event.type); },
    onRunFinishedEvent: ({ event }) => { seen.usage = event.usage ?? null; },
    onRunErrorEvent: ({ event }) => { seen.error = { message: event.message, code: event.code }; },
    onRunFailed: ({ error }) => { seen.failure = error.message; },
  });
  try {
    const { newMessages } = await agent.runAgent({ runId: 'r1', tools: [{ name: 'weather', description: 'x', parameters: { type: 'object' } }] });
    seen.messages = newMessages;
    if (result) {
      agent.addMessage({ id: 't1', role: 'tool', toolCallId: newMessages[0].toolCalls[0].id, content: result });
      seen.after = (await agent.runAgent({ runId: 'r2' })).newMessages;
    }
  } catch (ex) {
    seen.thrown = ex.message;
  }
  return seen;
}

const seen = [];
for (const Agent of [HttpAgent0, HttpAgent]) {
  seen.push({
    text: await run(Agent),
    tools: await run(Agent, 'sunny'),
    reasoning: await run(Agent),
    midway: await run(Agent),
    cut: await run(Agent),
    limited: await run(Agent),
  });
}
console.log(JSON.stringify(seen));
