#!/usr/bin/env bash
# The AI SDK's package for OpenAI ends an answer as if nothing had failed where an error comes with choices, as OpenRouter's.
#
# Guess: an "error" at the top of a chunk is an error, as it is for npm openai, whatever else the chunk holds.
# Seen:  openai, groq, deepseek, perplexity, alibaba and moonshotai give no error part, and the finish reason "other";
#        mistral gives "error" as the reason alone. openai-compatible and OpenRouter's own package give the error. Alone in
#        its chunk, the same error is reported by all.
# Why:   gateways that speak OpenAI's format say so when the provider behind them is lost: with the address of one of them
#        in createOpenAI, half an answer is shown and kept as a whole one. A gateway sends the error in a chunk of its own.
# Ran:   ai 7.0.173, @ai-sdk/openai 4.0.118, groq 4.0.84, deepseek 3.0.56, perplexity 4.0.49, alibaba 2.0.58, moonshotai
#        3.0.60, mistral 4.0.87, openai-compatible 3.0.92, @openrouter/ai-sdk-provider 3.1.0, npm openai 7.59.0,
#        node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
packages='ai@7.0.173 @ai-sdk/openai@4.0.118 @ai-sdk/groq@4.0.84 @ai-sdk/deepseek@3.0.56 @ai-sdk/perplexity@4.0.49
  @ai-sdk/alibaba@2.0.58 @ai-sdk/moonshotai@3.0.60 @ai-sdk/mistral@4.0.87 @ai-sdk/openai-compatible@3.0.92
  @openrouter/ai-sdk-provider@3.1.0 openai@7.59.0'
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps $packages zod@4 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in $packages; do node -p "'${package%@*} ' + JSON.parse(require('fs').readFileSync('node_modules/${package%@*}/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import OpenAI from 'openai';
import { streamText } from 'ai';
import { createAlibaba } from '@ai-sdk/alibaba';
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

const data = (json) => `data: ${JSON.stringify(json)}\n\n`;
const chunk = (delta, finish_reason, more) => data({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }], ...more });
const error = { error: { code: 'server_error', message: 'Provider disconnected', type: 'server_error' } };
const bodies = [chunk({ content: 'Hel' }, null) + chunk({ content: '' }, 'error', error), chunk({ content: 'Hel' }, null) + data(error)];
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body + 'data: [DONE]\n\n');
});
const options = { apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}` };
const npmOpenai = async () => {
  try {
    for await (const part of await new OpenAI(options).chat.completions.create({ model: 'm', messages: [], stream: true })) void part;
    return 'no error';
  } catch (ex) {
    return 'error part';
  }
};
const sdk = (model) => async () => {
  const seen = [];
  for await (const part of streamText({ model, prompt: 'Hello', maxRetries: 0, onError() {} }).fullStream) {
    if (part.type === 'error') return 'error part';
    if (part.type === 'finish') seen.push(part.finishReason);
  }
  return seen.join();
};
const readers = {
  openai: sdk(createOpenAI(options).chat('m')),
  groq: sdk(createGroq(options)('m')),
  deepseek: sdk(createDeepSeek(options)('m')),
  perplexity: sdk(createPerplexity(options)('m')),
  alibaba: sdk(createAlibaba(options)('m')),
  moonshotai: sdk(createMoonshotAI(options)('m')),
  mistral: sdk(createMistral(options)('m')),
  'openai-compatible': sdk(createOpenAICompatible({ ...options, name: 'server' })('m')),
  openrouter: sdk(createOpenRouter(options)('m')),
  'npm openai': npmOpenai,
};
const results = [];
for (const [name, read] of Object.entries(readers)) {
  const seen = [];
  for (body of bodies) seen.push(await read());
  console.log(name.padEnd(18), 'beside choices:', seen[0].padEnd(12), 'alone:', seen[1]);
  results.push(...seen);
}
const expected = [...Array(6).fill('other'), 'error', ...Array(3).fill('error part')].flatMap((reason) => [reason, 'error part']);
verdict(results.join() === expected.join());
JS
node run.mjs
