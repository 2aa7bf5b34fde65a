import type { Option } from '#lib/option.ts';

/** docs/configuration.md: every option with its default and one sentence. */
export function configurationPage(sections: readonly { readonly title: string; readonly options: readonly Option<unknown>[] }[]): string {
  return `${[
    '# Configuration',
    '',
    'Generated from the source (`npm run generate`). Every option is an environment variable; the same name works as a key in the YAML file that `CONFIG_FILE` names.',
    'What is set later wins: default, YAML file, environment, and for secrets the file that `<NAME>_FILE` names. An empty variable counts as not set.',
    'A value that cannot be used stops the start with one line that names it.',
    '',
    ...sections.flatMap(({ title, options }) => [`## ${title}`, '', '| option | default | what it does |', '| --- | --- | --- |', ...options.map(line), '']),
  ].join('\n')}`;
}

function line({ env, aliases = [], default: value, unit, about, secret }: Option<unknown>): string {
  const names = [env, ...(secret ? [`${env}_FILE`] : []), ...aliases].map((name) => `\`${name}\``).join(', ');
  const shown = value === undefined || value === '' ? '' : `\`${value}\`${unit ? ` ${unit}` : ''}`;
  return `| ${names} | ${shown} | ${about.replaceAll('|', '\\|')}${value === undefined && unit ? ` In ${unit}.` : ''} |`;
}
