import { vendorApplied } from '@mkt/contracts';
import {
  newId,
  ok,
  type Refusal,
  type Result,
  refuse,
  type UserId,
  type VendorId,
} from '@mkt/kernel';
import type { Tx } from '@mkt/service-kit';
import { mostOpenApplications } from '../config.ts';
import { isReservedSlug, slugFrom } from '../domain/slug.ts';
import { insertStaff } from '../store/staff.ts';
import { insertVendor, lockApplicant, type NewVendor, type VendorRow } from '../store/vendors.ts';
import { emitOfVendor, identityOf } from './vendor-events.ts';

export interface Application {
  readonly name: string;
  readonly slug?: string | undefined;
  readonly country: string;
  readonly contactEmail: string;
  readonly story?: string | undefined;
  readonly by: UserId;
  readonly at: Date;
}

/** A vendor to be decided upon, with the applicant as its owner. */
export async function apply(tx: Tx, application: Application): Promise<Result<VendorRow, Refusal>> {
  const { by, at, contactEmail } = application;
  if ((await lockApplicant(tx, by)) >= mostOpenApplications) {
    return refuse(
      'TOO_MANY_APPLICATIONS',
      `Wait for a decision first: ${mostOpenApplications} of your applications are open.`,
    );
  }
  const vendor = await insertWithSlug(tx, application);
  if (!vendor) return refuse('SLUG_TAKEN', 'Another vendor has this slug. Choose another one.');
  await insertStaff(tx, vendor.vendor_id, {
    userId: by,
    role: 'owner',
    email: contactEmail,
    joinedAt: at,
  });
  emitOfVendor(tx, vendor, vendorApplied, { ...identityOf(vendor), ownerId: by });
  return ok(vendor);
}

/** A slug that was asked for is taken or refused; a derived one gets an ending until it is free. */
async function insertWithSlug(tx: Tx, application: Application): Promise<VendorRow | undefined> {
  const vendorId = newId<'Vendor'>();
  const given = application.slug;
  if (given && isReservedSlug(given)) return undefined;
  const candidates = given ? [given] : derivedSlugs(application.name, vendorId);
  for (const slug of candidates) {
    const vendor = await insertVendor(tx, newVendor(application, vendorId, slug));
    if (vendor) return vendor;
  }
  return undefined;
}

function derivedSlugs(name: string, vendorId: VendorId): string[] {
  // The end of an id is its random part.
  const unique = vendorId.slice(-6);
  const slug = slugFrom(name);
  return slug
    ? [slug, `${slug}-2`, `${slug}-3`, `${slug}-${unique}`]
    : [`vendor-${unique}`, `vendor-${vendorId}`];
}

function newVendor(application: Application, vendorId: VendorId, slug: string): NewVendor {
  const { name, country, contactEmail, story, by, at } = application;
  return {
    vendorId,
    name,
    slug,
    country,
    contactEmail,
    story: story ?? null,
    appliedBy: by,
    appliedAt: at,
  };
}
