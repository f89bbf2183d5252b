#!/usr/bin/env bash
# The AI SDK's package for Mistral fails a whole answer at a usage chunk in OpenAI's form, after all its text.
#
# Guess: a chunk without choices gives usage and is no trouble, as with nine packages beside it.
# Seen:  "choices": [] ends the stream in a TypeError ("reading 'delta'"): no finish reason, no usage, no error part. Usage
#        beside the finish reason, as Mistral's own servers send it, is read.
# Why:   vLLM, LiteLLM and other servers and gateways in front of Mistral's models send usage OpenAI's way; each answer then
#        is shown in full and fails. Use @ai-sdk/openai-compatible with them.
# Ran:   ai 7.0.173, @ai-sdk/mistral 4.0.87, @ai-sdk/openai-compatible 3.0.92, node 20.20.2, on 2026-11-29; needs npm and
#        node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps ai@7.0.173 @ai-sdk/mistral@4.0.87 @ai-sdk/openai-compatible@3.0.92 zod@4 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in ai @ai-sdk/mistral @ai-sdk/openai-compatible; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { streamText } from 'ai';
import { createMistral } from '@ai-sdk/mistral';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
process.on('unhandledRejection', () => {}); // promises of the same failure, beside the stream

const chunk = (choices, more) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...more })}\n\n`;
const choice = (delta, finish_reason = null) => [{ index: 0, delta, finish_reason }];
const usage = { usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 } };
const text = chunk(choice({ role: 'assistant', content: 'Hello' }));
const bodies = { "OpenAI's": text + chunk(choice({}, 'stop')) + chunk([], usage), "Mistral's": text + chunk(choice({ content: '' }, 'stop'), usage) };
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body + 'data: [DONE]\n\n');
});
const options = { apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}` };
const read = async (model) => {
  const seen = [];
  try {
    for await (const part of streamText({ model, prompt: 'Hello', maxRetries: 0, onError() {} }).fullStream) {
      if (part.type === 'text-delta') seen.push(part.text);
      if (part.type === 'error') seen.push('error part');
      if (part.type === 'finish') seen.push(part.finishReason, part.totalUsage.totalTokens);
    }
  } catch (ex) {
    seen.push(ex.message);
  }
  return seen.join(' ');
};
const seen = [];
for (const [form, text] of Object.entries(bodies)) {
  body = text;
  for (const model of [createMistral(options)('m'), createOpenAICompatible({ ...options, name: 'openai-compatible' })('m')]) {
    seen.push(await read(model));
    console.log(form, 'form,', model.provider + ':', seen.at(-1));
  }
}
verdict(/^Hello .*'delta'/.test(seen[0]) && seen.slice(1).every((end) => end === 'Hello stop 11'));
JS
node run.mjs
