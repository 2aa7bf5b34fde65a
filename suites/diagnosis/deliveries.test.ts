import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { shiftTimes } from '#app/shift-times.ts';
import { argoMark, failedSync, fluxMark, GIVEN_VALUE, rawApplication, rawHelmRelease } from '#testing/deliveries.ts';
import { NOW } from '#testing/world.ts';
import { expectedOf, type Setting, type Stage, setStage } from './stage.ts';

const SCENARIO = 'image-denied';
const WORKLOAD = 'label-printer';
/** The alerts fire about eight minutes ago; what is delivered in the objects made for tests ends ten minutes before their noon. */
const NOON_AGO_MS = 5 * 60_000;

const stages: Stage[] = [];
async function stage(setting: Omit<Setting, 'scenario'>): Promise<Stage> {
  const one = await setStage({ scenario: SCENARIO, ...setting });
  stages.push(one);
  return one;
}
afterEach(async () => {
  await Promise.all(stages.splice(0).map((one) => one.close()));
});

/** Puts objects of an add-on into the cluster, with times as if their noon were five minutes ago. */
function add(recording: string, file: string, items: readonly unknown[]): void {
  const offset = Date.now() - NOON_AGO_MS - Date.parse(NOW);
  writeFileSync(path.join(recording, 'resources', file), shiftTimes(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), offset));
}

/** Puts the mark of what delivered it on the Deployment of the scenario. */
function mark(recording: string, { labels, annotations }: { readonly labels?: object; readonly annotations?: object }): void {
  const file = path.join(recording, 'resources/deployments.apps.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  for (const { metadata } of list.items) {
    if (metadata.name !== WORKLOAD) continue;
    Object.assign(metadata.labels, labels);
    Object.assign(metadata.annotations, annotations);
  }
  writeFileSync(file, JSON.stringify(list));
}

const addOnRequests = ({ cluster }: Stage) => Object.entries(cluster.stats().requests).filter(([request]) => /argoproj|fluxcd/.test(request));

describe('what delivered a workload', () => {
  it('Argo CD: the sync that failed is told beside the cause, the one before stands on the timeline, for one request more', async () => {
    const staged = await stage({
      prepare(recording) {
        mark(recording, argoMark('printing', WORKLOAD));
        add(recording, 'applications.argoproj.io.json', [rawApplication('printing', failedSync), rawApplication('another')]);
      },
    });
    const { status, analysis } = await staged.alert();
    expect(status).toBe('completed');
    expect(expectedOf(SCENARIO).codes).toContain(analysis?.root_causes[0]?.code);
    expect(analysis?.root_causes.map(({ code }) => code)).not.toContain('ArgoSyncFailed');
    expect(analysis?.consequences).toContainEqual(
      expect.objectContaining({ code: 'ArgoSyncFailed', subject: { kind: 'Application', namespace: 'argocd', name: 'printing' } }),
    );
    const told = analysis?.timeline.map(({ what }) => what) ?? [];
    expect(told).toContain('Argo CD synced Application argocd/printing to 9b8a7c6 (automatic)');
    expect(told.filter((what) => what.startsWith('Argo CD could not sync Application argocd/printing (9b8a7c6): Deployment'))).toHaveLength(1);
    expect(told.join('\n')).not.toContain('argocd/another');
    expect(analysis?.evidence).toContainEqual(
      expect.objectContaining({ source: 'change', query: 'kubectl -n argocd get applications.argoproj.io printing -o yaml' }),
    );
    expect(analysis?.degraded.join()).not.toMatch(/argoproj|fluxcd/);
    expect(JSON.stringify(analysis)).not.toContain(GIVEN_VALUE);
    expect(addOnRequests(staged)).toEqual([['list applications.argoproj.io', 1]]);
  });

  it('without a mark nothing is asked, whatever the cluster has', async () => {
    const staged = await stage({
      prepare(recording) {
        add(recording, 'applications.argoproj.io.json', [rawApplication('printing', failedSync)]);
        add(recording, 'helmreleases.helm.toolkit.fluxcd.io.json', [rawHelmRelease('printing')]);
      },
    });
    const { status, analysis } = await staged.alert();
    expect(status).toBe('completed');
    expect(expectedOf(SCENARIO).codes).toContain(analysis?.root_causes[0]?.code);
    expect(addOnRequests(staged)).toEqual([]);
  });

  it('a cluster that is delivered to from another one, and serves no such API, lacks nothing', async () => {
    const staged = await stage({ prepare: (recording) => mark(recording, argoMark('printing', WORKLOAD)) });
    const { analysis } = await staged.alert();
    expect(expectedOf(SCENARIO).codes).toContain(analysis?.root_causes[0]?.code);
    expect(analysis?.degraded.join()).not.toMatch(/argoproj|applications/);
  });

  it('that it may not be read is named', async () => {
    const staged = await stage({
      prepare(recording) {
        mark(recording, fluxMark('helm', 'warehouse', 'printing'));
        add(recording, 'helmreleases.helm.toolkit.fluxcd.io.json', [rawHelmRelease('printing', {}, { namespace: 'warehouse' })]);
      },
      behaviour: { forbid: 'helmreleases' },
    });
    const { analysis } = await staged.alert();
    expect(expectedOf(SCENARIO).codes).toContain(analysis?.root_causes[0]?.code);
    expect(analysis?.degraded.join()).toContain('Not allowed to list helmreleases.helm.toolkit.fluxcd.io in namespace warehouse');
  });
});
