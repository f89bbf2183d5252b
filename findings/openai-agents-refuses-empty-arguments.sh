#!/usr/bin/env bash
# OpenAI's Agents for JavaScript don't run a tool without parameters if the server sends empty text for its arguments.
#
# Guess: nothing is taken for {}, as the AI SDK and LangChain.js take it.
# Seen:  with "arguments": "{}" the tool runs. With "" it doesn't: the model is told that its arguments couldn't be parsed,
#        calls again in the same way, and the run ends in MaxTurnsExceededError.
# Why:   Anthropic streams no input for such a call, and gateways that turn it into OpenAI's format pass on nothing as
#        "": each turn is paid for, and the tool isn't run once. A server ends such a call with "{}".
# Ran:   @openai/agents 0.20.0, openai 6.49.0; ai 7.0.173, @ai-sdk/openai-compatible 3.0.92; @langchain/openai 1.6.0,
#        @langchain/core 1.4.0; node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @openai/agents@0.20.0 @openai/agents-core@0.20.0 @openai/agents-openai@0.20.0 openai@6.49.0 \
  ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 @langchain/openai@1.6.0 @langchain/core@1.4.0 zod@4 >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @openai/agents @ai-sdk/openai-compatible @langchain/openai; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import OpenAI from 'openai';
import { z } from 'zod';
import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled, tool } from '@openai/agents';
import { streamText, tool as sdkTool } from 'ai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};

const chunk = (delta, finish_reason = null) => `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
let given;
const server = http.createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  // As a model would: it calls until the tool has answered
  const answered = JSON.parse(text).messages.some((message) => message.role === 'tool' && JSON.stringify(message.content).includes('noon'));
  response.write(
    answered
      ? chunk({ role: 'assistant', content: "It's noon." }) + chunk({}, 'stop')
      : chunk({ role: 'assistant', tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'time', arguments: given } }] }) + chunk({}, 'tool_calls'),
  );
  response.end('data: [DONE]\n\n');
});
const options = { apiKey: 'none', baseURL: `http://127.0.0.1:${await listen(server)}` };
setTracingDisabled(true);
const agents = async () => {
  let runs = 0;
  const time = tool({ name: 'time', description: 'Tells the time', parameters: z.object({}), execute: async () => `noon${(runs++, '')}` });
  const agent = new Agent({ name: 'clock', model: new OpenAIChatCompletionsModel(new OpenAI(options), 'm'), tools: [time] });
  let end = 'ends';
  try {
    const stream = await run(agent, 'What time is it?', { stream: true, maxTurns: 3 });
    for await (const event of stream) void event;
    await stream.completed;
  } catch (ex) {
    end = ex.constructor.name;
  }
  return `run ${runs} times, ${end}`;
};
const aiSdk = async () => {
  const tools = { time: sdkTool({ description: 'Tells the time', inputSchema: z.object({}) }) };
  for await (const part of streamText({ model: createOpenAICompatible({ ...options, name: 'server' })('m'), tools, prompt: 'What time is it?' }).fullStream) {
    if (part.type === 'tool-call') return part.invalid ? 'invalid' : JSON.stringify(part.input);
  }
};
const langChain = async () => {
  let whole;
  for await (const part of await new ChatOpenAI({ apiKey: 'none', model: 'm', configuration: options }).stream('What time is it?')) whole = whole ? whole.concat(part) : part;
  return JSON.stringify(whole.tool_calls[0]?.args);
};
const seen = [];
for (given of ['{}', '']) {
  const each = [await agents(), await aiSdk(), await langChain()];
  console.log(`arguments ${JSON.stringify(given).padEnd(4)} agents: ${each[0]}; ai: ${each[1]}; langchain: ${each[2]}`);
  seen.push(...each);
}
verdict(seen.join(';') === 'run 1 times, ends;{};{};run 0 times, MaxTurnsExceededError;{};{}');
JS
node run.mjs
