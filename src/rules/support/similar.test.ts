import { describe, expect, it } from 'vitest';
import { editDistance, likeness, nearest } from './similar.ts';

describe('likeness', () => {
  it('is whole for the same letters', () => {
    expect(likeness('Cart_Service', 'cart-service')).toBe(1);
  });

  it('sees slips of the finger and additions', () => {
    expect(likeness('productcatalogservice', 'productcatalogservices')).toBeGreaterThan(0.9);
    expect(likeness('redis-cart-old', 'redis-cart')).toBeGreaterThan(0.5);
  });

  it('is nothing for other names, and for nothing', () => {
    expect(likeness('assistant', 'shipping')).toBe(0);
    expect(likeness('api', 'apo')).toBe(0);
    expect(likeness('---', 'cart')).toBe(0);
  });
});

it('names the nearest, or none', () => {
  expect(nearest('carts', ['mail', 'cart', 'card'])).toBe('cart');
  expect(nearest('billing', ['mail', 'cart'])).toBeUndefined();
});

it('bounds its work on hostile names', () => {
  expect(editDistance('a'.repeat(100_000), 'b'.repeat(100_000))).toBe(128);
});
