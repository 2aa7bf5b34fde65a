import { describe, expect, it } from 'vitest';
import { podIn } from '#testing/objects.ts';
import { pod } from '#testing/world.ts';
import { imageName, pulledImages, pullFailure } from './image-pull.ts';

describe('pullFailure', () => {
  it.each([
    ['failed to resolve reference "x/y:1": x/y:1: not found', 'not-found'],
    ['Error response from daemon: manifest for y:1 not found: manifest unknown', 'not-found'],
    ['Failed to apply default image tag "a b": couldn\'t parse image name: invalid reference format', 'invalid-name'],
    ["pull access denied for y, repository does not exist or may require 'docker login': denied", 'denied'],
    ['failed to authorize: failed to fetch anonymous token: unexpected status from GET request: 401 Unauthorized', 'denied'],
    ['unexpected status from HEAD request to https://x/v2/y/manifests/1: 403 Forbidden', 'denied'],
    ['dial tcp: lookup registry.example on 10.0.0.10:53: no such host', 'dns'],
    ['dial tcp: lookup registry.example on 10.0.0.10:53: read udp 10.0.0.1:4->10.0.0.10:53: i/o timeout', 'dns'],
    ['dial tcp: lookup registry.example: Temporary failure in name resolution', 'dns'],
    ['dial tcp 192.0.2.4:443: i/o timeout', 'unreachable'],
    ['tls: failed to verify certificate: x509: certificate signed by unknown authority', 'unreachable'],
    ['http: server gave HTTP response to HTTPS client', 'unreachable'],
    ['toomanyrequests: You have reached your pull rate limit', 'rate-limited'],
    ['no match for platform in manifest: not found', 'platform'],
    ['Container image "y:1" is not present with pull policy of Never', 'never-pulled'],
    ['Back-off pulling image "y:1"', 'unknown'],
  ])('reads %s as %s', (text, failure) => expect(pullFailure(text)).toBe(failure));
});

describe('imageName', () => {
  it.each([
    ['redis', { registry: 'docker.io', repository: 'library/redis', version: 'latest' }],
    ['acme/app:1.2', { registry: 'docker.io', repository: 'acme/app', version: '1.2' }],
    ['localhost:5000/app:1', { registry: 'localhost:5000', repository: 'app', version: '1' }],
    ['registry.example/team/app@sha256:abc', { registry: 'registry.example', repository: 'team/app', version: 'sha256:abc' }],
    ['', { registry: 'docker.io', repository: 'library/', version: 'latest' }],
  ])('takes %s apart', (reference, name) => expect(imageName(reference)).toEqual(name));
});

describe('pulledImages', () => {
  it('counts what runs or ran, not what waits for its image', () => {
    const waiting = podIn('a', { waiting: { reason: 'ErrImagePull' } });
    expect(pulledImages([waiting])).toEqual([]);
    expect(pulledImages([pod('b')])).toEqual(['registry.example/app:1.0']);
  });
});
