import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Actor,
  type Admission,
  type Admitted,
  type Entrance,
  overloaded,
  type Priority,
  RefusalError,
  vendorOfActor,
  type WorkOutcome,
} from '@mkt/service-kit';

const buying = new Set(['carts', 'checkouts', 'order-groups', 'payment-simulator']);
const crawlers = /bot\b|crawl|spider|slurp|preview|monitor|scan/i;
/** These take as long as what is sent or asked for is large: they need no place, and are not missed. */
export const bulk = /^\/v1\/[a-z-]+\/(?:import|export|bulk)(?:\/|$)/;

/** Who somebody is to the process when not everybody can be served, and what he asks. */
export function entranceOf(request: IncomingMessage, actor: Actor, path: string): Entrance {
  const tenant = vendorOfActor(actor) ?? undefined;
  return { priority: priorityOf(request, actor, path), kind: kindOf(request, path), tenant };
}

/** Whether an address is one of those that lead to an order. */
export function isBuying(path: string): boolean {
  return buying.has(path.split('/', 3)[2] ?? '');
}

function priorityOf(request: IncomingMessage, actor: Actor, path: string): Priority {
  if (actor.kind === 'key' || (actor.kind === 'user' && (actor.operator || actor.staffOf))) {
    return 'console';
  }
  if (isBuying(path)) return 'checkout';
  const isCrawler = crawlers.test(request.headers['user-agent'] ?? '');
  return actor.kind === 'anonymous' && isCrawler ? 'bot' : 'browsing';
}

/** Bounded: methods, first segments and depths, never ids. */
function kindOf({ method = 'GET' }: IncomingMessage, path: string): string {
  const segments = path.split('/');
  return `${method} ${segments[2] ?? ''} ${Math.min(segments.length, 8)}`;
}

export interface Shedding {
  /** Holds a place until the response is over; undefined where the request is turned away. */
  admit(entrance: Entrance, response: ServerResponse): Promise<Admitted | undefined>;
  /** Does the work in a place, or throws the refusal. */
  run<T>(entrance: Entrance, work: (place: Admitted) => Promise<T>): Promise<T>;
}

export function createShedding(admission: Pick<Admission, 'enter'>): Shedding {
  return {
    async admit(entrance, response) {
      const admitted = await admission.enter(entrance);
      if (admitted) leaveWith(response, admitted, failureOf(entrance));
      return admitted;
    },
    async run(entrance, work) {
      const admitted = await admission.enter(entrance);
      if (!admitted) throw new RefusalError(overloaded);
      let isDone = false;
      try {
        const result = await work(admitted);
        isDone = true;
        return result;
      } finally {
        admitted.done(isDone ? 'answered' : failureOf(entrance));
      }
    },
  };
}

/** A service elsewhere that fails late hangs, or waits in a queue of its own. */
const failureOf = ({ service }: Entrance): WorkOutcome =>
  service === undefined ? 'failed' : 'unheard';

/** Whether the service has done what was asked, or said why it is not to be done. */
const isAnswer = ({ headersSent, statusCode }: ServerResponse): boolean =>
  headersSent && statusCode < 500;

/** Also where the client went away while it waited. */
function leaveWith(response: ServerResponse, admitted: Admitted, failure: WorkOutcome): void {
  const leave = () => admitted.done(isAnswer(response) ? 'answered' : failure);
  if (response.closed) leave();
  else response.once('close', leave);
}
