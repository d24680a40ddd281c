import { z } from 'zod';
import { defineEvent } from '../envelope.ts';
import { country, email, id, slug, text } from '../fields.ts';
import { sampleId } from './samples.ts';

export const userRegistered = defineEvent({
  type: 'user.registered',
  version: 1,
  payload: z.strictObject({ userId: id<'User'>(), email, name: text(120) }),
  sample: { userId: sampleId(1), email: 'ada@example.test', name: 'Ada Marsh' },
});

const vendorIdentity = {
  vendorId: id<'Vendor'>(),
  name: text(120),
  slug,
  country,
  contactEmail: email,
};
const vendorSample = {
  vendorId: sampleId(2),
  name: 'Kiln & Co',
  slug: 'kiln-and-co',
  country: 'PT',
  contactEmail: 'hello@kiln.example.test',
};

export const vendorApplied = defineEvent({
  type: 'vendor.applied',
  version: 1,
  payload: z.strictObject({ ...vendorIdentity, ownerId: id<'User'>() }),
  sample: { ...vendorSample, ownerId: sampleId(1) },
});
export const vendorApproved = defineEvent({
  type: 'vendor.approved',
  version: 1,
  payload: z.strictObject(vendorIdentity),
  sample: vendorSample,
});
export const vendorRejected = defineEvent({
  type: 'vendor.rejected',
  version: 1,
  payload: z.strictObject({ ...vendorIdentity, reason: text(1000) }),
  sample: { ...vendorSample, reason: 'The identity document has expired.' },
});
export const vendorSuspended = defineEvent({
  type: 'vendor.suspended',
  version: 1,
  payload: z.strictObject({ ...vendorIdentity, reason: text(1000) }),
  sample: { ...vendorSample, reason: 'Unshipped orders older than 14 days.' },
});
export const vendorReopened = defineEvent({
  type: 'vendor.reopened',
  version: 1,
  payload: z.strictObject(vendorIdentity),
  sample: vendorSample,
});
/** What others show of a vendor is another now: the newest word on all of it. */
export const vendorChanged = defineEvent({
  type: 'vendor.changed',
  version: 1,
  payload: z.strictObject({
    ...vendorIdentity,
    status: z.enum(['applied', 'approved', 'rejected', 'suspended']),
  }),
  sample: { ...vendorSample, name: 'Kiln & Company', status: 'approved' },
});
export const vendorStaffInvited = defineEvent({
  type: 'vendor.staffInvited',
  version: 1,
  payload: z.strictObject({
    vendorId: id<'Vendor'>(),
    vendorName: text(120),
    email,
    role: z.enum(['owner', 'manager', 'fulfiller', 'finance']),
    invitationToken: z.string().max(128),
  }),
  sample: {
    vendorId: sampleId(2),
    vendorName: 'Kiln & Co',
    email: 'jo@example.test',
    role: 'fulfiller',
    invitationToken: 'inv_sample',
  },
});

export const reviewRatingChanged = defineEvent({
  type: 'review.ratingChanged',
  version: 1,
  payload: z.strictObject({
    productId: id<'Product'>(),
    vendorId: id<'Vendor'>(),
    /** Mean of the published ratings, 0 without any, two decimals. */
    ratingAverage: z.number().min(0).max(5),
    ratingCount: z.int().min(0),
  }),
  sample: { productId: sampleId(3), vendorId: sampleId(2), ratingAverage: 4.5, ratingCount: 2 },
});
