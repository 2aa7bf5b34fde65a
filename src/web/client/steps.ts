/** One line of what is being done. */
interface Step {
  readonly seq: string;
  readonly what: string;
  readonly kind: string;
}

/** A step as the server sends it; null: something else. */
export function readStep(data: string): Step | null {
  const step: unknown = JSON.parse(data);
  if (typeof step !== 'object' || step === null || !('what' in step) || !('seq' in step) || !('kind' in step)) return null;
  return { seq: String(step.seq), what: String(step.what).slice(0, 300), kind: String(step.kind) };
}

/** Adds a line of progress to a list, as text. False: there is no list for it on the page as it is. */
export function addStep({ seq, what }: Step, list: Element | null): boolean {
  if (!list) return false;
  if (list.querySelector(`[data-seq="${CSS.escape(seq)}"]`)) return true;
  const line = document.createElement('li');
  line.dataset['seq'] = seq;
  line.textContent = what;
  list.append(line);
  const now = list.parentElement?.parentElement?.querySelector('[data-step-now]');
  if (now) now.textContent = what;
  return true;
}
