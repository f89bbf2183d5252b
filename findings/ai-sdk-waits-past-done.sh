#!/usr/bin/env bash
# npm ai doesn't take "data: [DONE]" for the end: an answer is over when the server closes, be it minutes later.
#
# Guess: [DONE] is there to tell the end; what reads OpenAI's format stops at it and drops the connection.
# Seen:  a server sends an answer, its finish reason and [DONE], and leaves the response open for three seconds. npm openai is
#        done within milliseconds. streamText gives out all text at once and its "finish" after three seconds, and so does
#        useChat's transport, whose own format ends in [DONE], too.
# Why:   behind a server or gateway that keeps a response open (a heartbeat that runs on, work that is done after the
#        answer) the page shows a chat that still streams. Close right after [DONE].
# Ran:   ai 7.0.173, @ai-sdk/openai-compatible 3.0.92, openai 7.59.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 openai@7.59.0 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in ai @ai-sdk/openai-compatible openai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { DefaultChatTransport, readUIMessageStream, streamText } from 'ai';
import OpenAI from 'openai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const open = 3000;
const data = (value) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta, finish_reason = null) => data({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] });
const answers = {
  '/v1/chat/completions': chunk({ role: 'assistant', content: 'Hello' }) + chunk({}, 'stop'),
  '/chat': [{ type: 'start', messageId: 'm' }, { type: 'text-start', id: 't' }, { type: 'text-delta', id: 't', delta: 'Hello' },
    { type: 'text-end', id: 't' }, { type: 'finish' }].map(data).join(''),
};
let closedByServer;
const server = http.createServer((request, response) => {
  request.resume();
  closedByServer = false;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' });
  response.write(answers[request.url] + 'data: [DONE]\n\n');
  const end = setTimeout(() => {
    closedByServer = true;
    response.end();
  }, open);
  response.on('close', () => clearTimeout(end));
});
const url = `http://127.0.0.1:${await listen(server)}`;
const readers = {
  openai: async () => {
    const client = new OpenAI({ apiKey: 'none', baseURL: `${url}/v1` });
    for await (const _ of await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true }));
  },
  streamText: async () => {
    const provider = createOpenAICompatible({ name: 'server', apiKey: 'none', baseURL: `${url}/v1` });
    for await (const part of streamText({ model: provider.chatModel('m'), prompt: 'Hi' }).fullStream) {
      if (part.type === 'text-delta') console.log('streamText has the text; the server has closed:', closedByServer);
    }
  },
  useChat: async () => {
    const stream = await new DefaultChatTransport({ api: `${url}/chat` }).sendMessages({ chatId: 'c', messages: [], trigger: 'submit-message' });
    for await (const _ of readUIMessageStream({ stream }));
  },
};
const seen = {};
for (const [name, read] of Object.entries(readers)) {
  await read();
  seen[name] = closedByServer ? 'over when the server had closed' : 'over at [DONE]';
}
console.log(seen);
verdict(Object.values(seen).join() === 'over at [DONE],over when the server had closed,over when the server had closed');
JS
node run.mjs
