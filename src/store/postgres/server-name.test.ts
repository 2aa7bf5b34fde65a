import { expect, it } from 'vitest';
import { serverName } from './server-name.ts';

it.each([
  ['postgres://oncallm:p%40ss@db.shop:5433/oncallm?sslmode=no-verify', 'postgres://oncallm@db.shop:5433/oncallm'],
  ['postgresql://db/oncallm', 'postgres://db/oncallm'],
  ['postgres:///oncallm?host=/run/postgresql&password=secret', 'postgres:///run/postgresql/oncallm'],
  ['postgres://user:se#cret@db', 'postgres://…'],
])('shows %s without its secrets', (url, shown) => {
  const name = serverName(url);
  expect(name).toBe(shown);
  for (const secret of ['p%40ss', 'secret', 'cret@']) expect(name).not.toContain(secret);
});
