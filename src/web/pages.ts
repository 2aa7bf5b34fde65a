import type { Investigation, ProgressStep } from '#domain/investigation.ts';
import type { QuestionStep, ReaderQuestion } from '#domain/reader-question.ts';
import type { Report } from '#domain/report.ts';
import type { Transcript } from '#domain/transcript.ts';
import type { Feedback, IncidentFilter, IncidentSummary, Page } from '#domain/views.ts';
import type { LinkViewer } from './access/viewer.ts';

/**
 * The pages a person sees. Every function returns a complete HTML document, escaped, without inline script or style, readable without
 * JavaScript. The server decides what to show, the status and the headers; an implementation (pages/) decides how it looks.
 */
export interface Pages {
  /** `GET /`: the inbox. */
  inbox(data: InboxData): string;
  /** `GET /report/{fingerprint}`, in whatever state the report is. */
  report(report: Report, extra: ReportExtra): string;
  /** A link that was opened before its alert arrived; answered with 404, turns into the report by itself (`/api/v1/reports/{fingerprint}/events`). */
  waiting(fingerprint: string, link?: LinkViewer): string;
  /** What a model was asked and did. */
  transcript(data: TranscriptData): string;
  /** A path that does not exist; or, where more is known, what is missing there. */
  notFound(missing?: MissingPage): string;
  /** Any other error; `status` is the HTTP status, `detail` one sentence without secrets. */
  problem(status: number, detail: string): string;
  /** `GET /docs`: the operations of the API. */
  docs(api: ApiDescription): string;
  /** `GET /sign-in`, and what is shown instead of a page that asks for a sign-in. */
  signIn(data: SignInData): string;
}

/** What is missing, in a title and in sentences that stand alone. */
export interface MissingPage {
  readonly title: string;
  readonly detail: string;
  /** The report that it would belong to, where there is one. */
  readonly report?: ReportLink | undefined;
}

/** Which report a page leads to. */
export interface ReportLink {
  readonly fingerprint: string;
  readonly cluster: string;
}

/** Why the sign-in page is shown. */
export type SignInState =
  | 'asked'
  | 'wrong'
  | 'limited'
  | 'session-over'
  | 'link-over'
  | 'link-wrong'
  | 'signed-in'
  /** At the identity provider: it, or the person there, said no; it could not be asked; the person is in none of the groups; the way back took too long. */
  | 'provider-refused'
  | 'provider-failed'
  | 'not-let-in'
  | 'attempt-over';

export interface SignInData {
  readonly state: SignInState;
  /** Path on this server, without that of the base URL, to go to afterwards. */
  readonly next: string;
  /** Whether there is a token that a person could type in. Without it and without a provider, people are signed in by a proxy. */
  readonly hasForm: boolean;
  /** Host of the identity provider that signs people in. */
  readonly provider: string | undefined;
  /** Until the next try is looked at; 0: at once. */
  readonly waitSeconds: number;
}

export interface InboxData {
  /** As asked for, with unusable values left out; `limit` and `cursor` included. */
  readonly filter: IncidentFilter;
  readonly incidents: Page<IncidentSummary>;
  readonly counts: { readonly openIncidents: number; readonly episodes: number; readonly openEpisodes: number };
  readonly queue: { readonly queued: number; readonly running: number };
  /** null: nothing was ever delivered. */
  readonly lastDeliveryAt: string | null;
  readonly watchdogs: readonly { readonly cluster: string; readonly at: string }[];
  /** UTC RFC 3339. */
  readonly now: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
}

export interface ReportExtra {
  /** What the investigation did so far, oldest first. */
  readonly progress: readonly ProgressStep[];
  /** What people said about this investigation. */
  readonly feedback: readonly Feedback[];
  /** What readers asked; undefined: nobody can ask, no model is configured. */
  readonly questions?: readonly ReaderQuestion[] | undefined;
  /** What was done so far for those that wait for their answer, by their id. */
  readonly questionSteps?: ReadonlyMap<string, readonly QuestionStep[]> | undefined;
  /** Whether there is a transcript of what a model was asked and did. */
  readonly hasTranscript?: boolean | undefined;
  /** UTC RFC 3339. */
  readonly now: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** The link that the reader came by, who may see this report only and do nothing; undefined: a viewer. */
  readonly link?: LinkViewer | undefined;
  /** Whether the reader may do more than read; undefined: unless they came by a link. */
  readonly mayAct?: boolean | undefined;
}

export interface TranscriptData {
  readonly investigation: Pick<Investigation, 'id'>;
  /** What it answers; undefined: it is of the investigation itself. */
  readonly question: ReaderQuestion | undefined;
  readonly transcript: Transcript;
  /** The report that it belongs to, and the ids of the evidence that stands there; undefined: it has just been deleted. */
  readonly report: { readonly fingerprint: string; readonly cluster: string; readonly title: string; readonly evidence: readonly string[] } | undefined;
  /** UTC RFC 3339. */
  readonly now: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
}

/** The API as a person reads it; made from the same routes as /openapi.json. */
export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  readonly operations: readonly ApiOperation[];
}

export interface ApiOperation {
  /** Upper case. */
  readonly method: string;
  /** As in OpenAPI: `/reports/{fingerprint}`. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly parameters: readonly { readonly name: string; readonly in: 'path' | 'query' | 'header'; readonly required: boolean; readonly description: string }[];
  readonly responses: readonly { readonly status: string; readonly description: string }[];
}
