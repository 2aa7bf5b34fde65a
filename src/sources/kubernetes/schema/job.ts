import type { CronJob, Job } from '#domain/kubernetes/workload.ts';
import { readConditions, readSelector } from './meta.ts';
import { readPodTemplate } from './pod.ts';
import { count, flag, list, number, object, type Raw, text } from './read.ts';

export function readJob(raw: Raw): Pick<Job, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  return {
    spec: {
      suspend: flag(spec['suspend']),
      parallelism: number(spec['parallelism']),
      completions: number(spec['completions']),
      backoffLimit: number(spec['backoffLimit']),
      activeDeadlineSeconds: number(spec['activeDeadlineSeconds']),
      ttlSecondsAfterFinished: number(spec['ttlSecondsAfterFinished']),
      template: readPodTemplate(spec['template']),
      selector: readSelector(spec['selector']),
    },
    status: {
      active: count(status['active']),
      succeeded: count(status['succeeded']),
      failed: count(status['failed']),
      startTime: text(status['startTime']),
      completionTime: text(status['completionTime']),
      conditions: readConditions(status['conditions']),
    },
  };
}

export function readCronJob(raw: Raw): Pick<CronJob, 'spec' | 'status'> {
  const [spec, status] = [object(raw['spec']), object(raw['status'])];
  const job = object(object(spec['jobTemplate'])['spec']);
  return {
    spec: {
      schedule: text(spec['schedule']) ?? '',
      timeZone: text(spec['timeZone']),
      suspend: flag(spec['suspend']),
      concurrencyPolicy: text(spec['concurrencyPolicy']),
      startingDeadlineSeconds: number(spec['startingDeadlineSeconds']),
      jobTemplate: {
        spec: {
          template: readPodTemplate(job['template']),
          backoffLimit: number(job['backoffLimit']),
          activeDeadlineSeconds: number(job['activeDeadlineSeconds']),
        },
      },
    },
    status: {
      lastScheduleTime: text(status['lastScheduleTime']),
      lastSuccessfulTime: text(status['lastSuccessfulTime']),
      active: list(status['active'], (job) => {
        const name = text(job['name']);
        return name ? { name } : undefined;
      }),
    },
  };
}
