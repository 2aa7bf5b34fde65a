import { badRequest } from './api-error.ts';
import { type ApiObject, textAt } from './api-object.ts';
import type { ApiType } from './api-types.ts';

type Labels = Readonly<Record<string, string>>;
const NAME = '[A-Za-z0-9./_-]+';
const SET_TERM = new RegExp(`^(${NAME})\\s+(in|notin)\\s+\\(([^)]*)\\)$`);
const EQUALITY_TERM = new RegExp(`^(${NAME})\\s*(=|==|!=)\\s*(${NAME}|)$`);
const EXISTENCE_TERM = new RegExp(`^(!?)\\s*(${NAME})$`);

/** A label selector as in `?labelSelector=`: `a=b, c!=d, e in (f,g), h notin (i), j, !k`. Throws the server's 400 for anything else. */
export function parseLabelSelector(text: string | null): (labels: Labels) => boolean {
  const terms = (text ?? '').split(/,(?![^(]*\))/).map((term) => term.trim());
  const tests = terms.filter(Boolean).map(labelTest);
  return (labels) => tests.every((test) => test(labels));
}

function labelTest(term: string): (labels: Labels) => boolean {
  const set = SET_TERM.exec(term);
  if (set) {
    const [, key = '', operator, listed = ''] = set;
    const values = listed.split(',').map((value) => value.trim());
    return operator === 'in' ? (labels) => key in labels && values.includes(labels[key] ?? '') : (labels) => !values.includes(labels[key] ?? '\0');
  }
  const equality = EQUALITY_TERM.exec(term);
  if (equality) {
    const [, key = '', operator, value] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const existence = EXISTENCE_TERM.exec(term);
  if (!existence) throw badRequest(`unable to parse requirement: found '${term}', expected: in, notin, =, ==, !=, gt, lt`);
  const [, not, key = ''] = existence;
  return (labels) => key in labels === !not;
}

const REFERENCE = ['kind', 'namespace', 'name', 'uid', 'fieldPath'];
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  events: ['reason', 'type', ...REFERENCE.flatMap((field) => [`involvedObject.${field}`, `regarding.${field}`])],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
};

/** A field selector as in `?fieldSelector=`, with the fields that the server knows for the type; 400 for others. */
export function parseFieldSelector(text: string | null, type: ApiType): (object: ApiObject) => boolean {
  const tests = (text ?? '').split(',').flatMap((term) => (term ? [fieldTest(term, type)] : []));
  return (object) => tests.every((test) => test(object));
}

function fieldTest(term: string, type: ApiType): (object: ApiObject) => boolean {
  const [, field = '', operator, value] = /^([^=!]+)(!=|==|=)(.*)$/.exec(term) ?? [];
  if (!operator) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  if (!['metadata.name', 'metadata.namespace', ...(FIELDS[type.plural] ?? [])].includes(field)) throw badRequest(`field label not supported: ${field}`);
  return (object) => (textAt(object, field) === value) === (operator !== '!=');
}
