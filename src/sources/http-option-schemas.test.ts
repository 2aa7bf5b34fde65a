import { describe, expect, it } from 'vitest';
import { headerListSchema, httpUrlSchema, timeoutSchema } from './http-option-schemas.ts';
import { lokiOptions } from './loki/options.ts';
import { prometheusOptions } from './prometheus/options.ts';

describe('options of sources over HTTP', () => {
  it('reads headers', () => {
    expect(headerListSchema.parse('X-Scope-OrgID=shop, X-Token=a=b%2Cc')).toEqual({ 'X-Scope-OrgID': 'shop', 'X-Token': 'a=b,c' });
  });

  it.each(['X-Scope-OrgID', 'bad name=x', 'a=b\r\nc', '=x'])('refuses headers %j', (text) => {
    expect(headerListSchema.safeParse(text).success).toBe(false);
  });

  it.each([
    ['http://prometheus:9090', true],
    ['https://me:pass@host/prefix?x=1', true],
    ['prometheus:9090', false],
    ['file:///etc/passwd', false],
    ['', false],
  ])('address %s: %s', (text, good) => {
    expect(httpUrlSchema.safeParse(text).success).toBe(good);
  });

  it.each(['0', '-1', '5s', '120001', '1.5'])('refuses %s milliseconds', (text) => {
    expect(timeoutSchema.safeParse(text).success).toBe(false);
  });

  it('has defaults that its own schemas take', () => {
    for (const spec of Object.values({ ...prometheusOptions, ...lokiOptions })) {
      if ('default' in spec && typeof spec.default === 'string') expect(spec.schema.safeParse(spec.default).success, spec.env).toBe(true);
    }
    expect(lokiOptions.lokiLabels.schema.parse('ns,pod_name,container_name')).toEqual({ namespace: 'ns', pod: 'pod_name', container: 'container_name' });
  });
});
