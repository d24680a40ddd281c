/** One manifest of a package in the registry: an image, a list of images, or a signature. */
export interface PackageVersion {
  readonly id: number;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly createdAt: string;
}

export interface PruneRules {
  /** How many of the newest tagged versions stay. */
  readonly keep: number;
  /** Digests that environments run. */
  readonly running: readonly string[];
  readonly now: Date;
}

export type Why = 'runs' | 'newest' | 'part' | 'signature' | 'young';

export interface PrunePlan {
  readonly kept: readonly { readonly version: PackageVersion; readonly why: Why }[];
  /** Lists before what they list: an interrupted prune leaves no list with parts missing. */
  readonly deleted: readonly PackageVersion[];
  /** Digests that environments name and the registry does not have. */
  readonly missing: readonly string[];
}

/**
 * Parts of a push that is under way have no tag and no list yet. A push takes minutes; a day covers
 * one that is taken up again.
 */
const youngMs = 24 * 3_600_000;

/** Registries without an API for it keep what refers to an image under a tag of its digest. */
const referrerTag = /^sha256-([0-9a-f]{64})(\.(sig|att|sbom))?$/;

/**
 * What can go: all but the newest tagged versions, what environments run, the parts and signatures
 * of both, and what is younger than a day. `partsOf` reads a manifest that is to stay.
 */
export async function planPrune(
  versions: readonly PackageVersion[],
  rules: PruneRules,
  partsOf: (digest: string) => Promise<readonly string[]>,
): Promise<PrunePlan> {
  const byDigest = new Map(versions.map((version) => [version.digest, version]));
  const reasons = new Map<string, Why>();
  const keep = async (digest: string, why: Why): Promise<void> => {
    if (!byDigest.has(digest) || reasons.has(digest)) return;
    reasons.set(digest, why);
    for (const part of await partsOf(digest)) await keep(part, why === 'signature' ? why : 'part');
    for (const { digest: own } of referrersOf(versions, digest)) await keep(own, 'signature');
  };
  for (const digest of rules.running) await keep(digest, 'runs');
  for (const { digest } of newestTagged(versions, rules.keep)) await keep(digest, 'newest');
  for (const { digest, createdAt } of versions) {
    if (rules.now.getTime() - Date.parse(createdAt) < youngMs) await keep(digest, 'young');
  }
  return {
    kept: versions.flatMap((version) => {
      const why = reasons.get(version.digest);
      return why === undefined ? [] : [{ version, why }];
    }),
    deleted: versions
      .filter(({ digest }) => !reasons.has(digest))
      .toSorted((a, b) => Number(b.tags.length > 0) - Number(a.tags.length > 0) || oldest(a, b)),
    missing: rules.running.filter((digest) => !byDigest.has(digest)),
  };
}

function newestTagged(versions: readonly PackageVersion[], count: number) {
  return versions
    .filter(({ tags }) => tags.some((tag) => !referrerTag.test(tag)))
    .toSorted((a, b) => oldest(b, a))
    .slice(0, count);
}

const referrersOf = (versions: readonly PackageVersion[], digest: string) =>
  versions.filter(({ tags }) =>
    tags.some((tag) => `sha256:${referrerTag.exec(tag)?.[1]}` === digest),
  );

const oldest = (a: PackageVersion, b: PackageVersion): number =>
  Date.parse(a.createdAt) - Date.parse(b.createdAt) || a.id - b.id;
