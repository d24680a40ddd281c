import {
  callerOf,
  defect,
  internalPrefix,
  type PeerTokens,
  type RunningService,
  sendAnswer,
} from '@mkt/service-kit';
import { z } from 'zod';

/** Below a service's address: what the installation itself asks of a process. */
export const controlPrefix = `${internalPrefix}control/`;

export const controlActions = ['idle', 'sweep', 'usage', 'clock'] as const;
export type ControlAction = (typeof controlActions)[number];

/** Where a service is asked to do one of its chores. */
export const chorePath = (chore: string): string => `${controlPrefix}chores/${chore}`;

export const choreReply = z.record(z.string(), z.number());
export const idleReply = z.object({ activity: z.number() });
export const sweepReply = z.object({ taken: z.number() });
export const clockBody = z.object({ offsetMs: z.int() });

export interface ControlOptions {
  readonly service: Pick<RunningService, 'http' | 'idle' | 'sweep' | 'parts'>;
  readonly tokens: Pick<PeerTokens, 'verify'>;
  /** Counts what this process published and handled: unchanged while nothing happens. */
  readonly activity: () => number;
  readonly flushUsage: () => Promise<void>;
  readonly setClock: (offsetMs: number) => void;
}

/** Serves `POST /internal/control/<action>` to the guard and to whoever runs the installation. */
export function addControlRoutes(options: ControlOptions): void {
  const { service } = options;
  const actions: Readonly<Record<ControlAction, Action>> = {
    async idle() {
      await service.idle();
      return { activity: options.activity() };
    },
    sweep: async () => ({ taken: await service.sweep() }),
    async usage() {
      await options.flushUsage();
      return {};
    },
    async clock(body) {
      options.setClock(clockBody.parse(body).offsetMs);
      return {};
    },
  };
  const serve = (path: string, action: Action): void => {
    service.http.post(path, async (request, reply) => {
      const caller = callerOf(request, options.tokens);
      if (caller !== 'guard' && caller !== 'installation') {
        return sendAnswer(reply, defect(401, 'This is for the guard and the installation.'));
      }
      const answer = await action(request.body);
      return sendAnswer(reply, { status: 200, body: JSON.stringify(answer) });
    });
  };
  for (const action of controlActions) serve(`${controlPrefix}${action}`, actions[action]);
  for (const [name, chore] of Object.entries(service.parts.chores ?? {})) {
    serve(chorePath(name), chore);
  }
}

type Action = (body: unknown) => Promise<object>;
