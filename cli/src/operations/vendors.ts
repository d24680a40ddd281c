import { type Api, type Listing, listAtMost } from '../adapters/api.ts';
import type { Checklist, Vendor } from './shapes.ts';

export interface VendorFilter {
  readonly status?: string | undefined;
  readonly limit: number;
}

export function listVendors(api: Api, { status, limit }: VendorFilter): Promise<Listing<Vendor>> {
  return listAtMost<Vendor>(api, '/v1/vendors', { limit, query: { status } });
}

export function showVendor(api: Api, vendor: string): Promise<Vendor> {
  return api.get<Vendor>(`/v1/vendors/${encodeURIComponent(vendor)}`);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isId(text: string): boolean {
  return uuid.test(text);
}

/** The id of a vendor that is named by slug or id; undefined where none is named. */
export async function vendorIdOf(api: Api, vendor: string): Promise<string>;
export async function vendorIdOf(api: Api, vendor?: string): Promise<string | undefined>;
export async function vendorIdOf(api: Api, vendor?: string): Promise<string | undefined> {
  return vendor === undefined || isId(vendor) ? vendor : (await showVendor(api, vendor)).vendorId;
}

export type Decision = 'approve' | 'reject' | 'suspend' | 'reopen';

export interface DecisionInput {
  readonly vendor: string;
  readonly decision: Decision;
  readonly reason?: string;
}

export async function decideVendor(
  api: Api,
  { vendor, decision, reason }: DecisionInput,
): Promise<Vendor> {
  const vendorId = await vendorIdOf(api, vendor);
  const body = reason === undefined ? undefined : { reason };
  return api.post<Vendor>(`/v1/vendors/${vendorId}/${decision}`, body);
}

export async function showChecklist(api: Api, vendor: string): Promise<Checklist> {
  return api.get<Checklist>(`/v1/vendors/${await vendorIdOf(api, vendor)}/checklist`);
}

/** What people call the vendors that tables are about: their slugs, by id. */
export async function vendorNames(api: Api): Promise<ReadonlyMap<string, string>> {
  const { items } = await listVendors(api, { limit: 10_000 });
  return new Map(items.map(({ vendorId, slug }) => [vendorId, slug]));
}
