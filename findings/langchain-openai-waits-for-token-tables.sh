#!/usr/bin/env bash
# In a network without a way out LangChain.js hands over a streamed answer minutes after its end.
#
# Guess: a chat model talks to its base URL and to nobody else, and takes the usage that the server sends.
# Seen:  invoke() of a ChatOpenAI with streaming: true asks tiktoken.pages.dev for a table of tokens when the answer is whole,
#        to estimate what the stream has told already, and tries fourteen times, with more than a minute of waiting between
#        (three minutes by the clock). The answer is right, and so is usage_metadata. stream() asks nobody else.
# Why:   with a server of one's own behind a firewall each call of a chain or a graph seems to hang; with a way out, a
#        private deployment calls a host that nobody has approved.
# Ran:   @langchain/openai 1.6.0, @langchain/core 1.4.0, node 20.20.2, on 2026-11-29; needs npm and node. Requests to other
#        hosts are refused before they leave, and waits between tries are added up and left out.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @langchain/openai@1.6.0 @langchain/core@1.4.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @langchain/openai @langchain/core; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { ChatOpenAI } from '@langchain/openai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const chunk = (choices, more) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...more })}\n\n`;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk([{ index: 0, delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }]));
  response.write(chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]));
  response.write(chunk([], { usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 } }));
  response.end('data: [DONE]\n\n');
});
const baseURL = `http://127.0.0.1:${await listen(server)}`;
const [realFetch, realTimeout] = [globalThis.fetch, globalThis.setTimeout];
let others = [];
let waited = 0;
globalThis.fetch = async (url, options) => {
  const host = new URL(url.url ?? url).host;
  if (host === new URL(baseURL).host) return realFetch(url, options);
  others.push(host);
  throw new TypeError('fetch failed');
};
globalThis.setTimeout = (action, delay = 0, ...rest) => {
  if (!others.length) return realTimeout(action, delay, ...rest);
  waited += delay;
  return realTimeout(action, 0, ...rest);
};
console.warn = () => {};
const seen = [];
for (const method of ['invoke', 'stream']) {
  [others, waited] = [[], 0];
  const model = new ChatOpenAI({ apiKey: 'none', model: 'm', streaming: true, configuration: { baseURL } });
  let answer;
  if (method === 'invoke') answer = await model.invoke('Hello');
  else for await (const part of await model.stream('Hello')) answer = answer ? answer.concat(part) : part;
  console.log(`${method}: "${answer.text}", ${answer.usage_metadata.total_tokens} tokens; other hosts asked: ${others.length} ${[...new Set(others)]}; waited ${Math.round(waited / 1000)} s`);
  seen.push(answer.text, answer.usage_metadata.total_tokens, others.length > 10, [...new Set(others)].join(), waited > 60_000);
}
verdict(seen.join() === 'Hello,11,true,tiktoken.pages.dev,true,Hello,11,false,,false');
JS
node run.mjs
