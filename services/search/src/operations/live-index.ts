import type { Background, Logger } from '@mkt/service-kit';
import { SearchIndex } from '../domain/index.ts';
import type { Entry, EntryStore } from '../store/entries.ts';
import { readSnapshotFile, writeSnapshotFile } from '../store/snapshot-file.ts';

export interface LiveIndexOptions {
  readonly entries: EntryStore;
  readonly folder: string;
  readonly log: Logger;
  /** Pause between snapshots while there are changes. */
  readonly snapshotIntervalMs: number;
}

/** The index that answers, kept up with the read model. */
export interface LiveIndex extends Background {
  readonly current: SearchIndex;
  /** These products have changed: the index catches up with what is stored of them now. */
  refresh(productIds: readonly string[]): void;
  setVendorHidden(vendorId: string, hidden: boolean): void;
  /**
   * Fills a second index from the read model, answers from it once it is complete, and writes it
   * down. Whoever asks meanwhile gets the same one.
   */
  rebuild(): Promise<Rebuilt>;
}

export interface Rebuilt {
  readonly products: number;
  /** How many the index had that answered until now. */
  readonly productsBefore: number;
  readonly durationMs: number;
}

const batch = 500;
/**
 * Numbers are drawn before their transactions commit, so a lower one may appear after a higher one.
 * Reading this many again is cheap: what the index knows already changes nothing.
 */
const overlap = 2_000;

export function createLiveIndex(options: LiveIndexOptions): LiveIndex {
  const { entries, folder, log } = options;
  let current = new SearchIndex();
  /** Receives changes as well while it is being filled. */
  let filling: SearchIndex | undefined;
  let rebuilding: Promise<Rebuilt> | undefined;
  const pending = new Set<string>();
  let working: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let savedRevision = -1;
  let saving = Promise.resolve();
  let stopped = false;

  function apply(index: SearchIndex, entry: Entry): void {
    if (!entry.document) {
      index.remove(entry.productId, entry.changedSeq);
      return;
    }
    const stored = index.upsert(entry.document);
    if (stored.ok) return;
    log.warn(
      { service: 'search', productId: entry.productId, code: stored.error.code },
      'a product could not be indexed',
    );
  }

  function applyAll(found: readonly Entry[]): void {
    for (const entry of found) {
      apply(current, entry);
      if (filling) apply(filling, entry);
    }
  }

  async function work(): Promise<void> {
    while (pending.size > 0 && !stopped) {
      const ids = [...pending].slice(0, batch);
      for (const id of ids) pending.delete(id);
      try {
        applyAll(await entries.byIds(ids));
      } catch (error) {
        for (const id of ids) pending.add(id);
        log.warn({ service: 'search', err: error }, 'the index fell behind and will catch up');
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  function refresh(productIds: readonly string[]): void {
    for (const id of productIds) pending.add(id);
    working ??= work().finally(() => {
      working = undefined;
    });
  }

  async function fill(index: SearchIndex, fromSeq: number): Promise<void> {
    for (const vendorId of await entries.hiddenVendors()) index.setVendorHidden(vendorId, true);
    let seq = fromSeq;
    for (;;) {
      const found = await entries.changedAfter(seq, batch);
      for (const entry of found) apply(index, entry);
      seq = found.at(-1)?.changedSeq ?? seq;
      if (found.length < batch) return;
    }
  }

  async function rebuildNow(): Promise<Rebuilt> {
    const startedAt = performance.now();
    const fresh = new SearchIndex();
    const productsBefore = current.size;
    filling = fresh;
    try {
      await fill(fresh, 0);
      current = fresh;
    } finally {
      filling = undefined;
    }
    savedRevision = -1;
    await saveOrTell();
    const durationMs = Math.round(performance.now() - startedAt);
    return { products: fresh.size, productsBefore, durationMs };
  }

  async function save(): Promise<void> {
    const { revision } = current.stats();
    if (revision === savedRevision) return;
    const seq = await entries.lastSeq();
    await writeSnapshotFile(folder, current, seq);
    savedRevision = revision;
  }

  /** One after the other: they write one file. */
  function saveOrTell(): Promise<void> {
    saving = saving.then(save).catch((error: unknown) => {
      log.warn({ service: 'search', err: error }, 'the index snapshot could not be written');
    });
    return saving;
  }

  function scheduleSave(): void {
    timer = setTimeout(() => {
      void saveOrTell().finally(() => {
        if (!stopped) scheduleSave();
      });
    }, options.snapshotIntervalMs);
    timer.unref();
  }

  return {
    get current() {
      return current;
    },
    refresh,
    setVendorHidden(vendorId, hidden) {
      current.setVendorHidden(vendorId, hidden);
      filling?.setVendorHidden(vendorId, hidden);
    },
    rebuild() {
      rebuilding ??= rebuildNow().finally(() => {
        rebuilding = undefined;
      });
      return rebuilding;
    },
    async start() {
      const restored = await readSnapshotFile(folder);
      if (typeof restored === 'string') {
        log.info({ service: 'search', reason: restored }, 'building the index without a snapshot');
        await fill(current, 0);
      } else {
        current = restored.index;
        savedRevision = current.stats().revision;
        await fill(current, Math.max(0, restored.seq - overlap));
      }
      scheduleSave();
    },
    async idle() {
      while (working) await working;
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      while (working) await working;
      await saveOrTell();
    },
  };
}
