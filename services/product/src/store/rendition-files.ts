import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nothingThere, readStored, type StoredFile } from './stored-file.ts';

/** Smaller sizes of pictures: a folder for each picture, with all of them or none. */
export interface RenditionFiles {
  /** In place of whatever there was. A crash leaves what there was, or nothing. */
  keep(picture: string, renditions: ReadonlyMap<string, Uint8Array>): Promise<void>;
  drop(picture: string): Promise<void>;
  read(picture: string, rendition: string): Promise<StoredFile | undefined>;
  /** Takes away what a crash left, and whatever has no picture any more; says how much. */
  tidy(hasPicture: (name: string) => Promise<boolean>): Promise<number>;
}

const unfinished = 'incoming-';

export function createRenditionFiles(filesDir: string): RenditionFiles {
  const folder = join(filesDir, 'renditions');
  const remove = (name: string) => rm(join(folder, name), { recursive: true, force: true });

  return {
    async keep(picture, renditions) {
      await remove(picture);
      if (renditions.size === 0) return;
      const incoming = `${unfinished}${randomUUID()}`;
      await mkdir(join(folder, incoming), { recursive: true });
      try {
        for (const [name, bytes] of renditions) {
          await writeWhole(join(folder, incoming, name), bytes);
        }
        await rename(join(folder, incoming), join(folder, picture));
      } finally {
        await remove(incoming);
      }
    },
    drop: remove,
    read: (picture, rendition) => readStored(join(folder, picture, rendition)),
    async tidy(hasPicture) {
      const names = await readdir(folder).catch(nothingThere<string[]>([]));
      let removed = 0;
      for (const name of names) {
        if (!name.startsWith(unfinished) && (await hasPicture(name))) continue;
        await remove(name);
        removed += 1;
      }
      return removed;
    },
  };
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
