import { daysFrom } from '../kubernetes/schedule.ts';
import type { Workload } from '../kubernetes/workload.ts';

/** Every combination of a day of the month and a day of the week occurs within these. */
const calendarYears = 28;
const minutesOfDay = 1440;

/** Jobs that run at the same time, at the moment when they ask for most. */
export interface CronPeak {
  readonly jobs: readonly { readonly workload: Workload; readonly runs: number }[];
  /** `weekdays and minute` when it begins; undefined where no job is timed. */
  readonly at?: string;
}

/**
 * The worst coincidence of CronJobs, by memory. A job holds its room from its start to its deadline;
 * one without a deadline, or by another clock, may run at any time.
 */
export function cronPeak(workloads: readonly Workload[], from: Date): CronPeak {
  const jobs = workloads.filter(({ run, replicas }) => run !== undefined && replicas > 0);
  const always = jobs.filter(({ run }) => !run?.isUtc || run.deadlineSeconds === undefined);
  const timed = jobs.filter((job) => !always.includes(job));
  let worst: { readonly size: number; readonly peak: CronPeak } = { size: -1, peak: { jobs: [] } };
  const seen = new Set<string>();
  const days = daysFrom(from, Math.ceil(calendarYears * 365.25));
  const onDay = days.map((day) => timed.map(({ run }) => run?.schedule.isOnDay(day) ?? false));
  const reach = 1 + Math.max(0, ...timed.map(({ run }) => daysReached(run?.deadlineSeconds)));
  for (const at of days.keys()) {
    const window = onDay.slice(Math.max(0, at - reach + 1), at + 1);
    const signature = JSON.stringify(window);
    if (seen.has(signature)) continue;
    seen.add(signature);
    const found = worstOfDay(timed, window);
    if (found.size > worst.size) worst = found;
  }
  const alone = always.map((workload) => ({ workload, runs: 1 }));
  return { ...worst.peak, jobs: [...alone, ...worst.peak.jobs] };
}

const daysReached = (seconds = 0) => Math.ceil(seconds / 86_400);

/** The worst minute of the last day of a window: it begins where one of the jobs starts. */
function worstOfDay(timed: readonly Workload[], window: readonly (readonly boolean[])[]) {
  const lastDay = (window.length - 1) * minutesOfDay;
  const starts = timed.map(({ run }, job) =>
    window.flatMap((on, day) =>
      on[job] ? (run?.schedule.minutesOfDay ?? []).map((one) => day * minutesOfDay + one) : [],
    ),
  );
  const moments = [...new Set(starts.flat())].filter((one) => one >= lastDay);
  let worst = { size: -1, peak: { jobs: [] } as CronPeak };
  for (const moment of moments.sort((a, b) => a - b)) {
    const jobs = timed.flatMap((workload, job) => {
      const lasts = (workload.run?.deadlineSeconds ?? 0) / 60;
      const alive = (starts[job] ?? []).filter(
        (start) => start <= moment && start + lasts > moment,
      ).length;
      const runs = workload.run?.isExclusive ? Math.min(alive, 1) : alive;
      return runs > 0 ? [{ workload, runs }] : [];
    });
    const size = jobs.reduce((sum, one) => sum + memoryOf(one), 0);
    if (size > worst.size) worst = { size, peak: { jobs, at: timeText(moment - lastDay) } };
  }
  return worst;
}

const memoryOf = ({ workload, runs }: { workload: Workload; runs: number }) =>
  runs * workload.replicas * (workload.pod.requests['memory'] ?? 0);

const timeText = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')} UTC`;
