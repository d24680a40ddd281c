import { page, pageQuery, timestamp } from '@mkt/contracts';
import { assert, type Clock, ok, refuse, type UserId } from '@mkt/kernel';
import {
  type Actor,
  type AnyRoute,
  type Database,
  pageOf,
  platformScope,
  route,
  type Scope,
  vendorOfActor,
  vendorScope,
} from '@mkt/service-kit';
import { z } from 'zod';
import { listMessages, type Message, markRead } from '../store/messages.ts';
import { afterCursor, keyOf } from './paging.ts';

const notice = z.strictObject({
  id: z.uuid(),
  kind: z.string(),
  title: z.string(),
  body: z.string(),
  createdAt: timestamp,
  readAt: timestamp.nullable(),
});

const allStaff = {
  staff: ['owner', 'manager', 'fulfiller', 'finance'],
  scope: 'orders:read',
} as const;

function noticeView(message: Message): z.output<typeof notice> {
  const { id, template, subject, text, createdAt, readAt } = message;
  return {
    ...{ id, kind: template, title: subject, body: text },
    createdAt: createdAt.toISOString(),
    readAt: readAt?.toISOString() ?? null,
  };
}

/** Whose inbox it is: the vendor's in a session opened for one, otherwise the account's own. */
function ownerOf(actor: Actor): { readonly scope: Scope; readonly userId: UserId | null } {
  const vendorId = vendorOfActor(actor);
  if (vendorId) return { scope: vendorScope(vendorId), userId: null };
  assert(actor.kind === 'user', 'The access rule lets only accounts and staff in');
  return { scope: platformScope, userId: actor.userId };
}

export function inboxRoutes(db: Database, clock: Clock): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/notifications/inbox',
      summary: "Your messages, or the vendor's in a staff session, newest first",
      access: ['account', allStaff],
      query: z.strictObject(pageQuery),
      reply: { status: 200, schema: page(notice) },
      async handle({ actor, query: { limit, cursor } }) {
        const { scope, userId } = ownerOf(actor);
        const filter = { userId: userId ?? undefined, after: afterCursor(cursor), limit };
        const rows = await db.transaction(scope, (tx) => listMessages(tx, filter));
        return ok(pageOf(rows, limit, { item: noticeView, key: keyOf }));
      },
    }),
    route({
      method: 'POST',
      path: '/v1/notifications/inbox/:id/read',
      summary: 'Mark a message as read; again changes nothing',
      access: ['account', allStaff],
      params: z.strictObject({ id: z.uuid() }),
      reply: { status: 200, schema: notice },
      refusals: { MESSAGE_NOT_FOUND: 404 },
      handle: ({ actor, params: { id }, mutate }) => {
        const { scope, userId } = ownerOf(actor);
        return mutate(scope, async (tx) => {
          const read = await markRead(tx, id, { userId, at: clock.now() });
          if (!read) return refuse('MESSAGE_NOT_FOUND', 'Your inbox holds no such message.');
          return ok(noticeView(read));
        });
      },
    }),
  ];
}
