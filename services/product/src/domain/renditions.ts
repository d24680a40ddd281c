/** Widths that pages ask for: a card, a card on a dense screen or half a page, a page. */
const widths = [320, 640, 1_280] as const;

/** By their endings. Every browser since 2020 shows WebP; AVIF is smaller where it is known. */
const types = { avif: 'image/avif', webp: 'image/webp' } as const;
export type RenditionEnding = keyof typeof types;

/** A picture in a smaller size. */
export interface Rendition {
  readonly width: number;
  readonly ending: RenditionEnding;
}

/** Goes up when the same picture would come out otherwise: then all are made anew. */
export const renditionRecipe = 1;

/** Nights after which a picture that never came to its end is left alone. */
export const maxRenditionAttempts = 3;

/** What `GET /v1/media/<picture>/<name>` may name. */
export const renditionName = /^(320|640|1280)\.(avif|webp)$/;

export const nameOfRendition = ({ width, ending }: Rendition): string => `${width}.${ending}`;

export function typeOfRendition(name: string): string | undefined {
  const ending = renditionName.exec(name)?.[2];
  return ending === 'avif' || ending === 'webp' ? types[ending] : undefined;
}

/** Those of a picture that are narrower than it is: nothing is enlarged. */
export function renditionsOf(pictureWidth: number): readonly Rendition[] {
  return widths
    .filter((width) => width < pictureWidth)
    .flatMap((width) =>
      (Object.keys(types) as RenditionEnding[]).map((ending) => ({ width, ending })),
    );
}
