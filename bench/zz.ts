import { spawn } from 'node:child_process';
import { delivery } from './ingest/deliveries.ts';
import { closedLoop } from './ingest/load.ts';
const n = Number(process.argv[2] ?? 1);
const port = 18999;
const child = spawn(process.execPath, ['--max-semi-space-size=4', '--max-old-space-size=384','--cpu-prof','--cpu-prof-dir=/tmp/prof/iout','dist/main.js','serve'], { stdio: ['ignore','inherit','inherit'], env: { PATH: process.env.PATH, APP_HOST:'127.0.0.1', APP_PORT:String(port), RATE_LIMIT_PER_IP:'0', RATE_LIMIT_GLOBAL:'0', LOG_LEVEL:'error', DATABASE_URL:'/tmp/prof/i.db' } });
for (;;) { const r = await fetch(`http://127.0.0.1:${port}/readyz`).catch(()=>undefined); if (r?.ok) break; await new Promise(r=>setTimeout(r,50)); }
let serial = 0;
const r = await closedLoop(port, () => delivery(serial++, n), { connections: 32, seconds: 5 });
console.log(n, 'alerts/s', r.alerts / r.seconds);
child.kill('SIGTERM'); await new Promise(r => child.once('exit', r));
