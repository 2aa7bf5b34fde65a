import { workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { kafka, zap } from '../log-lines.ts';
import { slog } from '../third/stack-lines.ts';
import { again } from '../third/tell.ts';
import { familyOf } from './fault.ts';
import { newFleet } from './fleet.ts';
import { zerolog } from './log-styles.ts';
import { newRetail, of } from './retail.ts';
import { newVideo } from './video.ts';

const fault = familyOf('runtime');

/** Brokers' dead weight: Kafka's log directory has no space, so the broker halts. */
const diskFull = fault(
  'kafka-disk',
  newVideo,
  'DiskFull',
  'kafka',
  (draft) => {
    const broker = workloadOf(draft, 'kafka');
    const [first] = broker.pods;
    if (first) {
      crash(broker, [first], {
        exit: 1,
        restarts: 6,
        ago: 1.1,
        ranSeconds: 22,
        log: [
          [
            0.03,
            kafka(
              'ERROR',
              'Error while writing to checkpoint file /bitnami/kafka/data/recovery-point-offset-checkpoint (org.apache.kafka.storage.internals.log.LogDirFailureChannel)\njava.io.IOException: No space left on device\n\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)',
            ),
          ],
          [0.01, kafka('ERROR', 'Shutdown broker because all log dirs in /bitnami/kafka/data have failed (kafka.log.LogManager)')],
        ],
      });
      for (const event of first.events) Object.assign(event, { first: 14 });
    }
    again(workloadOf(draft, 'uploader'), [zap('warn', 'publish is slow', { error: 'kafka server: Replica information not available' })], 12, 1);
  },
  'ServiceAbnormalRestart',
);

/** Influx cannot write its log; its readers still get answers. */
const influxFull = fault('influx-disk', newFleet, 'DiskFull', 'influxdb', (draft) => {
  again(
    workloadOf(draft, 'influxdb'),
    [
      ({ at }) =>
        `ts=${at.toISOString()} lvl=error msg="Error writing snapshot" log_id=0sPpL7~W000 service=storage-engine engine=tsm1 error="write /var/lib/influxdb2/engine/wal/8f1/autogen/412/_00093.wal: no space left on device"`,
    ],
    11,
    0.5,
  );
  again(
    workloadOf(draft, 'writer'),
    [
      slog(
        'ERROR',
        'write batch',
        'error="internal error: unexpected error writing points to database: engine: error writing WAL entry: write /var/lib/influxdb2/engine/wal/8f1/autogen/412/_00093.wal: no space left on device" status=500',
      ),
    ],
    11,
    0.5,
  );
});

/** Nobody turned the shop's workers back on after the maintenance. */
const zero = fault(
  'zero-cache',
  newRetail,
  'ScaledToZero',
  of('redis-master'),
  (draft) => {
    Object.assign(workloadOf(draft, of('redis-master')), { replicas: 0, pods: [], shortSince: 13 });
    again(
      workloadOf(draft, of('shop-sidekiq')),
      [
        ({ at, clusterIpOf }) =>
          `${at.toISOString()} pid=1 tid=8kf ERROR: heartbeat: Connection refused - connect(2) for ${clusterIpOf(of('redis-master'))}:6379 (redis://${of('redis-master')}:6379) (RedisClient::CannotConnectError)`,
      ],
      12,
      0.4,
    );
    again(
      workloadOf(draft, of('pricing')),
      [zerolog('error', 'cache', ({ clusterIpOf }) => ({ error: `dial tcp ${clusterIpOf(of('redis-master'))}:6379: connect: connection refused` }))],
      12,
      0.6,
    );
  },
  'ServiceQualityDegradation',
);

export const stores = [diskFull, influxFull, zero];
