#!/usr/bin/env bash
# npm openai: chat.completions.stream() drops the usage of a stream whose chunks have no "id"; create() doesn't.
#
# Guess: an id that is missing costs the id. Some compatible servers send none, and the text arrives all the same.
# Seen:  the helper takes a chunk without choices for a completion's usage only if it has an id: usage is undefined,
#        totalUsage() is 0 + 0, nothing is thrown. With create({ stream: true }) the usage is in the last chunk.
# Why:   who counts tokens by the helper bills nothing, and a server's tests by raw chunks don't show it.
# Ran:   openai 7.59.0, node 20.20.2, on 2026-11-28; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund openai@7.59.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in openai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
import OpenAI from 'openai';

let id;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (rest) => response.write(`data: ${JSON.stringify({ ...id, object: 'chat.completion.chunk', created: 1, model: 'm', ...rest })}\n\n`);
  chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }] });
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  chunk({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 } });
  response.end('data: [DONE]\n\n');
});
const client = new OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}/v1` });
const question = { model: 'm', messages: [{ role: 'user', content: 'Hello' }], stream_options: { include_usage: true } };
const ofHelper = async () => {
  const completion = await client.chat.completions.stream(question).finalChatCompletion();
  return { text: completion.choices[0].message.content, total: completion.usage?.total_tokens };
};
const ofChunks = async () => {
  let total;
  for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) {
    total = chunk.usage?.total_tokens ?? total;
  }
  return { total };
};
id = { id: 'chatcmpl-1' };
const withId = await ofHelper();
id = {};
const without = await ofHelper(), chunks = await ofChunks();
console.log('helper, with ids:', withId, '| helper, without:', without, '| chunks, without:', chunks);
verdict(withId.total === 11 && without.text === 'Hi' && without.total === undefined && chunks.total === 11);
JS
node run.mjs
