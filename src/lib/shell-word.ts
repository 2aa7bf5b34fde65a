/** A word as a POSIX shell reads it back unchanged: bare when harmless, else in single quotes. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A command line of words that the shell reads back unchanged. */
export function commandLine(...words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
