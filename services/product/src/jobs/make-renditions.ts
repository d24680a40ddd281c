import type { Database, Logger } from '@mkt/service-kit';
import { maxVendorMediaBytes } from '../config.ts';
import { maxRenditionAttempts, renditionRecipe } from '../domain/renditions.ts';
import { createMediaFiles } from '../store/media-files.ts';
import { createRenditionFiles } from '../store/rendition-files.ts';
import {
  beginRenditions,
  isKnownPicture,
  noteRenditions,
  type PictureDue,
  picturesDue,
} from '../store/renditions.ts';
import type { Draw, Drawn } from './draw.ts';

export interface RenditionsRun {
  readonly db: Database;
  /** The service's own folder. */
  readonly filesDir: string;
  readonly log: Logger;
  readonly draw: Draw;
  /** Asked before each picture: what is left waits for the next night. */
  readonly isOver: () => boolean;
}

export interface RenditionsReport {
  readonly pictures: number;
  readonly renditions: number;
  readonly bytes: number;
  /** Shown as they were sent from now on: unreadable, too large, moving. */
  readonly refused: number;
  /** Whoever has them has no room for more. */
  readonly full: number;
  /** Not in time: tried again the next nights, a few times. */
  readonly failed: number;
  /** Rows whose file was lost. */
  readonly lost: number;
  readonly removed: number;
  readonly isComplete: boolean;
}

type Outcome = keyof Pick<RenditionsReport, 'pictures' | 'refused' | 'full' | 'failed' | 'lost'>;

const batch = 100;

/**
 * Makes the smaller sizes of every picture that has none by this recipe. A picture is done when its
 * row says so, which comes last: what a crash interrupted is made again, to the same end.
 */
export async function makeRenditions(run: RenditionsRun): Promise<RenditionsReport> {
  const { db, filesDir, isOver } = run;
  const counts = { pictures: 0, renditions: 0, bytes: 0, refused: 0, full: 0, failed: 0, lost: 0 };
  const removed = await createRenditionFiles(filesDir).tidy((name) => isKnownPicture(db, name));
  for (let after = ''; ; ) {
    const due = await picturesDue(db, {
      recipe: renditionRecipe,
      maxAttempts: maxRenditionAttempts,
      maxVendorBytes: maxVendorMediaBytes,
      after,
      limit: batch,
    });
    for (const picture of due) {
      if (isOver()) return { ...counts, removed, isComplete: false };
      const { outcome, drawn } = await makeOf(run, picture);
      counts[outcome] += 1;
      counts.renditions += drawn.size;
      counts.bytes += bytesOf(drawn);
    }
    const last = due.at(-1);
    if (!last || due.length < batch) return { ...counts, removed, isComplete: true };
    after = last.name;
  }
}

const nothing: Drawn = new Map();

async function makeOf(
  { db, filesDir, log, draw }: RenditionsRun,
  { name, hasRoom }: PictureDue,
): Promise<{ outcome: Outcome; drawn: Drawn }> {
  const files = createRenditionFiles(filesDir);
  const note = (sizeBytes: number, refusal: string | null) =>
    noteRenditions(db, { name, recipe: renditionRecipe, sizeBytes, refusal }, maxVendorMediaBytes);
  if (!hasRoom) {
    await files.drop(name);
    await note(0, 'FULL');
    return { outcome: 'full', drawn: nothing };
  }
  const original = await createMediaFiles(filesDir).find(name);
  if (!original) return { outcome: 'lost', drawn: nothing };
  await beginRenditions(db, name);
  const result = await draw(original.path);
  if (!result.ok) {
    log.warn(
      { service: 'product', code: result.error, reason: name },
      'a picture has no renditions',
    );
    if (result.error === 'TIMED_OUT') return { outcome: 'failed', drawn: nothing };
    await files.drop(name);
    await note(0, result.error);
    return { outcome: 'refused', drawn: nothing };
  }
  const drawn = smallerThan(original.sizeBytes, result.value);
  await files.keep(name, drawn);
  if (await note(bytesOf(drawn), null)) return { outcome: 'pictures', drawn };
  await files.drop(name);
  return { outcome: 'full', drawn: nothing };
}

/** What is no smaller than the picture itself helps nobody. */
function smallerThan(sizeBytes: number, drawn: Drawn): Drawn {
  return new Map([...drawn].filter(([, bytes]) => bytes.byteLength < sizeBytes));
}

function bytesOf(drawn: Drawn): number {
  return [...drawn.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
