#!/usr/bin/env bash
# CopilotKit's runtime lets an agent run to its end when the page has gone; closing the connection stops nothing.
#
# Guess: who closes the connection to the runtime ends the run, as with the agent itself, whose protocol has no other stop:
#        abortRun() of @ag-ui/client closes its connection, no more.
# Seen:  abortRun() at the agent closes the agent's connection. Through the runtime the agent is still read two seconds after
#        abortRun(), and would be to its end. Only POST …/agent/NAME/stop/THREAD ends it. The runtime keeps the run for pages
#        that connect again.
# Why:   closed tabs, and stop buttons of pages that speak plain AG-UI, cost whole answers. Let the page call stop, and bound
#        the length and time of answers behind the runtime.
# Ran:   @copilotkit/runtime 1.75.0, @ag-ui/client 1.0.0, node 20.20.2, on 2026-11-29; needs npm and node.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps @copilotkit/runtime@1.75.0 @ag-ui/client@1.0.0 @hono/node-server@1.19.9 hono@4.13.19 zod@4.1.12 \
  >npm.log 2>&1 || { cat npm.log; exit 2; }
for package in @copilotkit/runtime @ag-ui/client; do node -p "'$package ' + JSON.parse(require('fs').readFileSync('node_modules/$package/package.json')).version"; done

cat >run.mjs <<'JS'
import http from 'node:http';
import { HttpAgent } from '@ag-ui/client';
import { CopilotRuntime, createCopilotHonoHandler, InMemoryAgentRunner } from '@copilotkit/runtime/v2';
import { serve } from '@hono/node-server';
const listen = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
const verdict = (same) => {
  console.log(same ? 'As described.' : 'CHANGED');
  process.exit(same ? 0 : 1);
};
const within = (promise, time) => Promise.race([promise, new Promise((done) => setTimeout(done, time, false))]);

let closed;
const server = http.createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const { threadId, runId } = JSON.parse(body);
  const send = (event) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  send({ type: 'RUN_STARTED', threadId, runId });
  send({ type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' });
  const tokens = setInterval(() => send({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'Hi ' }), 50);
  response.on('close', () => {
    clearInterval(tokens);
    closed(true);
  });
});
const url = `http://127.0.0.1:${await listen(server)}/`;
const runtime = new CopilotRuntime({ agents: { default: new HttpAgent({ url }) }, runner: new InMemoryAgentRunner() });
const proxy = serve({ fetch: createCopilotHonoHandler({ runtime, basePath: '/api' }).fetch, hostname: '127.0.0.1', port: 0 });
await new Promise((done) => proxy.on('listening', done));
const through = `http://127.0.0.1:${proxy.address().port}/api/agent/default`;

const seen = [];
for (const [name, target] of [['the agent itself', url], ['through the runtime', `${through}/run`]]) {
  const end = new Promise((done) => { closed = done; });
  const agent = new HttpAgent({ url: target, threadId: 't', initialMessages: [{ id: '1', role: 'user', content: 'Hello' }] });
  await new Promise((read) => {
    agent.runAgent({}, { onTextMessageContentEvent: read }).catch(() => {});
  });
  agent.abortRun();
  const ended = await within(end, 2000);
  console.log(`${name}: the agent's connection is ${ended ? 'closed' : 'open'} after abortRun()`);
  seen.push(ended);
  if (!ended) {
    await fetch(`${through}/stop/t`, { method: 'POST' });
    const stopped = await within(end, 5000);
    console.log(`  and ${stopped ? 'closed' : 'open'} after stop`);
    seen.push(stopped);
  }
}
verdict(seen.join() === 'true,false,true');
JS
COPILOTKIT_TELEMETRY_DISABLED=true node run.mjs 2>/dev/null
