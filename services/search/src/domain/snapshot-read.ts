import { err, ok, type Result } from '@mkt/kernel';
import { MalformedBytes } from './bytes.ts';
import { OutdatedSnapshot, type Restored, SnapshotBuilder } from './snapshot-builder.ts';
import { ForeignBytes, FrameReader } from './snapshot-format.ts';
import type { SnapshotRefusal } from './types.ts';

/** Rebuilds an index from its snapshot, or says why that is impossible. */
export async function readSnapshot(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Result<Restored, SnapshotRefusal>> {
  const frames = new FrameReader();
  const builder = new SnapshotBuilder();
  for await (const chunk of source) {
    const refusal = refusalOf(() => {
      for (const { kind, content } of frames.push(chunk)) builder.take(kind, content);
    });
    if (refusal !== undefined) return err(refusal);
  }
  const refusal = refusalOf(() => {
    frames.finish();
    builder.finish();
  });
  return refusal === undefined ? ok(builder) : err(refusal);
}

function refusalOf(work: () => void): SnapshotRefusal | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ForeignBytes) {
      return { code: 'SNAPSHOT_FOREIGN', detail: 'This is no snapshot of a search index.' };
    }
    if (error instanceof OutdatedSnapshot) {
      return { code: 'SNAPSHOT_OUTDATED', detail: error.message };
    }
    if (error instanceof MalformedBytes) {
      const detail = `The snapshot is damaged: ${error.message}. Rebuild the index.`;
      return { code: 'SNAPSHOT_DAMAGED', detail };
    }
    throw error;
  }
}
