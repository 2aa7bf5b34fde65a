import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['oncallm'] },
  ssr: { resolve: { conditions: ['oncallm', 'node', 'default'] } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{src,testing,bench,scripts}/**/*.test.{ts,tsx}'],
          isolate: false,
          pool: 'threads',
          maxWorkers: 2,
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['suites/**/*.test.ts'],
          isolate: true,
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
