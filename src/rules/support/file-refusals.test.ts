import { describe, expect, it } from 'vitest';
import { container } from '#testing/world.ts';
import { fileRefusals, mountOf } from './file-refusals.ts';

const read = (...texts: string[]) => fileRefusals({ lines: texts.map((text) => ({ at: null, text })), truncated: false });

describe('fileRefusals', () => {
  it.each([
    ["PermissionError: [Errno 13] Permission denied: '/data/db.sqlite'", '/data/db.sqlite'],
    ["Error: EACCES: permission denied, open '/data/app.log'", '/data/app.log'],
    ['open /data/wal/000: permission denied', '/data/wal/000'],
    ['java.nio.file.AccessDeniedException: /usr/share/elasticsearch/data/nodes', '/usr/share/elasticsearch/data/nodes'],
    ['initdb: error: could not change permissions of directory "/var/lib/postgresql/data": Operation not permitted', '/var/lib/postgresql/data'],
    ["mysqld: Can't create/write to file '/var/lib/mysql/is_writable' (Errcode: 13 - Permission denied)", '/var/lib/mysql/is_writable'],
  ])('%s', (line, path) => expect(read(line)).toMatchObject([{ why: 'denied', paths: [path] }]));

  it('keeps a file without its directory', () => {
    expect(read("Fatal error: can't open the RDB file dump.rdb for reading: Permission denied")).toMatchObject([{ why: 'denied', paths: [] }]);
  });

  it.each([
    'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)',
    'ERROR: permission denied for table orders',
    'git@host: Permission denied (publickey).',
    'rpc error: code = PermissionDenied desc = permission denied',
    'all is well',
  ])('leaves out %s', (line) => expect(read(line)).toEqual([]));

  it('reads a path in typographic quotes, as coreutils write them', () => {
    expect(read('mkdir: cannot create directory \u2018/data/pg\u2019: Permission denied')).toMatchObject([{ why: 'denied', paths: ['/data/pg'] }]);
  });

  it('tells a read-only file system apart', () => expect(read('mkdir /cache: read-only file system')).toMatchObject([{ why: 'read-only', paths: ['/cache'] }]));
});

describe('mountOf', () => {
  const volumes = [
    { name: 'data', hostPath: { path: '/srv' } },
    { name: 'logs', emptyDir: {} },
  ];
  const one = container('app', {
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'logs', mountPath: '/data/logs' },
    ],
  });
  it('takes the longest mount, and whole names', () => {
    expect(mountOf('/data/logs/a', one, volumes)?.volume.name).toBe('logs');
    expect(mountOf('/data/x', one, volumes)?.volume.name).toBe('data');
    expect(mountOf('/database', one, volumes)).toBeUndefined();
  });
});
