import { describe, expect, it } from 'vitest';
import type { Container, Probe } from '#domain/kubernetes/pod.ts';
import type { Rule } from '#rules/rule.ts';
import { circumstances } from './objects.ts';
import { judgeProbe, type ProbeKind, probedPod, probeEvents } from './probed-pod.ts';
import { askIn, container, only, pod, service, type World, workload } from './world.ts';

/** What the rules about probes must do, whichever of the three kinds they are about. */

const REFUSED = 'dial tcp 10.0.0.7:8081: connect: connection refused';

/** A probe on port 8081 of a program on 8080. */
export function wrongPortContract(kind: ProbeKind, rule: Rule): void {
  const asking = { httpGet: { port: 8081, path: '/' } };
  const judge = (more: Partial<Container> = {}, world: Partial<World> = {}) => judgeProbe(rule, kind, probedPod(kind, asking, more), REFUSED, world);

  describe(rule.id, () => {
    it('is certain when the log and the declared port agree on another one', async () => {
      const verdict = only(await judge({}, { logs: { 'shop/web-1/app': ['server listening on 0.0.0.0:8080'] } }));
      expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('8081') } });
      expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"port":8080');
    });

    it('says less when only the declaration speaks for the other port', async () => {
      expect(only(await judge())).toMatchObject({ verdict: 'found', confidence: 'possible' });
    });

    it('is ruled out when the port is the declared one: then the program is not up', async () => {
      expect(only(await judge({ ports: [{ containerPort: 8081 }] }))).toMatchObject({ verdict: 'ruled-out' });
    });

    it('counts the ports of a sidecar, which shares the address', async () => {
      const one = probedPod(kind, asking);
      const both = { ...one, spec: { ...one.spec, containers: [...one.spec.containers, container('proxy', { ports: [{ containerPort: 8081 }] })] } };
      expect(only(await judgeProbe(rule, kind, both, REFUSED))).toMatchObject({ verdict: 'ruled-out' });
    });

    it('is certain about a port name that the container does not define', async () => {
      const named = probedPod(kind, { tcpSocket: { port: 'admin' } });
      expect(only(await judgeProbe(rule, kind, named, "couldn't find port: admin"))).toMatchObject({ verdict: 'found', confidence: 'certain' });
    });

    it('says nothing about a pod that failed while it started and is well now', async () => {
      const { subject, pods } = workload('web', [
        pod('web-1', { spec: { containers: [container('app', { [`${kind}Probe`]: { httpGet: { port: 8081 } } })] } }),
      ]);
      const [unhealthy] = pods.flatMap((own) => probeEvents(kind, own, REFUSED));
      const events = unhealthy ? [{ ...unhealthy, lastTimestamp: '2026-03-01T10:00:10Z' }] : [];
      expect(await rule.judge(subject, askIn({ pods, events, services: [service('web')] }), circumstances)).toEqual([]);
    });

    it('is undecided when events cannot be read', async () => {
      expect(only(await judge({}, { gaps: { events: 'forbidden' } }))).toMatchObject({ verdict: 'undecided', gap: { reason: 'forbidden' } });
    });
  });
}

/** A probe of `/healthz` that is answered with a status. */
export function wrongPathContract(kind: ProbeKind, rule: Rule): void {
  const judge = (status: number) =>
    judgeProbe(rule, kind, probedPod(kind, { httpGet: { port: 8080, path: '/healthz' } }), `HTTP probe failed with statuscode: ${status}`);

  describe(rule.id, () => {
    it('finds a path that the program does not have', async () => {
      expect(only(await judge(404))).toMatchObject({ verdict: 'found', confidence: 'likely', claim: { title: expect.stringContaining('/healthz') } });
    });

    it('finds a path that asks for credentials', async () => {
      expect(only(await judge(401))).toMatchObject({ verdict: 'found', claim: { explanation: expect.stringContaining('credentials') } });
    });

    it('leaves a program that says it is unwell alone', async () => {
      expect(await judge(503)).toEqual([]);
    });

    it('does not apply without an HTTP probe', async () => {
      const { subject, pods } = workload('web', [pod('web-1')]);
      expect(await rule.judge(subject, askIn({ pods }), circumstances)).toEqual([]);
    });

    it('is undecided when pods cannot be listed', async () => {
      expect(only(await rule.judge(workload('web').subject, askIn({ gaps: { pods: 'timeout' } }), circumstances))).toMatchObject({ verdict: 'undecided' });
    });
  });
}

/** A probe that speaks another protocol than the program on port 9000. */
export function wrongProtocolContract(kind: ProbeKind, rule: Rule): void {
  const HTTP2 = String.raw`Get "http://10.0.0.7:9000/": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\x00\x00\x06\x04"`;
  const nobody = 'dial tcp 10.0.0.7:9000: connect: connection refused';
  const judge = (probe: Probe, failure: string, more: Partial<World> = {}) =>
    judgeProbe(rule, kind, probedPod(kind, probe, { ports: [{ containerPort: 9000 }] }), failure, more);

  describe(rule.id, () => {
    it('finds an HTTP probe that a gRPC server answers', async () => {
      const verdict = only(await judge({ httpGet: { port: 9000 } }, HTTP2, { logs: { 'shop/web-1/app': ['starting gRPC server on :9000'] } }));
      expect(verdict).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('gRPC') } });
      expect(verdict.verdict === 'found' && verdict.claim.remedies[1]?.command).toContain('"httpGet":null');
    });

    it('finds an HTTPS probe of a plain server by its answer alone', async () => {
      const failure = 'Get "https://10.0.0.7:9000/": http: server gave HTTP response to HTTPS client';
      expect(only(await judge({ httpGet: { port: 9000, scheme: 'HTTPS' } }, failure))).toMatchObject({ verdict: 'found', confidence: 'likely' });
    });

    it('says nothing when nobody answers: the program may not be up', async () => {
      expect(await judge({ httpGet: { port: 9000 } }, nobody)).toEqual([]);
    });

    it('finds a plain probe that a server of TLS answers with 400, and takes no other 400 for it', async () => {
      const logs = (text: string) => ({ logs: { 'shop/web-1/app': [text] } });
      const said = 'http: TLS handshake error from 10.0.0.1:51022: client sent an HTTP request to an HTTPS server';
      const failure = 'HTTP probe failed with statuscode: 400';
      expect(only(await judge({ httpGet: { port: 9000 } }, failure, logs(said)))).toMatchObject({
        verdict: 'found',
        claim: { title: expect.stringContaining('speaks HTTPS') },
      });
      expect(await judge({ httpGet: { port: 9000 } }, failure, logs('GET / 400: parameter tenant is missing'))).toEqual([]);
    });

    if (kind !== 'readiness')
      it('goes by a readiness probe of that port in another protocol that was never reported to fail', async () => {
        const failure = 'timeout: failed to connect service "10.0.0.7:9000" within 1s: context deadline exceeded';
        const both = probedPod(kind, { grpc: { port: 9000 } }, { ports: [{ containerPort: 9000 }], readinessProbe: { httpGet: { port: 9000 } } });
        expect(only(await judgeProbe(rule, kind, both, failure))).toMatchObject({
          verdict: 'found',
          claim: { title: expect.stringContaining('speaks gRPC to port 9000') },
        });
        const failing = [...probeEvents(kind, both, failure), ...probeEvents('readiness', both, 'Get "http://10.0.0.7:9000/": dial tcp: connection refused')];
        expect(await judgeProbe(rule, kind, both, failure, { events: failing })).toEqual([]);
      });

    it('says nothing about TCP probes, which speak no protocol', async () => {
      expect(await judge({ tcpSocket: { port: 9000 } }, nobody)).toEqual([]);
    });

    it('is undecided when events cannot be read', async () => {
      expect(only(await judge({ httpGet: { port: 9000 } }, HTTP2, { gaps: { events: 'timeout' } }))).toMatchObject({ verdict: 'undecided' });
    });
  });
}

/** A probe that gives up on a healthy program too early. */
export function tooImpatientContract(kind: 'liveness' | 'startup', rule: Rule): void {
  const judge = (timing: Partial<Probe>, more: Partial<World> = {}, port = 8080) =>
    judgeProbe(rule, kind, probedPod(kind, { tcpSocket: { port }, ...timing }), 'dial tcp 10.0.0.7:8080: connect: connection refused', more);
  const hasty = { initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1 };

  describe(rule.id, () => {
    it('is certain about a probe that kills two seconds after the start', async () => {
      expect(only(await judge(hasty))).toMatchObject({ verdict: 'found', confidence: 'certain', claim: { title: expect.stringContaining('2 s') } });
    });

    it('is less sure about half a minute', async () => {
      expect(only(await judge({ periodSeconds: 10, failureThreshold: 3 }))).toMatchObject({ verdict: 'found', confidence: 'possible' });
    });

    it('is ruled out for a patient probe: the program hangs', async () => {
      expect(only(await judge({ initialDelaySeconds: 120, periodSeconds: 10, failureThreshold: 6 }))).toMatchObject({ verdict: 'ruled-out' });
    });

    it('leaves a probe on a port that nobody serves to the rule about ports', async () => {
      expect(await judge(hasty, {}, 9999)).toEqual([]);
    });

    it('is undecided when events cannot be read', async () => {
      expect(only(await judge({}, { gaps: { events: 'forbidden' } }))).toMatchObject({ verdict: 'undecided' });
    });
  });
}
