#!/usr/bin/env bash
# LangChain.js glues repeated finish reasons to "stopstop", and doubles raw usage counts beside a finish reason.
#
# Guess: the last chunk that has a finish reason, a model or usage counts, as usage_metadata does for each chunk's counts.
# Seen:  two chunks with "stop", as OpenRouter sends them for some models, give finish_reason "stopstop" and model_name
#        "mm". Usage beside the finish reason gives response_metadata.usage of 18 and 4 tokens where the server said, and
#        usage_metadata has, 9 and 2; with the counts so far in each chunk it is 36 and 7. In a chunk of its own it is right.
# Why:   code that asks for === "stop" or "tool_calls" takes whole answers for broken ones, cost reports have models that
#        don't exist, and sums over the raw usage are twice the bill. Read usage_metadata.
# Ran:   @langchain/openai 1.6.0, @langchain/deepseek 1.1.13, @langchain/core 1.4.0, node 20.20.2, on 2026-11-29; needs npm
#        and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @langchain/openai@1.6.0 @langchain/deepseek@1.1.13 @langchain/core@1.4.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @langchain/openai @langchain/deepseek @langchain/core; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { ChatDeepSeek } from '@langchain/deepseek';
import { ChatOpenAI } from '@langchain/openai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const chunk = (delta, finish_reason, usage) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }], usage })}\n\n`;
const counts = (completion_tokens) => ({ prompt_tokens: 9, completion_tokens, total_tokens: 9 + completion_tokens });
const begin = { role: 'assistant', content: 'Hel' };
const bodies = {
  'usage of its own': chunk(begin, null) + chunk({}, 'stop') + chunk({}, null, counts(2)).replace(/"choices":\[.*\],/, '"choices":[],'),
  'usage beside it': chunk(begin, null) + chunk({ content: 'lo' }, null) + chunk({}, 'stop', counts(2)),
  'the reason twice': chunk(begin, null) + chunk({ content: 'lo' }, 'stop') + chunk({ content: '' }, 'stop', counts(2)),
  'counts so far': chunk(begin, null, counts(1)) + chunk({ content: 'lo' }, null, counts(2)) + chunk({}, 'stop', counts(2)),
};
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body + 'data: [DONE]\n\n');
});
const options = { apiKey: 'none', model: 'm', configuration: { baseURL: `http://127.0.0.1:${await listen(server)}` } };
const seen = [];
for (const model of [new ChatOpenAI(options), new ChatDeepSeek(options)]) {
  for (const [what, text] of Object.entries(bodies)) {
    body = text;
    let whole;
    for await (const part of await model.stream('Hello')) whole = whole ? whole.concat(part) : part;
    const { finish_reason, model_name, usage } = whole.response_metadata;
    seen.push(`${finish_reason} ${model_name} ${usage.prompt_tokens}/${usage.completion_tokens} ${whole.usage_metadata.input_tokens}/${whole.usage_metadata.output_tokens}`);
    console.log(model.constructor.name.padEnd(12), what.padEnd(16), seen.at(-1));
  }
}
const each = ['stop m 9/2 9/2', 'stop m 18/4 9/2', 'stopstop mm 18/4 9/2', 'stop m 36/7 9/2'];
verdict(seen.join() === [...each, ...each].join());
JS
node run.mjs
