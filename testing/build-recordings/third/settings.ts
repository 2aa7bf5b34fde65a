import { onMain, recreate, rollOut, workloadOf } from '../draft.ts';
import { configFails, crash, mountFails } from '../faults.ts';
import { nginxError, plain } from '../log-lines.ts';
import { secretEnv } from '../parts.ts';
import type { Draft } from '../shape.ts';
import { newBank } from './bank.ts';
import { ML, newInference } from './inference.ts';
import { ruby, slog } from './stack-lines.ts';
import { newTelemetry } from './telemetry.ts';
import { alarm, expect, podAlert } from './tell.ts';
import { newWebshop } from './webshop.ts';

/** The certificate's Secret was deleted; the next pod cannot be made. */
function missingTls(): Draft {
  const draft = newBank('t-cards-secret');
  draft.secrets = draft.secrets.filter(({ name }) => name !== 'cards-tls');
  const cards = workloadOf(draft, 'cards');
  mountFails(cards, recreate(cards, 8), 'MountVolume.SetUp failed for volume "tls" : secret "cards-tls" not found');
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'MissingSecret', 'cards', 'starts');
}

/** The scorer takes its environment from a ConfigMap of another name now. */
function missingMap(): Draft {
  const draft = newInference('t-scorer-configmap');
  const scorer = workloadOf(draft, 'scorer');
  const pods = rollOut(
    scorer,
    7,
    onMain((one) => {
      one.envFrom = [{ configMapRef: { name: 'scorer-config-v2' } }];
    }),
  );
  configFails(scorer, pods, 'configmap "scorer-config-v2" not found');
  alarm(draft, 'PartialServiceUnreachability');
  podAlert(draft, 'KubePodNotReady', 'scorer', -1, 1);
  return expect(draft, 'MissingConfigMap', 'scorer', 'starts');
}

/** The key of the payment provider has another spelling in the Secret. */
function missingKey(): Draft {
  const draft = newWebshop('t-checkout-key');
  const checkout = workloadOf(draft, 'checkout');
  const pods = recreate(
    checkout,
    6,
    onMain((one) => {
      one.env = [...(one.env ?? []).filter(({ name }) => name !== 'STRIPE_KEY'), secretEnv('STRIPE_KEY', 'payment-keys', 'STRIPE_SECRET')];
    }),
  );
  configFails(checkout, pods, "couldn't find key STRIPE_SECRET in Secret webshop/payment-keys");
  alarm(draft, 'PartialServiceUnreachability');
  return expect(draft, 'MissingConfigKey', 'checkout', 'starts');
}

/** Settings of pydantic name the field that has no value. */
function pydantic(): Draft {
  const draft = newInference('t-api-env');
  const api = workloadOf(draft, 'api');
  const pods = rollOut(
    api,
    9,
    onMain((one) => {
      one.image = `${ML}/api:0.45.0`;
      one.env = (one.env ?? []).filter(({ name }) => name !== 'EXPLAINER_URL');
    }),
  );
  crash(api, pods, {
    exit: 1,
    ranSeconds: 3,
    log: [
      [
        0.01,
        plain(
          "Traceback (most recent call last):\n  File \"/app/main.py\", line 9, in <module>\n    settings = Settings()\npydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nexplainer_url\n  Field required [type=missing, input_value={'scorer_url': 'http://scorer:8000'}, input_type=dict]\n    For further information visit https://errors.pydantic.dev/2.10/v/missing",
        ),
      ],
    ],
  });
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'MissingEnvironment', 'api', 'starts');
}

/** envconfig's words for a required variable. */
function envconfig(): Draft {
  const draft = newTelemetry('t-notifier-env');
  const notifier = workloadOf(draft, 'notifier');
  const pods = recreate(
    notifier,
    10,
    onMain((one) => {
      one.env = (one.env ?? []).filter(({ name }) => name !== 'SMTP_HOST');
    }),
  );
  crash(notifier, pods, { exit: 1, ranSeconds: 1, log: [[0.01, slog('ERROR', 'read settings', 'error="required key SMTP_HOST missing value"')]] });
  alarm(draft, 'ServiceAbnormalRestart');
  return expect(draft, 'MissingEnvironment', 'notifier', 'starts');
}

/** Rails refuses to boot without its key; the pod template lost it. */
function secretKeyBase(): Draft {
  const draft = newWebshop('t-catalog-env');
  const catalog = workloadOf(draft, 'catalog');
  const pods = recreate(
    catalog,
    8,
    onMain((one) => {
      one.env = (one.env ?? []).filter(({ name }) => name !== 'SECRET_KEY_BASE');
    }),
  );
  crash(catalog, pods, {
    exit: 1,
    ranSeconds: 6,
    log: [
      [0.02, ruby('FATAL', 'uncaught exception')],
      [
        0.01,
        plain(
          '/app/config/environments/production.rb:12:in `fetch\': key not found: "SECRET_KEY_BASE" (KeyError)\n\tfrom /app/config/environments/production.rb:12:in `block in <top (required)>\'',
        ),
      ],
    ],
  });
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'MissingEnvironment', 'catalog', 'starts');
}

/** A typing error in the configuration that nginx reads on start. */
function badConfig(): Draft {
  const draft = newTelemetry('t-console-config');
  const map = draft.configMaps.find(({ name }) => name === 'console-nginx');
  if (map) map.data = { 'default.conf': (map.data['default.conf'] ?? '').replace('proxy_pass http://ingest', 'proxy_passs http://ingest') };
  const web = workloadOf(draft, 'console');
  crash(web, recreate(web, 6), {
    exit: 1,
    ranSeconds: 1,
    log: [
      [0.01, nginxError('emerg', 'unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:5')],
      [0.009, plain('nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:5')],
    ],
  });
  alarm(draft, 'ServiceAvailabilityDisruption');
  return expect(draft, 'ApplicationCrash', 'console', 'starts');
}

export const settings = [missingTls, missingMap, missingKey, pydantic, envconfig, secretKeyBase, badConfig];
