import type { IncomingMessage } from 'node:http';
import { accessReview, isForbidden, parseForbid, rulesReview } from './access.ts';
import { badRequest, forbidden, methodNotAllowed, noSuchResource, notFound } from './api-error.ts';
import type { ApiType } from './api-types.ts';
import { discover } from './discovery.ts';
import { type Exchange, send, sendJson } from './exchange.ts';
import { selectPage, toList } from './list-answer.ts';
import { podLog } from './logs.ts';
import { readReview } from './review-body.ts';
import { typeKey } from './snapshot.ts';
import { toTable } from './table.ts';
import type { Target } from './target.ts';

const USER = 'system:serviceaccount:default:viewer';

/** Answers one request, or throws the ApiError that does. */
export async function answer(exchange: Exchange): Promise<void> {
  const { state, method, path, target } = exchange;
  if (target) return answerTarget(exchange, target);
  if (method !== 'GET') throw methodNotAllowed();
  if (path[0] === 'version') return sendJson(exchange, 200, { major: '1', minor: '32', gitVersion: 'v1.32.4', platform: 'linux/amd64' });
  if (['healthz', 'livez', 'readyz'].includes(path[0] ?? '')) return send(exchange, 200, 'ok', 'text/plain');
  const found = discover(path, state.snapshot.types);
  if (!found) return send(exchange, 404, '404 page not found\n', 'text/plain');
  sendJson(exchange, 200, found);
}

async function answerTarget(exchange: Exchange, target: Target): Promise<void> {
  const { state, request, query } = exchange;
  const { types } = state.snapshot;
  const rules = parseForbid(state.behaviour.forbid ?? '');
  if (target.verb === 'create' && target.group === 'authorization.k8s.io') {
    const review: unknown = readReview(await bodyOf(request), target.plural);
    const reviewed = target.plural === 'selfsubjectrulesreviews' ? rulesReview : accessReview;
    return sendJson(exchange, 201, reviewed(review, types, rules));
  }
  if (!['get', 'list', 'watch'].includes(target.verb)) {
    state.stats.writes.push(exchange.what);
    throw methodNotAllowed();
  }
  if (!types.some((type) => type.group === target.group && type.version === target.version)) return send(exchange, 404, '404 page not found\n', 'text/plain');
  const type = typeOf(types, target);
  if (isForbidden(rules, { ...target, namespaced: type.namespaced })) {
    throw forbidden(USER, target.verb, type, target.subresource, target.name, target.namespace);
  }
  if (target.verb === 'watch') throw methodNotAllowed();
  if (!target.name) {
    const page = selectPage(state.snapshot, state.generation, type, target, query);
    return sendJson(exchange, 200, wantsTable(request) ? toTable(type, page.items, page.metadata, state.snapshot.takenAt) : toList(type, page));
  }
  answerObject(exchange, target, type);
}

function typeOf(types: readonly ApiType[], target: Target): ApiType {
  const type = types.find(({ group, version, plural }) => group === target.group && version === target.version && plural === target.plural);
  const scopeFits = type?.namespaced ? target.namespace !== undefined || !target.name : target.namespace === undefined;
  const subresourceFits = !target.subresource || type?.subresources.includes(target.subresource);
  if (!type || !scopeFits || !subresourceFits) throw noSuchResource();
  return type;
}

function answerObject(exchange: Exchange, { name, namespace, subresource }: Target, type: ApiType): void {
  const { state, query } = exchange;
  const objects = state.snapshot.objects.get(typeKey(type)) ?? [];
  const object = objects.find(({ metadata }) => metadata.name === name && (!type.namespaced || metadata.namespace === namespace));
  if (!object) throw notFound(type, name);
  if (subresource === 'log') {
    const text = podLog(state.snapshot, object, query);
    send(exchange, text === null ? 204 : 200, text ?? '', 'text/plain');
    return;
  }
  if (subresource) throw badRequest(`${subresource} is not recorded`);
  sendJson(exchange, 200, wantsTable(exchange.request) ? toTable(type, [object], {}, state.snapshot.takenAt) : object);
}

function wantsTable({ headers }: IncomingMessage): boolean {
  return /as=Table/.test(headers.accept ?? '');
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
