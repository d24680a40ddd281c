/** What a panel shows; the rest is the same for all. */
export interface Panel {
  readonly title: string;
  /** Expressions with what their lines are called. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
  readonly unit?: 'short' | 's' | 'reqps' | 'percentunit' | 'bytes';
  readonly kind?: 'timeseries' | 'stat' | 'table';
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
}

const columns = 2;
const width = 24 / columns;
const height = 8;
const datasource = { type: 'prometheus', uid: 'prometheus' };

/** A dashboard as Grafana stores it. Its id is its name, so that addresses stay. */
export function dashboardJson({ uid, title, panels }: Dashboard): string {
  const model = {
    uid,
    title,
    tags: ['mkt'],
    timezone: 'utc',
    editable: false,
    schemaVersion: 41,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    panels: panels.map(panelModel),
  };
  return `${JSON.stringify(model, null, 1)}\n`;
}

function panelModel({ title, queries, unit = 'short', kind = 'timeseries' }: Panel, index: number) {
  return {
    id: index + 1,
    title,
    type: kind,
    datasource,
    gridPos: {
      h: height,
      w: width,
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
    },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + at),
      datasource,
      expr,
      legendFormat,
      ...(kind === 'timeseries' ? {} : { instant: true }),
    })),
  };
}
