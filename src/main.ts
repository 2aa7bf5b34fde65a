#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { COMMANDS } from './cli/commands.ts';
import { runCli } from './cli/run-cli.ts';
import { createTerminal } from './cli/terminal.ts';

/** The process: arguments, environment and signals in, an exit code out. Everything else gets these handed in. */
const home = join(import.meta.dirname, '..');
const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { readonly version: string };

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `oncallm needs Node 24 or newer, and this is ${process.version}: start it with \`npm start\`, which uses the Node that \`npm ci\` brought along.\n`,
  );
  process.exit(1);
}

const ending = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // Who asks twice does not want to wait for what still runs.
    if (ending.signal.aborted) process.exit(1);
    ending.abort(new Error(`stopped by ${name}`));
  });
}
// `oncallm replay DIR | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), COMMANDS, {
  env: process.env,
  terminal: createTerminal(process.stdout, process.stderr, process.env),
  signal: ending.signal,
  readStdin: () => text(process.stdin),
  version,
  home,
});
