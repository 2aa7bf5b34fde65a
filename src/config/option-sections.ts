import { modelOptions } from '#agent/options.ts';
import { tracingOptions } from '#agent/tracing/options.ts';
import type { Option } from '#lib/option.ts';
import { notifySlackOptions } from '#notify/slack/options.ts';
import { notifyWebhookOptions } from '#notify/webhook/options.ts';
import { queueOptions } from '#queue/options.ts';
import { kubernetesOptions } from '#sources/kubernetes/options.ts';
import { lokiOptions } from '#sources/loki/options.ts';
import { prometheusOptions } from '#sources/prometheus/options.ts';
import { runbookOptions } from '#sources/runbooks/options.ts';
import { storeOptions } from '#store/options.ts';
import { webOptions } from '#web/options.ts';
import { generalOptions } from './general-options.ts';

/** Every setting of the product, by the part that it belongs to. Read by load-config.ts. */
export const OPTION_GROUPS = {
  web: webOptions,
  store: storeOptions,
  queue: queueOptions,
  kubernetes: kubernetesOptions,
  prometheus: prometheusOptions,
  loki: lokiOptions,
  runbooks: runbookOptions,
  notifyWebhook: notifyWebhookOptions,
  notifySlack: notifySlackOptions,
  general: generalOptions,
  model: modelOptions,
  tracing: tracingOptions,
} as const;

const TITLES: Readonly<Record<keyof typeof OPTION_GROUPS, string>> = {
  web: 'Web server',
  store: 'Database and retention',
  queue: 'Investigations',
  kubernetes: 'Kubernetes',
  prometheus: 'Prometheus',
  loki: 'Loki',
  runbooks: 'Runbooks',
  notifyWebhook: 'Outbound webhook',
  notifySlack: 'Slack',
  general: 'General',
  model: 'Language model',
  tracing: 'Traces of the model',
};

/** The same for the configuration reference, in its order. */
export const OPTION_SECTIONS: readonly { readonly title: string; readonly options: readonly Option<unknown>[] }[] = Object.entries(OPTION_GROUPS).map(
  ([group, options]) => ({ title: TITLES[group as keyof typeof OPTION_GROUPS], options: Object.values<Option<unknown>>(options) }),
);
