import { wakeBudget, wakeCost } from '../compile/neon-wake.ts';
import { allowanceOf, costUsd, limitAt } from '../limits/index.ts';
import type { MonthlyCost } from './model.ts';

const monthSeconds = 31 * 86_400;

/** What a quantity a month takes of a limit. */
export function costOf(
  limitId: string,
  quantity: number,
  { day, because }: { readonly day: string; readonly because: string },
): MonthlyCost {
  const limit = limitAt(limitId, day);
  const allowance = allowanceOf(limit);
  const usd = costUsd(limit, quantity - allowance) ?? null;
  return { limitId, quantity: Math.round(quantity * 10) / 10, allowance, usd, because };
}

/** Commands of a client that asks again and again. */
export function pollingCost(everySeconds: number, day: string, commands = 1): MonthlyCost {
  const count = (monthSeconds / everySeconds) * commands;
  const each = commands === 1 ? '' : ` x ${commands} commands`;
  const because = `${monthSeconds.toLocaleString('en')} s / ${everySeconds} s${each}, idle`;
  return costOf('upstash.commands.count', count, { day, because });
}

/** Compute of a database that is woken every so often. */
export function wakingCost(everySeconds: number, day: string): MonthlyCost {
  const budget = wakeBudget(day);
  const { minimumCu, autosuspendSeconds } = budget;
  const because =
    everySeconds <= autosuspendSeconds
      ? `it never sleeps: ${minimumCu} CU x 744 h`
      : `${minimumCu} CU x 744 h x ${autosuspendSeconds + 5} s awake in ${everySeconds} s`;
  return costOf('neon.compute.cu-hours', wakeCost(everySeconds, budget), { day, because });
}

/** `186 of 100 cu-hours a month, $9.12 beyond (0.25 CU x 744 h)`. */
export function costText({ limitId, quantity, allowance, usd, because }: MonthlyCost): string {
  const unit =
    limitId.split('.').at(-1) === 'count' ? limitId.split('.').at(-2) : limitId.split('.').at(-1);
  const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });
  const money = usd === null || usd === 0 ? '' : `, $${usd.toFixed(2)} beyond`;
  return `${number(quantity)} of ${number(allowance)} ${unit} a month${money} (${because})`;
}
