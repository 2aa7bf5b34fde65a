import type { Rule } from '#rules/rule.ts';

/** One page for a rule: what it finds, what it asks, where its knowledge comes from. */
export function rulePage(rule: Rule): string {
  const { id, code, summary, about, role, symptoms, needs, references } = rule;
  return `${[
    `# ${code}`,
    '',
    `The cause is that ${summary}.`,
    '',
    '| | |',
    '| --- | --- |',
    `| rule | \`${id}\` |`,
    `| judges | every ${about} in the namespaces under investigation |`,
    `| role | ${role}: ${ROLES[role]} |`,
    `| explains | ${symptoms.join(', ')} |`,
    `| asks for | ${needs.join(', ')} |`,
    '',
    ...(references.length > 0 ? ['## Where the knowledge comes from', '', ...references.map(({ title, url }) => `- [${title}](${url})`), ''] : []),
  ].join('\n')}`;
}

const ROLES = {
  cause: 'changing the object it names ends the trouble',
  mechanism: 'it explains what is seen, but may have a cause of its own',
  consequence: 'it follows from something else whenever anything else is found',
} as const;

/** The list of root-cause codes, by what they are about. */
export function ruleIndex(rules: readonly Rule[]): string {
  const groups = Map.groupBy(rules, ({ about }) => about);
  return `${[
    '# Root-cause codes',
    '',
    'Every `code` that a report can carry, with the rule that finds it. Generated from the rules (`npm run generate`).',
    '',
    ...[...groups]
      .toSorted(([left], [right]) => left.localeCompare(right))
      .flatMap(([about, members]) => [
        `## ${about}`,
        '',
        '| code | the cause is that | role |',
        '| --- | --- | --- |',
        ...members
          .toSorted((left, right) => left.code.localeCompare(right.code))
          .map(({ id, code, summary, role }) => `| [${code}](${id}.md) | ${summary} | ${role} |`),
        '',
      ]),
  ].join('\n')}`;
}
