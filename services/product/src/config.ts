import type { CurrencyCode } from '@mkt/kernel';

/** Every list price of the marketplace is in this currency. */
export const marketplaceCurrency: CurrencyCode = 'EUR';

export const publicCacheSeconds = 5;
/** A picture's name is the digest of its bytes: what it names never changes. */
export const mediaCacheSeconds = 31_536_000;

export const maxImportBytes = 64 * 1024 * 1024;
/** Products written by one transaction of an import. */
export const importBatch = 50;
/** Times a batch is decided again after somebody else wrote one of its products. */
export const importAttempts = 4;
/** Problems that an import's report lists; all of them are counted. */
export const maxReportedProblems = 1_000;
/** Products read at once for an export. */
export const exportPage = 50;

export const maxMediaBytes = 10 * 1024 * 1024;
export const maxPictureSide = 10_000;
export const maxPicturePixels = 50_000_000;
export const maxVendorMediaBytes = 1024 * 1024 * 1024;

/** Larger pictures keep their one size: 24 million pixels of AVIF take 500 MiB to unpack. */
export const maxRenditionPixels = 24_000_000;
/** How long a picture may stand for a size that is not there yet. */
export const standInCacheSeconds = 3_600;

/** Products changed by one bulk call. */
export const bulkLimit = 500;
/** Reads for one page of the public list, where the products of closed vendors lie between. */
export const maxListReads = 10;
