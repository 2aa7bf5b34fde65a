import { describe, expect, it } from 'vitest';
import { saysTheSame } from './vocabulary.ts';

describe('labels of recordings', () => {
  it.each([
    ['OOMKilled', 'OOMKilled'],
    ['OOMKilled', 'oom_killed'],
    ['DependencyCredentialsRejected', 'mysql_invalid_credentials'],
    ['DatabaseReadOnly', 'mysql_read_only_mode'],
    ['ImagePullSecretMissing', 'missing_image_pull_secret'],
    ['MissingSecret', 'missing_secret_reference'],
    ['RegistryDnsFailure', 'image_registry_dns_failure'],
  ])('%s says the same as %s', (code, label) => {
    expect(saysTheSame(code, label)).toBe(true);
  });

  it.each([
    ['MissingSecret', 'missing_image_pull_secret'],
    ['DnsPolicyWrong', 'image_registry_dns_failure'],
    ['OOMKilled', 'pod_cpu_overload'],
    ['LivenessProbeWrongPort', 'readiness_probe_incorrect_port'],
  ])('%s does not say the same as %s', (code, label) => {
    expect(saysTheSame(code, label)).toBe(false);
  });
});
