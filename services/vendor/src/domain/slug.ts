/** Path segments below `/v1/vendors` that are routes of their own. */
const reserved = new Set(['mine', 'requirements', 'invitations']);
const longest = 56;

export function isReservedSlug(slug: string): boolean {
  return reserved.has(slug);
}

/** A slug from a name, or undefined where the name has too few Latin letters and digits for one. */
export function slugFrom(name: string): string | undefined {
  const slug = name
    .normalize('NFKD')
    .replaceAll('&', ' and ')
    .replaceAll(/\p{Mark}|['’]/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replaceAll(/^-+|-+$/g, '');
  return slug.length < 2 || reserved.has(slug) ? undefined : slug;
}
