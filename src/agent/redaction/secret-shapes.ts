/** What a placeholder stands for. Secrets are never shown again, not even on our own report; what is merely private is. */
export type RedactedKind = 'SECRET' | 'CARD' | 'EMAIL' | 'CUSTOM';

/** How one kind of secret looks. */
export interface SecretShape {
  readonly kind: RedactedKind;
  readonly pattern: RegExp;
  /** Says no to what only looks like it. */
  readonly genuine?: (secret: string) => boolean;
}

/** How the name of a secret ends: what stands before the word does not matter. */
const NAME = String.raw`(?:(?:passwor[dt]|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|credentials?|client[_-]?key-data|dockerconfigjson)[\w.-]{0,20}|(?:(?<=[_.-])|\b(?=pass=))pass(?:code)?(?![a-z])|cookie(?=[\\\"']{0,4}\s{0,3}[:=])|\b_?auth)`;

/** True for the name of a variable, key or field whose value is a secret: `DB_PASSWORD`, `stripe.apiKey`. */
export function isSecretName(name: string): boolean {
  return name.length <= 200 && (SECRET_NAME.test(name) || /[a-z]Pass$/.test(name)) && !HARMLESS_NAME.test(name);
}

/** True for a variable or key that is called a key and holds what looks like one: `STRIPE_KEY`, but not `PARTITION_KEY: customer`. */
export function isKeyMaterial(name: string, value: string): boolean {
  return /[_.-]key$/i.test(name) && !/public/i.test(name) && /^[\w+/=.~-]{16,}$/.test(value) && isMixed(value);
}
const SECRET_NAME =
  /passwor[dt]|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|credential|dsn$|cookie$|(?:^|[_.-])pass(?:code)?$|dockerconfigjson|_auth$|^auth$/i;
/** Names of things, not values: a Secret's name is what a reader must see, and mounting a service account's token is a switch. */
const HARMLESS_NAME =
  /(?:name|names|ref|path|file|dir|mount|mountpath|type|kind|class|count|enabled|required|version|url|uri|endpoint|ttl|expiry|timeout|length|size|max|min|limit|usage)s?$|^automount|^imagePullSecrets$|^secrets?$|^secretKeyRef$|^tokens$/i;

/** Values that are words of the configuration, not secrets. */
const PLAIN =
  /^(?:null|none|nil|true|false|yes|no|on|off|required|missing|invalid|expired|empty|unset|not|is|was|for|of|from|file|env|secret|\[redacted\]|⟦.*|<.*>|\*+|\$\(.*|\$\{.*)$/i;

const genuineValue = (value: string) => value.length >= 3 && !PLAIN.test(value);

/** Letters and digits together, as words have them seldom and secrets nearly always. */
const isMixed = (value: string) => /\d/.test(value) && /[A-Za-z]/.test(value) && !PLAIN.test(value);

/**
 * In the order in which they are looked for. A named group `secret` is what is replaced; without one, the whole match. All are linear: bounded repetition
 * before each fixed part. Sources: the providers' documented key formats, and what secret scanners look for.
 */
export const SECRET_SHAPES: readonly SecretShape[] = [
  { kind: 'SECRET', pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g },
  { kind: 'SECRET', pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]{0,2000}/g },
  {
    kind: 'SECRET',
    pattern:
      /\b(?:proxy-)?authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:(?:bearer|basic|digest|token|apikey|negotiate|aws4-hmac-sha256)\s{1,3})?(?<secret>[^\s"',;]{4,})/gi,
    genuine: genuineValue,
  },
  { kind: 'SECRET', pattern: /\b(?:bearer|basic)\s{1,3}(?<secret>[\w.~+/=-]{12,})/gi },
  { kind: 'SECRET', pattern: /\b(?:set-)?cookie["']?\s{0,3}[:=]\s{0,3}["']?(?<secret>[^\r\n"]{4,})/gi },
  { kind: 'SECRET', pattern: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@"']{0,80}:(?<secret>[^\s@"'⟦]{1,200})(?=@)/gi },
  { kind: 'SECRET', pattern: /\bhttps:\/\/hooks\.slack\.com\/(?:services|workflows)\/(?<secret>[\w/-]{10,})/g },
  {
    kind: 'SECRET',
    pattern: /\b(?:discord(?:app)?\.com\/api\/webhooks|webhook\.office\.com\/webhookb2|outlook\.office\.com\/webhook)\/(?<secret>[^\s"']{10,})/g,
  },
  {
    kind: 'SECRET',
    pattern:
      /[?&;](?:sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token|x-goog-signature|token|access_token|id_token|code|api_?key|key|password|secret)=(?<secret>[^\s&"'#;]{4,})/gi,
    genuine: genuineValue,
  },
  // `name: DB_PASSWORD` with its `value:` behind it, as environments are written in YAML and JSON.
  {
    kind: 'SECRET',
    pattern: new RegExp(
      String.raw`\bname["']?\s{0,3}[:=]\s{0,3}["']?[\w.-]{0,60}?${NAME}["']?\s{0,3},?\s{0,40}["']?value["']?\s{0,3}[:=]\s{0,3}["']?(?<secret>[^\s"',}]{1,500})`,
      'gi',
    ),
  },
  // Keys quoted twice over (JSON within JSON): \"password\":\"...\".
  {
    kind: 'SECRET',
    pattern: new RegExp(
      String.raw`${NAME}\\{0,3}["']?\s{0,3}(?::=|=>|[:=])\s{0,3}\\{0,3}(?:"(?<secret>[^"\\\r\n]{3,500})|'(?<secret2>[^'\r\n]{3,500})|(?<secret3>[^\s"',;&)\]}\\⟦]{3,500}))`,
      'gi',
    ),
    genuine: genuineValue,
  },
  {
    kind: 'SECRET',
    pattern: /(?:--?(?:password|passwd|token|secret|api-?key|access-key|client-secret)[= ]["']?)(?<secret>[^\s"'⟦-][^\s"'⟦]{2,300})/gi,
    genuine: genuineValue,
  },
  { kind: 'SECRET', pattern: /<[\w:.-]{0,40}(?:password|passwd|pwd|secret|token|api-?key)>(?<secret>[^<\r\n]{3,500})(?=<)/gi, genuine: genuineValue },
  // Said in a sentence, or an argument of its own: only what looks like a secret.
  { kind: 'SECRET', pattern: /\b(?:password|passphrase|passcode)\s{1,3}(?:(?:is|was)\s{1,3})?["']?(?<secret>[^\s"']{6,200})/gi, genuine: isMixed },
  { kind: 'SECRET', pattern: /\btoken\s{1,3}["']?(?<secret>[\w.~+/=-]{20,500})/gi, genuine: isMixed },
  { kind: 'SECRET', pattern: /\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\r\n]{0,200}?\s-p(?<secret>[^\s"'-][^\s"']{2,200})/g },
  { kind: 'SECRET', pattern: /\s(?:-u|--user|--proxy-user)[ =]["']?[^\s:"']{1,80}:(?<secret>[^\s"'⟦]{3,200})/g, genuine: (secret) => /\D/.test(secret) },
  { kind: 'SECRET', pattern: /--from-literal[= ]["']?[\w.-]{1,80}=(?<secret>[^\s"'⟦]{3,500})/g },
  // The data source names of Go's drivers: https://github.com/go-sql-driver/mysql#dsn-data-source-name
  { kind: 'SECRET', pattern: /(?<![\w.-])[\w.-]{1,60}:(?<secret>[^\s:@/⟦]{3,200})(?=@(?:tcp6?|udp|unix)\()/g },
  { kind: 'SECRET', pattern: /\bIDENTIFIED BY ["'](?<secret>[^"'\r\n]{1,200})/gi },
  { kind: 'SECRET', pattern: /\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b/g },
  {
    kind: 'SECRET',
    pattern:
      /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{30,}|hf_[A-Za-z0-9]{20,}|dop_v1_[a-f0-9]{40,}|dckr_pat_[\w-]{20,}|hvs\.[\w-]{20,}|shpat_[a-fA-F0-9]{20,}|lin_api_\w{20,}|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{10,}|AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|sk-[\w-]{16,}|(?:sk|rk|pk)_(?:live|test)_\w{10,}|whsec_\w{10,}|SG\.[\w-]{16,}\.[\w-]{16,}|SK[0-9a-f]{32}|AGE-SECRET-KEY-1[0-9A-Z]{20,}|glsa_\w{20,}|sntrys_[\w=+/-]{20,}|pat-[a-z0-9]{3}-[\w-]{20,}|NRAK-[A-Z0-9]{20,})\b/g,
  },
  { kind: 'SECRET', pattern: /\b\d{8,10}:AA[\w-]{33}\b/g },
  { kind: 'CARD', pattern: /(?<![\d.])(?:3[47]\d{2}|4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|6\d{3})(?:[ -]?\d){9,15}(?![\d.])/g, genuine: passesLuhn },
  { kind: 'EMAIL', pattern: /\b[\w.+%-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}\b/gi },
];

/** The check digit of payment cards (ISO/IEC 7812-1). */
export function passesLuhn(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '');
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
