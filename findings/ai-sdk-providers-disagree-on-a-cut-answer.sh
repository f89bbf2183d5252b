#!/usr/bin/env bash
# Which of the AI SDK's packages reads a stream decides whether an answer that is cut off, or a web page, is an error.
#
# Guess: they share the code that reads, so an answer without a finish reason is an error in all, or in none.
# Seen:  openai-compatible and cerebras give an "error" part, openai, mistral and groq the finish reason "interrupted", and
#        deepseek, perplexity, alibaba, moonshotai and OpenRouter's "other", which a strange finish reason gives as well.
#        An HTML page under status 200, say a proxy's, is an empty answer in the same way.
# Why:   an application tested with one of them keeps half answers as whole ones with the next. Check the finish reason,
#        for "interrupted" and "other" as well, whatever the provider.
# Ran:   ai 7.0.173, @ai-sdk/openai-compatible 3.0.92, cerebras 3.0.59, openai 4.0.118, mistral 4.0.87, groq 4.0.84,
#        deepseek 3.0.56, perplexity 4.0.49, alibaba 2.0.58, moonshotai 3.0.60, @openrouter/ai-sdk-provider 3.1.0,
#        node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
packages='ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 @ai-sdk/cerebras@3.0.59 @ai-sdk/openai@4.0.118 @ai-sdk/mistral@4.0.87
  @ai-sdk/groq@4.0.84 @ai-sdk/deepseek@3.0.56 @ai-sdk/perplexity@4.0.49 @ai-sdk/alibaba@2.0.58 @ai-sdk/moonshotai@3.0.60
  @openrouter/ai-sdk-provider@3.1.0'
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps $packages zod@4 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in $packages; do node -p "'${package%@*} ' + JSON.parse(require('fs').readFileSync('node_modules/${package%@*}/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { streamText } from 'ai';
import { createAlibaba } from '@ai-sdk/alibaba';
import { createCerebras } from '@ai-sdk/cerebras';
import { createDeepSeek } from '@ai-sdk/deepseek';
import { createGroq } from '@ai-sdk/groq';
import { createMistral } from '@ai-sdk/mistral';
import { createMoonshotAI } from '@ai-sdk/moonshotai';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { createOpenRouter } from '@openrouter/ai-sdk-provider';
import { createPerplexity } from '@ai-sdk/perplexity';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
process.on('unhandledRejection', () => {}); // promises of the same failure, beside the stream

const chunk = (content) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const bodies = { 'text/event-stream': chunk('Hel') + chunk('lo'), 'text/html': '<html><body>Please log in</body></html>' };
let type;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': type });
  response.end(bodies[type]);
});
const options = { apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}` };
const models = {
  'openai-compatible': createOpenAICompatible({ ...options, name: 'server' })('m'),
  cerebras: createCerebras(options)('m'),
  openai: createOpenAI(options).chat('m'),
  mistral: createMistral(options)('m'),
  groq: createGroq(options)('m'),
  deepseek: createDeepSeek(options)('m'),
  perplexity: createPerplexity(options)('m'),
  alibaba: createAlibaba(options)('m'),
  moonshotai: createMoonshotAI(options)('m'),
  openrouter: createOpenRouter(options)('m'),
};
const read = async (model) => {
  const seen = [];
  for await (const part of streamText({ model, prompt: 'Hello', maxRetries: 0, onError() {} }).fullStream) {
    if (part.type === 'text-delta') seen.push(part.text);
    if (part.type === 'error') seen.push('error part');
    if (part.type === 'finish') seen.push(part.finishReason);
  }
  return seen.join(' ');
};
const results = [];
for (const [name, model] of Object.entries(models)) {
  const seen = [];
  for (type of Object.keys(bodies)) seen.push(await read(model));
  console.log(name.padEnd(18), 'cut off:', seen[0].padEnd(26), 'page:', seen[1]);
  results.push(seen.join(', '));
}
const [failed, interrupted, other] = ['error part error', 'interrupted', 'other'].map((end) => `Hel lo ${end}, ${end}`);
verdict(results.join() === [failed, failed, ...Array(3).fill(interrupted), ...Array(5).fill(other)].join());
JS
node run.mjs
