import type { LinkViewer } from '../access/viewer.ts';

/** What every page part needs besides its data: where links lead, and when "now" is. */
export interface View {
  /** Path of a route or asset as the browser must ask for it; the base URL may have a path of its own. */
  readonly href: (path: string) => string;
  /** Where people and Alertmanager reach OnCallM, without a trailing slash. */
  readonly baseUrl: string;
  /** UTC RFC 3339; '' on pages that show no time. */
  readonly now: string;
  /** The link that the reader came by: its signature is carried on to what belongs to the same report. */
  readonly link?: LinkViewer | undefined;
  /** Whether the reader may do more than read: what they may not do is not offered. */
  readonly mayAct: boolean;
}

/** A view for a base URL such as `https://oncallm.example.com` or `https://tools.example.com/oncallm/`. */
export function createView(baseUrl: string, now = '', link?: LinkViewer, mayAct = link === undefined): View {
  const base = baseUrl.replace(/\/+$/, '');
  const prefix = (URL.parse(base)?.pathname ?? '').replace(/\/+$/, '');
  return { baseUrl: base, now, link, mayAct, href: (path) => `${prefix}${path}` };
}
