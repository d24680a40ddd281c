/** Where the image of every service is kept. */
export const imageRepository = 'ghcr.io/mkt-marketplace/service';

/**
 * The image that each environment runs, by digest. The image workflow writes these lines and
 * proposes them by pull request; a digest of zeros stands for an image that is not published yet.
 */
export const imageDigests = {
  staging: 'sha256:0000000000000000000000000000000000000000000000000000000000000000',
  production: 'sha256:0000000000000000000000000000000000000000000000000000000000000000',
} as const;

export const imageOf = (environment: keyof typeof imageDigests): string =>
  `${imageRepository}@${imageDigests[environment]}`;
