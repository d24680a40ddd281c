import {
  userRegistered,
  vendorApplied,
  vendorApproved,
  vendorChanged,
  vendorRejected,
  vendorStaffInvited,
} from '@mkt/contracts';
import { type Consumer, consume } from '@mkt/service-kit';
import type { Mailer } from '../operations/mailer.ts';
import { saveContact } from '../store/contacts.ts';
import { staffInvited } from '../templates/staff-invited.ts';
import { vendorApplied as appliedLetter } from '../templates/vendor-applied.ts';
import { vendorApproved as approvedLetter } from '../templates/vendor-approved.ts';
import { vendorRejected as rejectedLetter } from '../templates/vendor-rejected.ts';
import { welcome } from '../templates/welcome.ts';

export function accountConsumers(mailer: Mailer): Consumer[] {
  return [
    consume(userRegistered, (tx, { id, payload }) => {
      const { email, userId } = payload;
      return mailer.notify(tx, [
        { eventId: id, template: 'welcome', to: { email, userId }, content: welcome(payload) },
      ]);
    }),
    consume(vendorApplied, (tx, { id, payload }) => {
      // To the person who applied: the vendor has no portal session to read an inbox with yet.
      const to = { email: payload.contactEmail, userId: payload.ownerId };
      return mailer.notify(tx, [
        { eventId: id, template: 'vendor-applied', to, content: appliedLetter(payload) },
      ]);
    }),
    consume(vendorApproved, async (tx, { id, aggregateVersion, payload }) => {
      const { vendorId, name, contactEmail: email } = payload;
      await saveContact(tx, { vendorId, name, email, version: aggregateVersion });
      mailer.addressLearned(tx);
      await mailer.notify(tx, [
        {
          eventId: id,
          template: 'vendor-approved',
          to: { vendorId, email },
          content: approvedLetter(payload),
        },
      ]);
    }),
    consume(vendorChanged, async (tx, { aggregateVersion, payload }) => {
      const { vendorId, name, contactEmail: email } = payload;
      await saveContact(tx, { vendorId, name, email, version: aggregateVersion });
      mailer.addressLearned(tx);
    }),
    consume(vendorRejected, (tx, { id, payload }) => {
      const { vendorId, contactEmail: email } = payload;
      return mailer.notify(tx, [
        {
          eventId: id,
          template: 'vendor-rejected',
          to: { vendorId, email },
          content: rejectedLetter(payload),
        },
      ]);
    }),
    consume(vendorStaffInvited, (tx, { id, payload }) => {
      // In nobody's inbox: the code is for whoever reads the invited address.
      const to = { email: payload.email, userId: null };
      return mailer.notify(tx, [
        { eventId: id, template: 'staff-invited', to, content: staffInvited(payload) },
      ]);
    }),
  ];
}
