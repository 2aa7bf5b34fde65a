import { expect, test } from 'vitest';
import { loadConfig } from './load-config.ts';
import { OPTION_SECTIONS } from './option-sections.ts';
import { namesOf } from './read-options.ts';

function load(env: Record<string, string> = {}, files: Record<string, string> = {}) {
  return loadConfig({
    env,
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}
function config(env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const loaded = load(env, files);
  if (!loaded.ok) throw new Error(loaded.problems.join('\n'));
  return loaded;
}
function problems(env: Record<string, string>, files: Record<string, string> = {}): readonly string[] {
  const loaded = load(env, files);
  return loaded.ok ? [] : loaded.problems;
}

test('an empty environment starts with the documented defaults', () => {
  const { web, store, general } = config().config;
  expect(web).toMatchObject({
    host: '0.0.0.0',
    port: 8001,
    baseUrl: 'http://localhost:8001',
    webhookTokens: [],
    rateLimitPerIp: 100,
    rateLimitGlobal: 1000,
    trustProxy: false,
    requestTimeoutSeconds: 30,
  });
  expect(store.retentionDays).toBe(30);
  expect(general).toMatchObject({ logLevel: 'info', logFormat: 'json' });
});

test('every variable that the product documents is known', () => {
  const known = new Set(OPTION_SECTIONS.flatMap(({ options }) => options.flatMap(namesOf)));
  const documented =
    'APP_HOST APP_PORT ONCALLM_BASE_URL ONCALLM_WEBHOOK_TOKEN ONCALLM_WEBHOOK_TOKEN_FILE DATABASE_URL KUBECONFIG KUBECONFIG_PATH PROMETHEUS_URL LOKI_URL ' +
    'LLM_MODEL LLM_API_BASE OPENAI_API_KEY OPENAI_MODEL OPENAI_API_BASE ANTHROPIC_API_KEY GEMINI_API_KEY RATE_LIMIT_PER_IP RATE_LIMIT_GLOBAL TRUST_PROXY ' +
    'RETENTION_DAYS LOG_LEVEL LOG_FORMAT WORKER_THREADS REQUEST_TIMEOUT AI_TIMEOUT';
  expect(documented.split(' ').filter((name) => !known.has(name))).toEqual([]);
});

test('no two options have the same name', () => {
  const names = OPTION_SECTIONS.flatMap(({ options }) => options.flatMap(namesOf));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('a YAML file gives settings by the same names, and the environment goes before it', () => {
  const files = { '/etc/oncallm.yaml': 'APP_PORT: 9000\nLOG_LEVEL: debug\nONCALLM_WEBHOOK_TOKEN: [one-token, two-token]\nAZURE_API_KEY: x\n' };
  const { web, general } = config({ CONFIG_FILE: '/etc/oncallm.yaml', LOG_LEVEL: 'warn' }, files).config;
  expect(web.port).toBe(9000);
  expect(web.webhookTokens).toEqual(['one-token', 'two-token']);
  expect(general.logLevel).toBe('warn');
});

test('all bad values are told at once, one line each, by name', () => {
  const told = problems({ APP_PORT: '80a', RETENTION_DAYS: '0', LOG_FORMAT: 'xml', ONCALLM_BASE_URL: 'oncallm.example.com' });
  expect(told).toHaveLength(4);
  for (const name of ['APP_PORT', 'RETENTION_DAYS', 'LOG_FORMAT', 'ONCALLM_BASE_URL'])
    expect(told.filter((line) => line.startsWith(`${name}: got `))).toHaveLength(1);
  expect(told.every((line) => !line.includes('\n'))).toBe(true);
});

test('an unknown key, a missing file, and a file that is not YAML are told', () => {
  expect(problems({ CONFIG_FILE: 'a' }, { a: 'RETENTION_DAY: 3' })).toEqual(['"RETENTION_DAY" in a: there is no such setting; did you mean RETENTION_DAYS?']);
  expect(problems({ CONFIG_FILE: 'a' })).toEqual([expect.stringContaining('CONFIG_FILE: cannot read "a"')]);
  expect(problems({ CONFIG_FILE: 'a' }, { a: '- 1' })).toEqual([expect.stringContaining('NAME: value')]);
});

test('a broken file does not show its secrets', () => {
  const told = problems({ CONFIG_FILE: 'a' }, { a: 'OPENAI_API_KEY: "sesame\nAPP_PORT: 1' });
  expect(told).toHaveLength(1);
  expect(told.join()).not.toContain('sesame');
});

test('settings that libraries read by themselves do not break the start', () => {
  expect(config({ OTEL_TRACES_SAMPLER: 'x', AWS_PROFILE: 'x', LANGFUSE_DEBUG: 'x' }).ok).toBe(true);
});
