import { tokenBuckets } from '../../compile/token-buckets.ts';
import { withoutComments } from '../code.ts';
import { wakingCost } from '../cost.ts';
import { isCron, shortestGapMinutes } from '../cron.ts';
import { type Found, isDeployed, isRendered, type LintRule } from '../model.ts';

const scheduled = /\b(?:schedule|cron)\b['"]?\s*[:=(]\s*(["'`])([^"'`\n]{9,60})\1/gi;
/** In YAML a schedule of digits alone may do without quotes. */
const bare = /^\s*-?\s*(?:schedule|cron):\s*([\d*/,-]+(?:\s+[\w*/,-]+){4})\s*$/gim;

export const fastSchedules: LintRule = {
  name: 'fast-schedule',
  why: 'A job on a schedule wakes the databases that it asks, each for five minutes at the least.',
  appliesTo: (path) => isDeployed(path) || isRendered(path),
  find({ path, text }, day) {
    const code = isRendered(path) ? text : withoutComments(text);
    const leastMinutes = tokenBuckets(day).neon.backgroundIntervalSeconds / 60;
    const found = [...code.matchAll(scheduled), ...code.matchAll(bare)].flatMap(
      (match): Found[] => {
        const cron = match[2] ?? match[1] ?? '';
        if (!isCron(cron)) return [];
        const minutes = shortestGapMinutes(cron);
        if (minutes >= leastMinutes) return [];
        return [
          {
            line: code.slice(0, match.index + match[0].search(/\S/)).split('\n').length,
            what: `"${cron}" comes every ${minutes} min`,
            cost: wakingCost(minutes * 60, day),
            remedy: `Let it come every ${leastMinutes} min or less often, or when there is work.`,
          },
        ];
      },
    );
    return found;
  },
};
