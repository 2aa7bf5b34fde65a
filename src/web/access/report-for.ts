import type { ReportRecord } from '#domain/views.ts';
import type { Reading } from '#store/store.ts';
import type { Viewer } from './viewer.ts';

type Which = { readonly cluster?: string | undefined; readonly episode?: string | undefined };

/** Looks up a report as far as this viewer may see it: who has a link sees the one report that it was signed for, in its cluster. */
export async function reportFor(reading: Pick<Reading, 'report'>, viewer: Viewer | null, fingerprint: string, which: Which): Promise<ReportRecord | undefined> {
  if (viewer?.kind !== 'link') return reading.report(fingerprint, { cluster: which.cluster, episodeId: which.episode });
  if (fingerprint.toWellFormed() !== viewer.fingerprint.toWellFormed()) return undefined;
  const record = await reading.report(fingerprint, { cluster: viewer.cluster, episodeId: which.episode });
  return record?.episode.fingerprint === fingerprint && record.episode.cluster === viewer.cluster ? record : undefined;
}
