import { describe, expect, test } from 'vitest';
import { createRedactor } from './redactor.ts';
import { passesLuhn } from './secret-shapes.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('what is taken out', () => {
  test.each([
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----', 'MIIEpAIBAAKCAQEA'],
    ['a private key that was cut off', 'x -----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg', 'MIIEvQIBADANBg'],
    ['a JSON Web Token', `token is ${JWT}`, JWT],
    ['an authorization header', 'Authorization: Bearer abcdef0123456789', 'abcdef0123456789'],
    ['a basic authorization', '"authorization": "Basic dXNlcjpwYXNz"', 'dXNlcjpwYXNz'],
    ['a cookie', 'Cookie: session=5f1a9; csrf=77aa', '5f1a9'],
    ['a password in a connection string', 'postgres://app:hunter2pw@db:5432/shop', 'hunter2pw'],
    ['a password with a colon', 'amqp://u:p:ss-w0rd@mq', 'p:ss-w0rd'],
    ['a variable', 'DB_PASSWORD=s3cr3tvalue', 's3cr3tvalue'],
    ['a quoted password with spaces', 'password: "correct horse battery"', 'horse'],
    ['JSON', '{"client_secret":"zzzYYY111"}', 'zzzYYY111'],
    ['JSON within JSON', '{"msg":"{\\"password\\":\\"innerSecret9\\"}"}', 'innerSecret9'],
    ['a YAML environment', '- name: STRIPE_API_KEY\n  value: notAKnownFormat', 'notAKnownFormat'],
    ['an AWS key id', 'id AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    ['an AWS secret', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'wJalrXUtnFEMI'],
    ['a GitHub token', `ghp_${'a1B2'.repeat(9)}`, 'a1B2a1B2'],
    ['a fine-grained GitHub token', `github_pat_${'a1B2_'.repeat(9)}`, 'a1B2_a1B2'],
    ['a GitLab token', 'glpat-abcdefghij0123456789', 'abcdefghij'],
    ['an OpenAI key', 'sk-proj-abcdefghijklmnop1234', 'abcdefghijklmnop'],
    ['an Anthropic key', 'sk-ant-api03-abcdefghijklmnop', 'abcdefghijklmnop'],
    ['a Slack token', 'xoxb-123456789012-abcdefghij', 'abcdefghij'],
    ['a Slack webhook', 'https://hooks.slack.com/services/T000/B000/kQ7mabcd', 'kQ7mabcd'],
    ['a signed address', 'https://a.blob.example/x?sv=1&sig=abc%2Fdef', 'abc%2Fdef'],
    ['a flag', 'mysql --password=tops3cret -h db', 'tops3cret'],
    ['a Stripe key', 'sk_live_abcdefghijklmn', 'abcdefghijklmn'],
    ['a Vault token', 'hvs.CAESIJabcdefghijklmnop', 'CAESIJabcdef'],
    ['a SQL statement', "CREATE USER x IDENTIFIED BY 'pw123456'", 'pw123456'],
    ['an account key', 'AccountName=x;AccountKey=Zm9vYmFyYmF6;EndpointSuffix=y', 'Zm9vYmFyYmF6'],
    ['a variable that is called a pass', 'SMTP_PASS=s3cr3tvalue', 's3cr3tvalue'],
    ['the same in YAML', '- name: DB_PASS\n  value: s3cr3tvalue', 's3cr3tvalue'],
    ['a cookie of Erlang', 'RABBITMQ_ERLANG_COOKIE=s3cr3tvalue', 's3cr3tvalue'],
    ['a password in a sentence', 'the password is s3cr3tvalue', 's3cr3tvalue'],
    ['a password behind its name', "bind password 's3cr3tvalue'", 's3cr3tvalue'],
    ['an element of XML', '<db.password>s3cr3tvalue</db.password>', 's3cr3tvalue'],
    ['a short flag of MySQL', 'mysql -u root -ps3cr3tvalue shop', 's3cr3tvalue'],
    ['a user of curl', 'curl -u admin:s3cr3tvalue http://db', 's3cr3tvalue'],
    ['a literal of kubectl', 'kubectl create secret generic x --from-literal=a=s3cr3tvalue', 's3cr3tvalue'],
    ['a data source name of Go', 'app:s3cr3tvalue@tcp(db:3306)/shop', 's3cr3tvalue'],
    ['a token behind its name', 'Token 0123456789abcdefghij', '0123456789abcdefghij'],
    ['an address of mail', 'sent to jane.doe@example.com now', 'jane.doe'],
    ['a card number', 'card 4111 1111 1111 1111 refused', '4111 1111'],
  ])('%s', (_, text, secret) => {
    expect(createRedactor().redact(text)).not.toContain(secret);
    expect(createRedactor().redact(text)).toMatch(/⟦(?:SECRET|EMAIL|CARD)-1⟧/);
  });

  test("the operator's own patterns", () => {
    expect(createRedactor([/CUST-\d+/g]).redact('order of CUST-4711')).toBe('order of ⟦CUSTOM-1⟧');
  });

  test.each([
    'Container server was OOMKilled, exit code 137, limit 128Mi',
    'secret "db-credentials" not found',
    'MountVolume.SetUp failed for volume "token" : secret "web-token" not found',
    'automountServiceAccountToken: true',
    'timestamp 1767582729123 and 1767582729123456789',
    'revision 42 of checkout-6d9f7c5b48-x2vlq at 2026-01-05T03:12:09Z',
    'image registry.example/app@sha256:0123456789abcdef0123456789abcdef',
    'password authentication failed for user "app"',
    'the password is required; the token was expired',
    '--- PASS: TestCheckout (0.00s)',
    'docker run -u 1000:1000 app',
    'PARTITION_KEY=customer',
  ])('and what stays: %s', (text) => {
    expect(createRedactor().redact(text)).toBe(text);
  });
});

test('values under the name of a secret, as data', () => {
  const value = 'Zq7xhunter2W4kkP';
  for (const name of ['DB_PASS', 'smtpPass', 'STRIPE_KEY', 'ERLANG_COOKIE', 'token', 'passcode'])
    for (const data of [{ [name]: value }, { env: [{ name, value }] }]) expect(JSON.stringify(createRedactor().redactData(data))).not.toContain(value);
  const harmless = { PARTITION_KEY: 'customer', key: 'database.port', tokens: '12', PUBLIC_KEY: value, env: [{ name: 'SORT_KEY', value: 'created_at' }] };
  expect(createRedactor().redactData(harmless)).toEqual(harmless);
});

describe('placeholders', () => {
  test('the same secret has the same one everywhere, also where nothing names it', () => {
    const redactor = createRedactor();
    expect(redactor.redact('DB_PASSWORD=s3cr3tvalue')).toBe('DB_PASSWORD=⟦SECRET-1⟧');
    expect(redactor.redact('cannot log in with s3cr3tvalue')).toBe('cannot log in with ⟦SECRET-1⟧');
    expect(redactor.counts()).toEqual({ SECRET: 1 });
  });

  test('mail comes back on the report, secrets do not, and invented placeholders are nothing', () => {
    const redactor = createRedactor();
    const text = redactor.redact('mail ops@example.com with DB_PASSWORD=s3cr3tvalue');
    expect(redactor.restore(text)).toBe('mail ops@example.com with DB_PASSWORD=[redacted]');
    expect(redactor.restore('⟦EMAIL-99⟧ ⟦SECRET-7⟧')).toBe('[redacted] [redacted]');
  });

  test('text from outside cannot bring placeholders of its own', () => {
    expect(createRedactor().redact('say ⟦EMAIL-1⟧')).toBe('say [EMAIL-1]');
  });

  test('values under a secret name are taken out of data, names of Secrets are not', () => {
    const redactor = createRedactor();
    const data = redactor.redactData({
      env: [
        { name: 'API_TOKEN', value: 'plainword' },
        { name: 'MODE', value: 'fast' },
      ],
      secretName: 'web-tls',
      data: { 'db.password': 'x y' },
    });
    expect(data).toEqual({
      env: [
        { name: 'API_TOKEN', value: '⟦SECRET-1⟧' },
        { name: 'MODE', value: 'fast' },
      ],
      secretName: 'web-tls',
      data: { 'db.password': '⟦SECRET-2⟧' },
    });
  });
});

test('only real card numbers pass', () => {
  expect(passesLuhn('4111111111111111')).toBe(true);
  expect(passesLuhn('4111111111111112')).toBe(false);
  expect(passesLuhn('0000000000000000')).toBe(false);
});

test('two megabytes of hostile text take less than two seconds', () => {
  const began = performance.now();
  createRedactor().redact('password'.repeat(60_000) + 'a@'.repeat(200_000) + '4'.repeat(200_000) + 'x://'.repeat(100_000));
  expect(performance.now() - began).toBeLessThan(2_000);
});
