import { reportUrl } from '#report/to-report.ts';
import type { WebOptions } from '../options.ts';
import { type AccessKeys, deriveKeys } from './access-keys.ts';
import { asksForSignIn, keySecretsOf } from './asks-for-sign-in.ts';

/** Address of the report of a fingerprint in a cluster. */
export type ReportLink = (fingerprint: string, cluster: string) => string;

const DAY_SECONDS = 86_400;
/** Links made within one hour are the same, so that repeated answers and messages are. */
const ROUND_SECONDS = 3_600;

/** What the parameters of a link turn out to be. */
export type LinkState = 'valid' | 'expired' | 'forged';

/** The link for those who pass it on to people: signed where pages ask for a sign-in and links are to be signed, plain elsewhere. */
export async function createReportLink(options: WebOptions, clock: () => Date): Promise<ReportLink> {
  return reportLinkOf(options, clock, asksForSignIn(options) ? await deriveKeys(keySecretsOf(options).slice(0, 1)) : undefined);
}

/** The same with keys that are there already. */
export function reportLinkOf(options: WebOptions, clock: () => Date, keys: AccessKeys | undefined): ReportLink {
  const plain: ReportLink = (fingerprint, cluster) => reportUrl(options.baseUrl, fingerprint, cluster);
  if (keys === undefined || !options.signedLinks) return plain;
  return (fingerprint, cluster) => {
    const until = clock().getTime() / 1_000 + options.signedLinkDays * DAY_SECONDS;
    const exp = String(Math.ceil(until / ROUND_SECONDS) * ROUND_SECONDS);
    const url = plain(fingerprint, cluster);
    return `${url}${url.includes('?') ? '&' : '?'}exp=${exp}&sig=${keys.sign(messageOf(fingerprint, cluster, exp))}`;
  };
}

/** Checks a link that came back. */
export function stateOfLink(
  keys: AccessKeys,
  link: { readonly fingerprint: string; readonly cluster: string; readonly exp: string; readonly sig: string },
  now: Date,
): LinkState {
  if (!keys.isSigned(messageOf(link.fingerprint, link.cluster, link.exp), link.sig)) return 'forged';
  return Number(link.exp) * 1_000 > now.getTime() ? 'valid' : 'expired';
}

/** Senders choose fingerprints: half a surrogate pair does not survive the way through an address. */
function messageOf(fingerprint: string, cluster: string, exp: string): readonly string[] {
  return ['link', fingerprint.toWellFormed(), cluster, exp];
}
