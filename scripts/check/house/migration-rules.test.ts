import { describe, expect, it } from 'vitest';
import { migrationsSayWhatTheyTakeAway as rule } from './migration-rules.ts';

const said = (sql: string, path = 'services/order/migrations/0007_names.sql'): string[] =>
  rule.appliesTo(path) ? rule.find(sql, path).map(({ what }) => what) : [];

describe('migrations say what they take away', () => {
  it.each([
    'DROP TABLE notes;',
    'ALTER TABLE notes DROP COLUMN body;',
    'ALTER TABLE notes RENAME COLUMN body TO content;',
    'ALTER TABLE notes RENAME TO remarks;',
    'ALTER TABLE notes ALTER COLUMN body SET NOT NULL;',
    'ALTER TABLE notes ALTER COLUMN body TYPE varchar(10);',
    'ALTER TABLE notes ADD COLUMN author uuid NOT NULL;',
    '-- contract after 0008_later\nDROP TABLE notes;',
  ])('refuses %s', (sql) => {
    expect(said(sql)).toHaveLength(1);
  });

  it.each([
    'CREATE TABLE notes (id uuid PRIMARY KEY, body text NOT NULL);',
    'ALTER TABLE notes ADD COLUMN author uuid;',
    "ALTER TABLE notes ADD COLUMN author text NOT NULL DEFAULT '';",
    'DROP INDEX notes_body;',
    'DROP TRIGGER notes_checked ON notes;',
    '-- contract after 0006_remarks\nDROP TABLE notes;',
  ])('accepts %s', (sql) => {
    expect(said(sql)).toEqual([]);
  });

  it('looks at migrations alone', () => {
    expect(said('DROP TABLE notes;', 'bench/rows/clean.sql')).toEqual([]);
  });
});
