import { describe, expect, it } from 'vitest';
import type { LogEntry } from './entry.ts';
import { parseLines } from './parse-lines.ts';

function parse(text: string): readonly LogEntry[] {
  return parseLines(text.split('\n').map((line) => ({ at: null, text: line })));
}
function one(text: string): LogEntry {
  const entries = parse(text);
  expect(entries.map(({ message }) => message)).toHaveLength(1);
  return entries[0]!;
}

describe('formats', () => {
  const AT = '2025-01-02T15:04:05.123Z';
  it.each<readonly [string, string, Partial<LogEntry>]>([
    [
      'zap JSON',
      '{"level":"error","ts":1735830245.123,"logger":"db","msg":"ping failed","error":"dial tcp: refused"}',
      { at: AT, level: 'error', logger: 'db', message: 'ping failed: dial tcp: refused' },
    ],
    [
      'pino JSON',
      '{"level":50,"time":1735830245123,"pid":1,"msg":"request failed","err":{"type":"Error","message":"connect ECONNREFUSED"}}',
      { at: AT, level: 'error', message: 'request failed: connect ECONNREFUSED' },
    ],
    ['Stackdriver JSON', '{"severity":"warning","timestamp":"2025-01-02T15:04:05.123456789Z","message":"slow"}', { at: AT, level: 'warning', message: 'slow' }],
    [
      'ECS JSON',
      '{"@timestamp":"2025-01-02T15:04:05.123Z","log.level":"ERROR","log.logger":"c.e.Foo","message":"broken"}',
      { at: AT, level: 'error', logger: 'c.e.Foo', message: 'broken' },
    ],
    [
      'MongoDB JSON',
      '{"t":{"$date":"2025-01-02T15:04:05.123+00:00"},"s":"E","c":"NETWORK","id":1,"ctx":"main","msg":"Failed","attr":{"error":"Address already in use"}}',
      { at: AT, level: 'error', logger: 'NETWORK', message: 'Failed: Address already in use' },
    ],
    ['Docker wrapper', '{"log":"level=error msg=\\"no\\"\\n","stream":"stderr","time":"2025-01-02T15:04:05.123Z"}', { at: AT, level: 'error', message: 'no' }],
    [
      'logfmt',
      'time=2025-01-02T15:04:05.123Z level=warn component=tsdb msg="Compaction failed" err="disk \\"full\\""',
      { at: AT, level: 'warning', logger: 'tsdb', message: 'Compaction failed: disk "full"' },
    ],
    [
      'klog',
      'E0102 15:04:05.123456       1 reflector.go:138] Failed to watch *v1.Pod',
      { level: 'error', logger: 'reflector.go:138', message: 'Failed to watch *v1.Pod', at: undefined },
    ],
    [
      'klog, structured',
      'I0102 15:04:05.123456       1 sync.go:8] "Sync failed" pod="shop/web" err="timeout"',
      { level: 'info', message: 'Sync failed: timeout' },
    ],
    [
      'Spring Boot',
      '2025-01-02 15:04:05.123 ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed',
      { at: AT, level: 'error', logger: 'o.s.boot.SpringApplication', message: 'Application run failed' },
    ],
    [
      'Spring Boot 3',
      '2025-01-02T15:04:05.123Z  WARN 1 --- [orders] [nio-8080-exec-1] c.e.Foo : slow',
      { at: AT, level: 'warning', logger: 'c.e.Foo', message: 'slow' },
    ],
    ['logback', '15:04:05.123 [main] ERROR c.e.Foo - broken', { at: undefined, level: 'error', logger: 'c.e.Foo', message: 'broken' }],
    ['Python, default', 'ERROR:app.db:broken', { level: 'error', logger: 'app.db', message: 'broken' }],
    ['Python, usual', '2025-01-02 15:04:05,123 - app.db - ERROR - broken', { at: AT, level: 'error', logger: 'app.db', message: 'broken' }],
    ['gunicorn', '[2025-01-02 16:04:05 +0100] [7] [ERROR] Worker timeout', { at: '2025-01-02T15:04:05.000Z', level: 'error', message: 'Worker timeout' }],
    [
      'nginx error',
      '2025/01/02 15:04:05 [error] 29#29: *1 connect() failed (111: Connection refused)',
      { level: 'error', message: 'connect() failed (111: Connection refused)' },
    ],
    [
      'nginx access',
      '10.1.1.7 - - [02/Jan/2025:15:04:05 +0000] "GET /api HTTP/1.1" 502 150 "-" "curl"',
      { level: 'warning', message: 'GET /api 502', request: { method: 'GET', path: '/api', status: 502, flags: undefined } },
    ],
    [
      'Envoy access',
      '[2025-01-02T15:04:05.123Z] "POST /pay HTTP/2" 503 UF upstream_reset_before_response_started{connection_timeout} - "-" 0 91',
      { at: AT, request: { method: 'POST', path: '/pay', status: 503, flags: 'UF' } },
    ],
    [
      'Envoy',
      '[2025-01-02 15:04:05.123][1][error][config] [source/common/x.cc:42] gRPC config rejected',
      { at: AT, level: 'error', message: 'gRPC config rejected' },
    ],
    ['Redis', '1:M 02 Jan 2025 15:04:05.123 # Fatal error', { at: AT, level: 'warning', message: 'Fatal error' }],
    ['PostgreSQL', '2025-01-02 15:04:05.123 UTC [42] FATAL:  role "app" does not exist', { at: AT, level: 'fatal', message: 'role "app" does not exist' }],
    ['PostgreSQL with user', '2025-01-02 15:04:05.123 UTC [42] app@shop FATAL:  too many clients', { level: 'fatal', message: 'too many clients' }],
    ['MySQL', '2025-01-02T15:04:05.123456Z 0 [ERROR] [MY-010119] [Server] Aborting', { at: AT, level: 'error', message: 'Aborting' }],
    ['RabbitMQ', '2025-01-02 15:04:05.123456+00:00 [error] <0.123.0> closing connection', { at: AT, level: 'error', message: 'closing connection' }],
    ['Kafka', '[2025-01-02 15:04:05,123] ERROR Exiting Kafka (kafka.Kafka$)', { at: AT, level: 'error', message: 'Exiting Kafka (kafka.Kafka$)' }],
    [
      'zap console',
      '2025-01-02T15:04:05.123Z\tERROR\tsetup\tunable to start\t{"error":"x"}',
      { at: AT, level: 'error', logger: 'setup', message: 'unable to start {"error":"x"}' },
    ],
    ['env_logger', '[2025-01-02T15:04:05Z ERROR app::db] broken', { level: 'error', logger: 'app::db', message: 'broken' }],
    ['Ruby', 'E, [2025-01-02T15:04:05.123456 #1] ERROR -- : broken', { at: AT, level: 'error', message: 'broken' }],
    [
      'Go log',
      '2025/01/02 15:04:05 listen tcp :80: bind: permission denied',
      { at: '2025-01-02T15:04:05.000Z', level: undefined, message: 'listen tcp :80: bind: permission denied' },
    ],
    ['plain', 'server started', { at: undefined, level: undefined, message: 'server started' }],
    ['colours', '\u001b[31mERROR\u001b[0m broken', { level: 'error', message: 'broken' }],
    ['CRI prefix', '2025-01-02T15:04:05.123456789Z stderr F {"level":"error","msg":"broken"}', { at: AT, level: 'error', message: 'broken' }],
    ['kubectl --timestamps', '2025-01-02T16:04:05.123456789+01:00 ERROR broken', { at: AT, level: 'error', message: 'broken' }],
  ])('%s', (_, line, expected) => {
    expect(one(line)).toMatchObject(expected);
  });

  it("believes the runtime's time rather than the program's", () => {
    expect(parseLines([{ at: '2025-01-02T15:04:05.123Z', text: '2024-12-31 00:00:00 ERROR x' }])[0]?.at).toBe('2025-01-02T15:04:05.123Z');
  });

  it('joins partial lines of the runtime', () => {
    expect(one('2025-01-02T15:04:05.123456789Z stdout P {"level":"error",\n2025-01-02T15:04:05.123456789Z stdout F "msg":"broken"}').message).toBe('broken');
  });

  it('keeps two-line java.util.logging records together', () => {
    expect(one('Jan 02, 2025 3:04:05 PM io.grpc.Server start\nSEVERE: cannot start')).toMatchObject({
      at: '2025-01-02T15:04:05.000Z',
      level: 'error',
      logger: 'io.grpc.Server',
      message: 'cannot start',
    });
  });

  it('takes the message of a .NET record from its second line', () => {
    expect(one('fail: Microsoft.Hosting[9]\n      BackgroundService failed')).toMatchObject({
      level: 'error',
      logger: 'Microsoft.Hosting[9]',
      message: 'BackgroundService failed',
    });
  });
});

describe('stack traces', () => {
  it('Java: folds frames and goes to the last cause', () => {
    const entry = one(
      [
        '2025-01-02 15:04:05.123 ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed',
        'org.springframework.beans.BeanCreationException: Error creating bean',
        '\tat org.springframework.A.b(A.java:1)',
        'Caused by: java.sql.SQLException: no connection',
        '\tat com.mysql.C.d(C.java:2)',
        '\t... 20 common frames omitted',
        'Caused by: java.net.UnknownHostException: orders-mysql',
        '\t... 40 more',
      ].join('\n'),
    );
    expect(entry).toMatchObject({ level: 'error', message: 'Application run failed', lines: 8 });
    expect(entry.exception).toEqual({
      type: 'org.springframework.beans.BeanCreationException',
      message: 'Error creating bean',
      root: { type: 'java.net.UnknownHostException', message: 'orders-mysql' },
    });
  });

  it('keeps the cause in the text however long the trace is', () => {
    const frames = Array.from({ length: 200 }, (_, index) => `\tat a.B.c(B.java:${index})`);
    const entry = one(
      ['Exception in thread "main" a.BException: top', ...frames, 'Caused by: java.net.ConnectException: Connection refused', ...frames].join('\n'),
    );
    expect(entry.text).toContain('Caused by: java.net.ConnectException: Connection refused');
    expect(entry.text.length).toBeLessThan(8_001);
    expect(entry.lines).toBe(402);
  });

  it('Python: the last exception came out, the first one is the root', () => {
    const entry = one(
      [
        'ERROR:root:query failed',
        'Traceback (most recent call last):',
        '  File "/app/db.py", line 1, in connect',
        '    socket.connect(address)',
        '    ^^^^^^^^^^^^^^^^^^^^^^^',
        'ConnectionRefusedError: [Errno 111] Connection refused',
        '',
        'During handling of the above exception, another exception occurred:',
        '',
        'Traceback (most recent call last):',
        '  File "/app/main.py", line 2, in <module>',
        '    main()',
        'app.errors.DatabaseError: cannot connect',
      ].join('\n'),
    );
    expect(entry.exception).toEqual({
      type: 'app.errors.DatabaseError',
      message: 'cannot connect',
      root: { type: 'ConnectionRefusedError', message: '[Errno 111] Connection refused' },
    });
  });

  it('Python: a collector that stripped the indentation does not break the trace', () => {
    const [trace, after] = parse(
      [
        'Traceback (most recent call last):',
        'File "/app/main.py", line 70, in list',
        'response = stub.List(request)',
        '^^^^^^^^^^^^^^^^^',
        'File "/usr/lib/python3/grpc.py", line 1, in _end',
        'raise _InactiveRpcError(state)',
        'grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:',
        'status = StatusCode.UNAVAILABLE',
        'details = "failed to connect"',
        '>',
        '{"severity":"info","message":"next"}',
      ].join('\n'),
    );
    expect(trace).toMatchObject({ lines: 10, exception: { type: 'grpc._channel._InactiveRpcError' } });
    expect(trace?.message).toContain('grpc._channel._InactiveRpcError: ');
    expect(after?.message).toBe('next');
  });

  it('Python: frames without a source line', () => {
    const entry = one(
      'Traceback (most recent call last):\n  File "<frozen importlib._bootstrap>", line 1, in _find\nModuleNotFoundError: No module named \'x\'',
    );
    expect(entry.exception?.type).toBe('ModuleNotFoundError');
  });

  it('Go: panic with goroutines', () => {
    const entry = one(
      [
        'panic: environment variable "A_B" not set',
        '',
        'goroutine 1 [running]:',
        'main.mustMapEnv(0xc00012, {0x9, 0x1})',
        '\t/src/main.go:216 +0xb9',
        'main.main()',
        '\t/src/main.go:101 +0x5be',
        'exit status 2',
      ].join('\n'),
    );
    expect(entry).toMatchObject({ lines: 7, exception: { type: 'panic', message: 'environment variable "A_B" not set' } });
  });

  it('Node: source line, error with properties, cause', () => {
    const entry = one(
      [
        '/app/server.js:12',
        '    throw error;',
        '    ^',
        '',
        'Error: query failed',
        '    at Object.<anonymous> (/app/server.js:12:11)',
        '    at node:internal/main/run_main_module:28:49 {',
        '  [cause]: Error: connect ECONNREFUSED 10.0.0.1:5432',
        '      at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {',
        "    code: 'ECONNREFUSED'",
        '  }',
        '}',
      ].join('\n'),
    );
    expect(entry).toMatchObject({ message: 'Error: query failed', exception: { type: 'Error', root: { message: 'connect ECONNREFUSED 10.0.0.1:5432' } } });
  });

  it('.NET: inner exceptions', () => {
    const entry = one(
      [
        'Unhandled exception. System.InvalidOperationException: cannot start',
        ' ---> Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.1:5432',
        ' ---> System.Net.Sockets.SocketException (111): Connection refused',
        '   at System.Net.Sockets.Socket.Connect(EndPoint remote)',
        '   --- End of inner exception stack trace ---',
        '   at App.Program.Main() in /src/Program.cs:line 9',
      ].join('\n'),
    );
    expect(entry.exception).toMatchObject({
      type: 'System.InvalidOperationException',
      root: { type: 'System.Net.Sockets.SocketException', message: 'Connection refused' },
    });
  });

  it('takes a trace out of a JSON field', () => {
    const entry = one(
      '{"level":"ERROR","message":"failed","stack_trace":"a.BException: top\\n\\tat a.B.c(B.java:1)\\nCaused by: c.DException: deep\\n\\t... 3 more"}',
    );
    expect(entry.exception?.root).toEqual({ type: 'c.DException', message: 'deep' });
    expect(entry.text).toContain('Caused by: c.DException: deep');
  });

  it('does not swallow the messages that follow', () => {
    expect(parse('ERROR first\n\tat a.B.c(B.java:1)\nINFO second\n2025-01-02 15:04:05 third\nfourth').map(({ message }) => message)).toEqual([
      'first',
      'second',
      'third',
      'fourth',
    ]);
  });
});

describe('hostile input', () => {
  it.each([
    ['a line of a megabyte', 'x'.repeat(1_000_000)],
    ['JSON of a megabyte', `{"msg":"${'x'.repeat(1_000_000)}"}`],
    ['deep JSON', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`],
    ['binary', String.fromCharCode(...Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 65_536))],
    ['escapes', '\u001b['.repeat(300_000)],
    ['brackets', '[a '.repeat(300_000)],
    ['dots', `${'a.'.repeat(300_000)}Exception`],
    ['backslashes in logfmt', `a="${'\\'.repeat(300_000)} level=x msg=`],
    ['trace without end', `Traceback (most recent call last):\n${'  File "/a", line 1\n    x\n'.repeat(20_000)}`],
    ['quotes', `E0102 15:04:05.123456       1 a.go:1] "${'\\"'.repeat(200_000)}`],
  ])('%s takes bounded time and memory', (_, text) => {
    const started = performance.now();
    const entries = parse(text);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(entries.every((entry) => entry.message.length <= 2_000 && entry.text.length <= 8_000 && Object.keys(entry.fields).length <= 80)).toBe(true);
  });

  it('reads the last lines of a log that is too long', () => {
    const entries = parseLines(Array.from({ length: 60_000 }, (_, index) => ({ at: null, text: `INFO line ${index}` })));
    expect(entries).toHaveLength(50_000);
    expect(entries.at(-1)).toMatchObject({ message: 'line 59999', line: 59_999 });
  });

  it('gives nothing for nothing', () => {
    expect(parse('')).toEqual([]);
    expect(parse('\n  \n')).toEqual([]);
  });
});
