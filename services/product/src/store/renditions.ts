import type { Database } from '@mkt/service-kit';

/** A picture whose renditions are still to be made, for whoever has it. */
export interface PictureDue {
  readonly name: string;
  /** Whether any vendor who has it could have as many bytes again. */
  readonly hasRoom: boolean;
}

/** Pictures that this recipe has not been followed for, by name. */
export function picturesDue(
  db: Database,
  by: { recipe: number; maxAttempts: number; maxVendorBytes: number; after: string; limit: number },
): Promise<PictureDue[]> {
  return db.query<PictureDue & Record<string, unknown>>(
    `WITH due AS (
       SELECT name FROM media WHERE name > $4 GROUP BY name
       HAVING bool_or(rendition_recipe IS DISTINCT FROM $1) AND max(rendition_attempts) < $2
       ORDER BY name LIMIT $5),
     held AS (
       SELECT vendor_id, sum(size_bytes + rendition_bytes) AS bytes FROM media
       WHERE vendor_id IN (SELECT m.vendor_id FROM media m JOIN due USING (name)) GROUP BY vendor_id)
     SELECT m.name, bool_or(h.bytes + m.size_bytes <= $3::bigint) AS "hasRoom"
     FROM media m JOIN due USING (name) JOIN held h USING (vendor_id)
     GROUP BY m.name ORDER BY m.name`,
    [by.recipe, by.maxAttempts, by.maxVendorBytes, by.after, by.limit],
  );
}

export async function beginRenditions(db: Database, name: string): Promise<void> {
  await db.query('UPDATE media SET rendition_attempts = rendition_attempts + 1 WHERE name = $1', [
    name,
  ]);
}

export interface RenditionsMade {
  readonly name: string;
  readonly recipe: number;
  readonly sizeBytes: number;
  readonly refusal: string | null;
}

/** Charges whoever has the picture and has room; false where nobody has. */
export async function noteRenditions(
  db: Database,
  made: RenditionsMade,
  maxVendorBytes: number,
): Promise<boolean> {
  const rows = await db.query(
    `WITH held AS (
       SELECT vendor_id, sum(size_bytes + rendition_bytes) AS bytes FROM media
       WHERE vendor_id IN (SELECT vendor_id FROM media WHERE name = $1) GROUP BY vendor_id),
     judged AS (
       SELECT m.vendor_id, h.bytes - m.rendition_bytes + $3::bigint <= $5::bigint AS fits
       FROM media m JOIN held h USING (vendor_id) WHERE m.name = $1)
     UPDATE media m SET rendition_recipe = $2, rendition_attempts = 0,
       rendition_bytes = CASE WHEN j.fits THEN $3::bigint ELSE 0 END,
       rendition_refusal = coalesce($4, CASE WHEN j.fits THEN NULL ELSE 'FULL' END)
     FROM judged j WHERE m.name = $1 AND m.vendor_id = j.vendor_id RETURNING j.fits`,
    [made.name, made.recipe, made.sizeBytes, made.refusal, maxVendorBytes],
  );
  return rows.some(({ fits }) => fits === true);
}

export async function isKnownPicture(db: Database, name: string): Promise<boolean> {
  const rows = await db.query('SELECT 1 FROM media WHERE name = $1 LIMIT 1', [name]);
  return rows.length > 0;
}
