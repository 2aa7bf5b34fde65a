import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createBodyBudget } from './body-budget.ts';

const MEBIBYTE = 1024 * 1024;
const LIMIT = 32 * MEBIBYTE;

function arrive(budget: ReturnType<typeof createBodyBudget>, contentLength?: string): { readonly admitted: boolean; leave(): void } {
  const raw = new EventEmitter();
  const headers = contentLength === undefined ? {} : { 'content-length': contentLength };
  const admitted = budget.admit({ headers } as FastifyRequest, { raw } as unknown as FastifyReply);
  return { admitted, leave: () => void raw.emit('close') };
}

describe('the budget of bodies', () => {
  it('takes three of the largest at a time, and the next when one has left', () => {
    const budget = createBodyBudget(LIMIT);
    const first = arrive(budget, String(LIMIT));
    arrive(budget, String(LIMIT));
    arrive(budget, String(LIMIT));
    expect(arrive(budget, String(MEBIBYTE)).admitted).toBe(false);
    first.leave();
    expect(arrive(budget, String(MEBIBYTE)).admitted).toBe(true);
  });

  it('gives room back once, and none for who was refused', () => {
    const budget = createBodyBudget(LIMIT);
    for (let count = 0; count < 3; count++) arrive(budget, String(LIMIT));
    arrive(budget, String(LIMIT)).leave();
    expect(arrive(budget, String(LIMIT)).admitted).toBe(false);
  });

  it('always takes small bodies', () => {
    const budget = createBodyBudget(LIMIT);
    for (let count = 0; count < 3; count++) arrive(budget, String(LIMIT));
    for (let count = 0; count < 1_000; count++) expect(arrive(budget, '65536').admitted).toBe(true);
  });

  it('counts a body of unknown length too', () => {
    const budget = createBodyBudget(LIMIT);
    const admitted = Array.from({ length: 30 }, () => arrive(budget).admitted);
    expect(admitted.filter(Boolean)).toHaveLength(24);
  });

  it('leaves one that is too large to be refused for that', () => {
    const budget = createBodyBudget(LIMIT);
    for (let count = 0; count < 3; count++) arrive(budget, String(LIMIT));
    expect(arrive(budget, String(LIMIT + 1)).admitted).toBe(true);
  });
});
