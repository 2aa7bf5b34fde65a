const MAX_CHARS = 16_000;

/** Texts with alarming words that tell of no error. */
const HARMLESS: readonly RegExp[] = [
  // Nothing of the kind: "0 errors", "no errors found", "errors: 0", "failed=0", error_rate=0, "errors":0, err=<nil>, error: null.
  /(?:errors?|err|fail(?:ed|ures?)?|timeouts?|refused|denied|rejected)[\w.-]{0,40}["']?\s{0,3}[:=]\s{0,3}["']?(?:0+(?:\.0+)?%?(?![\w.])|null\b|nil\b|<nil>|none\b|false\b|""|\{\}|\[\])/gi,
  /\b(?:0|no|zero|without(?: any)?|any) (?:\w{1,20} )?(?:errors?|failures?|exceptions?|timeouts?)\b/gi,
  /(?:^|[,;:(] ?)0 failed\b/gi,
  /["']?\bexceptions?["']?\s{0,3}[:=]\s{0,3}(?:0+\b|null\b|none\b|nil\b)/g,
  // A setting, a file, a handler, a metric called so: error.log, /errors, errorHandler, bf-error-rate, --on-error, timeout (ms): 5.
  /\berrors?\.(?:log|html?|json|txt)\b/gi,
  /(?:[Ee]rror|[Ee]xception|[Ff]ailure)(?:Handler|Handling|Page|Mapper|Resolver|Filter|Middleware|Reporter|Interceptor|Boundary|Translator|Codes?|Analyzer)\w{0,20}\b/g,
  /(?:error|failure)-(?:rate|handler|page|policy|threshold|log)\w{0,10}\b/gi,
  /time-?out(?: \w{1,12})?(?: \((?:ms|s|sec|seconds)\))?\s{0,3}[:=]\s{0,3}\d{1,9}\s?(?:ms|s|sec|seconds|m)?\b/gi,
  /\b(?:deprecat\w{0,6}warning|UserWarning)\b/gi,
];
/** The text with such parts blanked out, each character of them by a space: places in the text stay where they are. At most 16,000 characters. */
export function blankHarmless(text: string): string {
  return HARMLESS.reduce((blanked, expression) => blanked.replaceAll(expression, (part) => ' '.repeat(part.length)), text.slice(0, MAX_CHARS));
}
