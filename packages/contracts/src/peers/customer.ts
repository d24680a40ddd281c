import { z } from 'zod';
import { id, timestamp } from '../fields.ts';
import { definePeer } from '../peer.ts';

export const vendorRoles = ['owner', 'manager', 'fulfiller', 'finance'] as const;
export const vendorRole = z.enum(vendorRoles);
export type VendorRole = z.infer<typeof vendorRole>;

/** What an API key may do; a key without a scope for a route is refused. */
export const apiKeyScopes = [
  'catalogue:read',
  'catalogue:write',
  'stock:read',
  'stock:write',
  'orders:read',
  'orders:write',
  'finance:read',
  'settings:write',
] as const;
export const apiKeyScope = z.enum(apiKeyScopes);
export type ApiKeyScope = z.infer<typeof apiKeyScope>;

export const vendorMembership = definePeer({
  name: 'vendor.membership',
  request: z.strictObject({ userId: id<'User'>(), vendorId: id<'Vendor'>() }),
  reply: z.strictObject({ role: vendorRole.nullable() }),
  idempotent: true,
});

export const vendorVerifyApiKey = definePeer({
  name: 'vendor.verifyApiKey',
  /** The whole key as the client sent it; refused as `API_KEY_INVALID` when unknown or expired. */
  request: z.strictObject({ key: z.string().max(200) }),
  reply: z.strictObject({
    keyId: id<'ApiKey'>(),
    vendorId: id<'Vendor'>(),
    scopes: z.array(apiKeyScope),
    expiresAt: timestamp.nullable(),
  }),
  idempotent: true,
});

/** The gateway exchanges a verified API key for a short token that every service can verify. */
export const userMintVendorToken = definePeer({
  name: 'user.mintVendorToken',
  request: z.strictObject({
    keyId: id<'ApiKey'>(),
    vendorId: id<'Vendor'>(),
    scopes: z.array(apiKeyScope),
  }),
  reply: z.strictObject({ token: z.string(), expiresAt: timestamp }),
  idempotent: true,
});
