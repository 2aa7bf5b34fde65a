import { describe, expect, it } from 'vitest';
import { alert, node } from '#testing/world.ts';
import { figureIn, namesNode, namesWorkload, tells } from './said-by-alerts.ts';

describe('tells', () => {
  it.each([
    ['TcpRetransmitsAreMany', '', 'retransmission'],
    ['SomethingWithTheNetwork', 'Node resends: 4% of its segments are retransmitted', 'retransmission'],
    ['ShopSlow', 'p95 latency of cart is 2 s', 'latency'],
    ['CPUThrottlingHigh', '', 'throttling'],
    ['PodCPUHigh', '', 'cpu'],
    ['Mem', 'Container uses 97% of its memory', 'memory'],
    ['RequestThroughputLow', '', 'traffic'],
  ] as const)('%s: %s', (name, description, matter) => expect(tells(alert(name, {}, description), matter)).toBe(true));

  it('takes no alert about vanished measurements for one about what they measure, nor words inside others', () => {
    expect(tells(alert('LatencyMetricsMissing'), 'latency')).toBe(false);
    expect(tells(alert('Cpuset', {}, 'occupus'), 'cpu')).toBe(false);
  });
});

describe('whom it names', () => {
  it('knows a workload by its names and its pods, in its namespace only', () => {
    const names = new Set(['cart', 'cart-service']);
    expect(namesWorkload(alert('A', { namespace: 'shop', service: 'cart-service' }), 'shop', names)).toBe(true);
    expect(namesWorkload(alert('A', { namespace: 'shop', pod: 'cart-1' }), 'shop', new Set(), ['cart-1'])).toBe(true);
    expect(namesWorkload(alert('A', { namespace: 'other', service: 'cart' }), 'shop', names)).toBe(false);
    expect(namesWorkload(alert('A', { namespace: 'shop', service: 'web' }), 'shop', names)).toBe(false);
  });

  it('knows a node, but not what is on it', () => {
    expect(namesNode(alert('A', { node: 'node-1' }), node('node-1'))).toBe(true);
    expect(namesNode(alert('A', { instance: '192.0.2.1:9100' }), node('node-1'))).toBe(true);
    expect(namesNode(alert('A', { node: 'node-1', pod: 'cart-1' }), node('node-1'))).toBe(false);
  });
});

it.each([
  ['Normal=0.01retrans -> Current=8.49retrans (+59027.1%)', { value: 8.49, percent: false }],
  ['CPU of worker-02 went from 3.1% to 91.5% (+2800%)', { value: 91.5, percent: true }],
  ['p95 of node-1 is high', undefined],
])('reads the figure in "%s"', (text, figure) => expect(figureIn(alert('A', {}, text))).toEqual(figure));
