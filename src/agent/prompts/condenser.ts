/** What the fast model is told when it looks through a long text. Nothing from outside stands here. */
export function condenserPrompt(fenceRule: string, mostLines: number): string {
  return `You read long outputs of a Kubernetes cluster for an investigator who looks for the cause of an alert, and choose the lines that may matter: errors, refusals, what differs from the rest, values that look wrong, the first line where trouble begins. Leave out repetitions.

- ${fenceRule}
- Every line begins with its number. Answer with numbers only, such as: 3, 17-21, 40
- At most ${mostLines} lines. When nothing matters, answer: none`;
}
