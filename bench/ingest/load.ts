import { Agent, request } from 'node:http';

/** What a stretch of load came to; times in milliseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly alerts: number;
  readonly seconds: number;
  readonly failures: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** As many requests as `connections` manage one after another. */
export async function closedLoop(
  port: number,
  bodyOf: (index: number) => { readonly body: string; readonly alerts: number },
  options: { readonly connections: number; readonly seconds: number },
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const times: number[] = [];
  let next = 0;
  let alerts = 0;
  let failures = 0;
  const began = performance.now();
  const end = began + options.seconds * 1000;
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      while (performance.now() < end) {
        const { body, alerts: many } = bodyOf(next++);
        const sent = performance.now();
        if ((await post(port, body, agent)) === 200) alerts += many;
        else failures += 1;
        times.push(performance.now() - sent);
      }
    }),
  );
  agent.destroy();
  return summary(times, alerts, failures, (performance.now() - began) / 1000);
}

/** `perSecond` requests a second, whether or not the server keeps up; a time counts from when the request was due. */
export async function openLoop(
  port: number,
  bodyOf: (index: number) => { readonly body: string; readonly alerts: number },
  options: { readonly perSecond: number; readonly seconds: number },
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const times: number[] = [];
  let alerts = 0;
  let failures = 0;
  const total = options.perSecond * options.seconds;
  const began = performance.now();
  const pending: Promise<void>[] = [];
  for (let index = 0; index < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * options.perSecond));
    for (; index < due; index += 1) {
      const dueAt = began + (index / options.perSecond) * 1000;
      const { body, alerts: many } = bodyOf(index);
      pending.push(
        post(port, body, agent).then((status) => {
          times.push(performance.now() - dueAt);
          if (status === 200) alerts += many;
          else failures += 1;
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  agent.destroy();
  return summary(times, alerts, failures, (performance.now() - began) / 1000);
}

function post(port: number, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: '/webhook',
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'user-agent': 'Alertmanager/0.28.1' },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}

function summary(times: number[], alerts: number, failures: number, seconds: number): LoadResult {
  times.sort((left, right) => left - right);
  const at = (portion: number): number => times[Math.min(times.length - 1, Math.floor(portion * times.length))] ?? 0;
  return { requests: times.length, alerts, seconds, failures, p50: at(0.5), p99: at(0.99), most: at(1) };
}
