#!/usr/bin/env bash
# npm @langchain/openai loses tool calls and usage, in silence, if the first delta of a stream has no role.
#
# Guess: role is optional in a delta and there is one that answers: a message without it is the assistant's, as it is
#        for openai's own client.
# Seen:  the same stream with and without role: "assistant": with it an AIMessageChunk with the call and the usage;
#        without it a ChatMessageChunk, which has the text, but neither tool_calls nor usage_metadata.
# Why:   an agent behind a server that leaves role out sees an empty answer that finished by "tool_calls", and does
#        nothing; text alone works, so it isn't found by trying. A server should always send the role first.
# Ran:   @langchain/openai 1.6.0, @langchain/core 1.4.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @langchain/openai@1.6.0 @langchain/core@1.4.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @langchain/openai @langchain/core; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { ChatOpenAI } from '@langchain/openai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const event = (fields) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', ...fields })}\n\n`;
const chunk = (delta, finish_reason = null) => event({ choices: [{ index: 0, delta, finish_reason }] });
const usage = event({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } });
const call = { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }] };
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body + usage + 'data: [DONE]\n\n');
});
const baseURL = `http://127.0.0.1:${await listen(server)}/v1`;
const model = new ChatOpenAI({ apiKey: 'none', model: 'm', configuration: { baseURL } });
const read = async (what, answer) => {
  body = answer;
  let message;
  for await (const part of await model.stream('Hello')) {
    message = message ? message.concat(part) : part;
  }
  const seen = [message.constructor.name, message.content, message.tool_calls?.[0]?.name, message.usage_metadata?.total_tokens,
    message.response_metadata.finish_reason];
  console.log(what.padEnd(24), seen);
  return seen.map(String).join();
};
const seen = [
  await read('call, role', chunk({ role: 'assistant', content: null, ...call }) + chunk({}, 'tool_calls')),
  await read('call, no role', chunk(call) + chunk({}, 'tool_calls')),
  await read('text, no role', chunk({ content: 'Hi' }) + chunk({}, 'stop')),
];
verdict(seen.join(' ') === 'AIMessageChunk,,weather,5,tool_calls ChatMessageChunk,,undefined,undefined,tool_calls ChatMessageChunk,Hi,undefined,undefined,stop');
JS
node run.mjs
