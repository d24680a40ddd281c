import { type HouseRule, linesMatching } from './rule.ts';

const isMigration = (path: string): boolean => /(^|\/)migrations\/\d{4}_\w+\.sql$/.test(path);

/** What code of the version before would miss: it runs on during a deploy. */
const takesAway =
  /\b(DROP (?:TABLE|COLUMN|VIEW|FUNCTION|SCHEMA)|RENAME (?:TO|COLUMN)|SET NOT NULL|ALTER COLUMN \w+ (?:SET DATA )?TYPE|ADD COLUMN(?=.*NOT NULL)(?!.*DEFAULT))\b/i;
const contractLine = /^-- contract after (\d{4})_\w+$/;

export const migrationsSayWhatTheyTakeAway: HouseRule = {
  name: 'migrations say what they take away',
  why: 'In a deploy the version before goes on beside the new one. A file that takes something away begins with `-- contract after NNNN_name`: the migration since which no code uses it. Older code then refuses to start, and says why. See docs/deploying-a-version.md.',
  appliesTo: isMigration,
  find: (text, path) => {
    const [first = ''] = text.split('\n', 1);
    const after = contractLine.exec(first)?.[1];
    const own = /(\d{4})_\w+\.sql$/.exec(path)?.[1] ?? '';
    if (after !== undefined) {
      return after <= own ? [] : [{ line: 1, what: `contract after ${after}, which comes later` }];
    }
    return linesMatching(text, takesAway, ([, what = '']) => what);
  },
};
