import type { Quota } from './quota.ts';

const bars = '▁▂▃▄▅▆▇█';
const hoursOfDay = 24;

/** A quota's way to its limit, a character per point: the last is full at the limit and above. */
export function sparkline({ levels, limit }: Quota, points = 31): string {
  return Array.from({ length: points }, (_, at) => {
    const level = levels[Math.floor(((at + 1) * levels.length) / points) - 1] ?? 0;
    const share = limit > 0 ? level / limit : level > 0 ? 1 : 0;
    const step = Math.min(bars.length - 1, Math.max(0, Math.floor(share * bars.length)));
    return bars[step];
  }).join('');
}

const box = { width: 640, height: 120, left: 46, right: 14, top: 30, bottom: 22, gap: 18 } as const;

/** Every quota a panel: its line over the days of the month against its limit. */
export function svgOf(title: string, quotas: readonly Quota[]): string {
  const height = 44 + quotas.length * (box.height + box.gap);
  const panels = quotas.map((quota, at) => panel(quota, 44 + at * (box.height + box.gap)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box.width} ${height}" font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="${box.width}" height="${height}" fill="#fff"/>`,
    `<text x="14" y="26" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function panel(quota: Quota, top: number): string {
  const { levels, limit } = quota;
  const most = Math.max(limit, quota.used) * 1.08 || 1;
  const inner = {
    width: box.width - box.left - box.right,
    height: box.height - box.top - box.bottom,
  };
  const x = (hour: number): number => box.left + (hour / levels.length) * inner.width;
  const y = (value: number): number => top + box.top + inner.height * (1 - value / most);
  const points = daily(levels).map(
    ({ hour, level }) => `${x(hour).toFixed(1)},${y(level).toFixed(1)}`,
  );
  const isOver = quota.share > 1;
  const colour = isOver ? '#c0392b' : quota.share > 0.8 ? '#b9770e' : '#1e6f5c';
  const name = quota.instance === null ? quota.limitId : `${quota.limitId} (${quota.instance})`;
  const days = [1, 8, 15, 22, 29].filter((day) => (day - 1) * hoursOfDay < levels.length);
  return [
    `<text x="14" y="${top + 14}" font-weight="600">${escaped(name)}</text>`,
    `<text x="${box.width - box.right}" y="${top + 14}" text-anchor="end" fill="${colour}">${escaped(used(quota))}</text>`,
    `<line x1="${box.left}" x2="${box.width - box.right}" y1="${y(limit).toFixed(1)}" y2="${y(limit).toFixed(1)}" stroke="#888" stroke-dasharray="4 3"/>`,
    `<text x="${box.left - 4}" y="${(y(limit) + 4).toFixed(1)}" text-anchor="end" fill="#555">${short(limit)}</text>`,
    `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(' ')}"/>`,
    ...days.map(
      (day) =>
        `<text x="${x((day - 1) * hoursOfDay).toFixed(1)}" y="${top + box.height - 6}" fill="#777">${day}</text>`,
    ),
  ].join('\n');
}

/** The level at the end of each day, and the worst of the day where it goes up and down. */
function daily(levels: Float64Array): { hour: number; level: number }[] {
  const points: { hour: number; level: number }[] = [];
  for (let hour = 0; hour < levels.length; hour += hoursOfDay) {
    const day = levels.subarray(hour, hour + hoursOfDay);
    points.push({
      hour: hour + day.length,
      level: day.reduce((most, one) => Math.max(most, one), 0),
    });
  }
  return points;
}

const used = ({ used: amount, limit, unit, share }: Quota): string =>
  `${short(amount)} of ${short(limit)} ${unit}, ${Math.round(share * 100)}%`;

export function short(value: number): string {
  if (value >= 1e6) return `${Math.round(value / 1e5) / 10}M`;
  if (value >= 1e4) return `${Math.round(value / 1e3)}k`;
  return value >= 100 ? String(Math.round(value)) : String(Math.round(value * 100) / 100);
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
