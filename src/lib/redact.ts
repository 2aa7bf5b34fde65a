/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Each keeps what tells the reader where the secret was and drops the secret. All are linear in the length of the text. */
const SECRETS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  // A JSON Web Token: three base64url parts, the first two of which are JSON objects.
  [/\beyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]{4,}/g, REDACTED],
  [/\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',;]{4,}/gi, `$1${REDACTED}`],
  [/\b(bearer\s+)[\w.~+/=-]{16,}/gi, `$1${REDACTED}`],
  // user:password@host in a URL or connection string.
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{0,80}:)[^\s@"']{1,200}(?=@)/gi, `$1${REDACTED}`],
  [
    /\b((?:[\w-]{0,40}(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token)[\w-]{0,20})["']?\s{0,3}[:=]\s{0,3}["']?)(?!\s|["']?(?:null|none|true|false|yes|no|\[redacted\])\b)[^\s"',;&]{3,}/gi,
    `$1${REDACTED}`,
  ],
  // DB_PASS, ERLANG_COOKIE
  [/(?<=\w[_-])((?:pass|passcode|cookie)["']?\s{0,3}[:=]\s{0,3}["']?)(?!(?:null|none|true|false|yes|no|\[redacted\])\b)[^\s"',;&]{3,}/gi, `$1${REDACTED}`],
  [/\b((?:set-)?cookie["']?\s*:\s*)[^\r\n"]{4,}/gi, `$1${REDACTED}`],
  // Well-known formats: AWS access key ids, GitHub, Slack, Google API and OpenAI-style keys.
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, REDACTED],
  [/\bgh[pousr]_[A-Za-z0-9]{20,}\b/g, REDACTED],
  [/\bxox[abprs]-[A-Za-z0-9-]{10,}/g, REDACTED],
  [/\bAIza[\w-]{35}\b/g, REDACTED],
  [/\bsk-[A-Za-z0-9_-]{20,}\b/g, REDACTED],
];

/** The text without what looks like a secret. Says where one was; keeps everything else. */
export function redact(text: string): string {
  return SECRETS.reduce((kept, [pattern, replacement]) => kept.replace(pattern, replacement), text);
}
