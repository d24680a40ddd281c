import { email, page, pageQuery, timestamp } from '@mkt/contracts';
import { ok, refuse } from '@mkt/kernel';
import { type AnyRoute, type Database, pageOf, route } from '@mkt/service-kit';
import { z } from 'zod';
import { listMessages, type Message } from '../store/messages.ts';
import { afterCursor, keyOf } from './paging.ts';

const mail = z.strictObject({
  messageId: z.uuid(),
  template: z.string(),
  to: z.string(),
  subject: z.string(),
  sentAt: timestamp,
});
const wholeMail = mail.extend({ text: z.string(), html: z.string() });

function mailView({
  id,
  template,
  to,
  subject,
  sentAt,
  createdAt,
}: Message): z.output<typeof mail> {
  const at = sentAt ?? createdAt;
  return { messageId: id, template, to: to ?? '', subject, sentAt: at.toISOString() };
}

/** The local mailbox. Mail that went out by SMTP is read where it went, not here. */
export function mailboxRoutes(db: Database): AnyRoute[] {
  return [
    route({
      method: 'GET',
      path: '/v1/notifications/mailbox',
      summary: 'Mail in the local mailbox, newest first',
      access: 'operator',
      query: z.strictObject({ ...pageQuery, to: email.optional() }),
      reply: { status: 200, schema: page(mail) },
      async handle({ query: { to, limit, cursor } }) {
        const after = afterCursor(cursor);
        const rows = await listMessages(db, { to, localOnly: true, after, limit });
        return ok(pageOf(rows, limit, { item: mailView, key: keyOf }));
      },
    }),
    route({
      method: 'GET',
      path: '/v1/notifications/mailbox/:messageId',
      summary: 'One mail of the local mailbox',
      access: 'operator',
      params: z.strictObject({ messageId: z.uuid() }),
      reply: { status: 200, schema: wholeMail },
      refusals: { MESSAGE_NOT_FOUND: 404 },
      async handle({ params: { messageId: id } }) {
        const [found] = await listMessages(db, { id, localOnly: true, after: null, limit: 1 });
        if (!found) return refuse('MESSAGE_NOT_FOUND', 'The mailbox holds no such mail.');
        return ok({ ...mailView(found), text: found.text, html: found.html });
      },
    }),
  ];
}
