import { mainOf, onMain, recreate, rollOut, templateOf, workloadOf } from '../draft.ts';
import { crash } from '../faults.ts';
import { pino, plain } from '../log-lines.ts';
import { slog } from '../third/stack-lines.ts';
import { familyOf } from './fault.ts';
import { FLEET, newFleet } from './fleet.ts';
import { newHotel } from './hotel.ts';
import { structlog } from './log-styles.ts';
import { newRetail, of, RETAIL } from './retail.ts';
import { newVideo, VOD } from './video.ts';

const fault = familyOf('runtime');

const segfault = fault(
  'segfault',
  newFleet,
  'SegmentationFault',
  'geofence',
  (draft) => {
    const geofence = workloadOf(draft, 'geofence');
    const pods = rollOut(
      geofence,
      16,
      onMain((one) => {
        one.image = `${FLEET}/geofence:0.42.0`;
      }),
    );
    geofence.pods = pods;
    crash(geofence, pods, {
      exit: 139,
      ranSeconds: 40,
      log: [
        [0.3, slog('INFO', 'index built', 'polygons=1804')],
        [0.02, plain('SIGSEGV: segmentation violation\nPC=0x7f1c8 m=3 sigcode=1 addr=0x18\nsignal arrived during cgo execution')],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** tcmalloc or a failed check: abort() in a library of C++. */
const abort = fault(
  'abort',
  newVideo,
  'Aborted',
  'thumbnailer',
  (draft) => {
    const thumbnailer = workloadOf(draft, 'thumbnailer');
    const pods = rollOut(
      thumbnailer,
      12,
      onMain((one) => {
        one.image = `${VOD}/thumbnailer:2026.19.0`;
      }),
    );
    thumbnailer.pods = pods;
    crash(thumbnailer, pods, {
      exit: 134,
      ranSeconds: 25,
      log: [
        [0.2, structlog('info', 'task.start', { asset: 'a-4411' })],
        [
          0.01,
          plain(
            "terminate called after throwing an instance of 'cv::Exception'\n  what():  OpenCV(4.10.0) /io/opencv/modules/core/src/alloc.cpp:73: error: (-4:Insufficient memory) Failed to allocate 8294400 bytes in function 'OutOfMemoryError'\n",
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** postStart asks for a tool that the image does not have. */
const hook = fault(
  'hook',
  newRetail,
  'LifecycleHookFailed',
  of('pricing'),
  (draft) => {
    const pricing = workloadOf(draft, of('pricing'));
    const pods = recreate(
      pricing,
      8,
      onMain((one) => {
        Object.assign(one, { lifecycle: { postStart: { exec: { command: ['/bin/warm-cache'] } } } });
      }),
    );
    crash(pricing, pods, { exit: 2, ranSeconds: 1, restarts: 6, message: '' });
    for (const pod of pods) {
      pod.states['pricing'] = { is: 'waiting', reason: 'CrashLoopBackOff', restarts: 6, last: { exit: 2, reason: 'Error', ago: 1.2, ranSeconds: 1 } };
      pod.events.push({
        type: 'Warning',
        reason: 'FailedPostStartHook',
        message: 'PostStartHook failed',
        first: 7.8,
        last: 1.2,
        count: 6,
        container: 'pricing',
      });
      pod.events.push({ type: 'Normal', reason: 'Killing', message: 'FailedPostStartHook', first: 7.8, last: 1.2, count: 6, container: 'pricing' });
    }
  },
  'ServiceAbnormalRestart',
);

/** A consumer without topics has nothing to do, and ends. */
const ends = fault(
  'ends',
  newVideo,
  'ContainerExitsNormally',
  'transcoder',
  (draft) => {
    const transcoder = workloadOf(draft, 'transcoder');
    const pods = rollOut(
      transcoder,
      9,
      onMain((one) => {
        one.args = ['--drain-and-exit'];
      }),
      ['worker-1', 'worker-2'],
    );
    transcoder.pods = pods;
    crash(transcoder, pods, {
      exit: 0,
      ranSeconds: 4,
      log: [
        [0.03, structlog('info', 'queue.drained', { tasks: 0 })],
        [0.01, structlog('info', 'bye')],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** The pipe of temporary files is closed: nothing is written to the root any more. */
const readOnly = fault(
  'read-only-root',
  newHotel,
  'ReadOnlyFileSystem',
  'rooms',
  (draft) => {
    const rooms = workloadOf(draft, 'rooms');
    const pods = rollOut(
      rooms,
      9,
      onMain((one) => {
        one.securityContext = { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false };
      }),
    );
    crash(rooms, pods, {
      exit: 1,
      ranSeconds: 6,
      log: [
        [
          0.01,
          plain(
            'org.springframework.context.ApplicationContextException: Unable to start web server\nCaused by: org.springframework.boot.web.server.WebServerException: Unable to create tempDir. java.io.tmpdir is set to /tmp\nCaused by: java.nio.file.FileSystemException: /tmp/tomcat.8080.17740211: Read-only file system',
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** A file of the program's own is broken by the release. */
const importError = fault(
  'import',
  newVideo,
  'ApplicationCrash',
  'transcoder',
  (draft) => {
    const transcoder = workloadOf(draft, 'transcoder');
    const pods = rollOut(
      transcoder,
      11,
      onMain((one) => {
        one.image = `${VOD}/transcoder:2026.19.0`;
      }),
    );
    crash(transcoder, pods, {
      exit: 1,
      ranSeconds: 2,
      log: [
        [
          0.01,
          plain(
            "Traceback (most recent call last):\n  File \"/app/transcoder/__main__.py\", line 3, in <module>\n    from av.codec import CodecContext\nImportError: cannot import name 'CodecContext' from 'av.codec' (/usr/lib/python3.12/site-packages/av/codec/__init__.py)",
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

/** The pod says what it lacks; nobody else calls it. */
const config = fault(
  'flag',
  newFleet,
  'ApplicationCrash',
  'edge-agent',
  (draft) => {
    const agent = workloadOf(draft, 'edge-agent');
    templateOf(agent).spec.containers[0] = { ...mainOf(agent), args: ['--poll=5sec'] };
    for (const pod of agent.pods) pod.ago = 19;
    for (const revision of agent.revisions) revision.ago = 19;
    crash(agent, agent.pods, {
      exit: 2,
      ranSeconds: 0,
      restarts: 8,
      log: [[0.01, plain('invalid value "5sec" for flag -poll: parse error\nUsage of /edge-agent:\n  -poll duration\n    \tinterval (default 30s)')]],
    });
  },
  'ServiceAbnormalRestart',
);

/** Somebody else has the lock; told from a dependency that is away. */
const again409 = fault(
  'migrations',
  newRetail,
  'ApplicationCrash',
  of('shop-web'),
  (draft) => {
    const web = workloadOf(draft, of('shop-web'));
    const pods = rollOut(
      web,
      10,
      onMain((one) => {
        one.image = `${RETAIL}/web:2026.6.0`;
      }),
      ['worker-1', 'worker-3'],
    );
    crash(web, pods, {
      exit: 1,
      ranSeconds: 8,
      log: [
        [0.02, pino(30, 'boot')],
        [
          0.01,
          plain(
            "/app/vendor/bundle/ruby/3.3.0/gems/activerecord-7.2.2/lib/active_record/migration.rb:1310:in `check_pending_migrations': (ActiveRecord::PendingMigrationError)\n\nMigrations are pending. To resolve this issue, run:\n\n        bin/rails db:migrate\n",
          ),
        ],
      ],
    });
  },
  'ServiceAbnormalRestart',
);

export const crashes = [segfault, abort, hook, ends, readOnly, importError, config, again409];
