import type { VNode } from 'preact';
import { Command } from './command.tsx';
import type { View } from './view.ts';

/** What a new user sees: how to let Alertmanager send here, and how to try without it. */
export function ConnectAlertmanager({ view }: { readonly view: View }): VNode {
  return (
    <section class="card connect" aria-labelledby="connect-title">
      <h2 id="connect-title">Connect Alertmanager</h2>
      <p>
        OnCallM is ready and has not received an alert yet. Add a receiver to <code>alertmanager.yml</code>:
      </p>
      <Command text={receiver(view.baseUrl)} label="Alertmanager configuration" />
      <p>
        The address must be the one under which Alertmanager reaches OnCallM; inside a cluster that is often <code>http://oncallm:8001/webhook</code>. With{' '}
        <code>ONCALLM_WEBHOOK_TOKEN</code> set, add the commented lines.
      </p>
      <h3>Or send a test alert</h3>
      <Command text={testAlert(view.baseUrl)} label="test alert" />
      <p>This page shows the alert as soon as it arrives.</p>
    </section>
  );
}

/** Routing to OnCallM beside whatever receives alerts now (`continue: true`). Checked by amtool: https://prometheus.io/docs/alerting/latest/configuration/ */
function receiver(baseUrl: string): string {
  return `route:
  routes:
    # first, so that it sees every alert; the others still do
    - receiver: oncallm
      continue: true
receivers:
  - name: oncallm
    webhook_configs:
      - url: '${baseUrl}/webhook'
        send_resolved: true
        # http_config:
        #   authorization:
        #     credentials: <token>`;
}

function testAlert(baseUrl: string): string {
  return `curl -X POST ${baseUrl}/webhook \\
  -H 'Content-Type: application/json' \\
  -d '{"alerts": [{"labels": {"alertname": "TestAlert", "severity": "warning"}, "annotations": {"summary": "Test alert for integration"}, "startsAt": "2024-01-15T10:30:00.000Z", "fingerprint": "test123"}]}'`;
}
