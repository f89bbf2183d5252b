// Asks a server as OpenAI's SDK does, one case after the other, and prints what its user would see, as JSON.
import OpenAI from 'openai';

const [baseURL] = process.argv.slice(2);
const openai = new OpenAI({ baseURL, apiKey: 'key', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Hi' }];
const request = { model: 'fast', messages, stream: true, stream_options: { include_usage: true } };
const failure = (ex) => ({ name: ex.constructor.name, status: ex.status, code: ex.code, message: ex.message });

async function create() {
  const seen = { text: '', reasoning: '', finish: [], usage: null, ids: 0, error: null };
  const ids = new Set();
  try {
    for await (const chunk of await openai.chat.completions.create(request)) {
      ids.add(chunk.id);
      seen.usage = chunk.usage ?? seen.usage;
      for (const { delta, finish_reason } of chunk.choices) {
        seen.text += delta.content ?? '';
        seen.reasoning += delta.reasoning_content ?? '';
        if (finish_reason) seen.finish.push(finish_reason);
      }
    }
  } catch (ex) {
    seen.error = failure(ex);
  }
  seen.ids = ids.size;
  return seen;
}

async function helper() {
  const seen = { text: '', message: null, finish: null, usage: null, error: null };
  try {
    const stream = openai.chat.completions.stream(request);
    stream.on('content', (delta) => { seen.text += delta; });
    const completion = await stream.finalChatCompletion();
    seen.message = completion.choices[0].message;
    seen.finish = completion.choices[0].finish_reason;
    seen.usage = await stream.totalUsage();
  } catch (ex) {
    seen.error = failure(ex);
  }
  return seen;
}

/** A call of a tool goes back with its result. */
async function result(message) {
  const answer = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'sunny' };
  const data = await openai.chat.completions.create({ model: 'fast', messages: [...messages, message, answer] });
  return data.choices[0].message.content;
}

async function whole(model) {
  try {
    const { response, data } = await openai.chat.completions.create({ model, messages }).withResponse();
    return { status: response.status, message: data.choices[0].message, usage: data.usage };
  } catch (ex) {
    return { ...failure(ex), retryAfter: ex.headers?.get('retry-after') };
  }
}

const seen = {};
seen.create = await create();
seen.helper = await helper();
seen.tools = await helper();
seen.result = await result(seen.tools.message);
Object.assign(seen, {
  reasoning: await create(),
  midway: await create(),
  cut: await create(),
  cutHelper: await helper(),
  whole: await whole('fast'),
  limited: await create(),
  limitedWhole: await whole('fast'),
  unknown: await whole('gpt-4o'),
  models: (await openai.models.list()).data.map(({ id }) => id),
});
console.log(JSON.stringify(seen));
