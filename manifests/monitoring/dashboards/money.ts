import type { Dashboard } from './panel.ts';

/** Whether money moves, and whether both sides of it arrive in the books. */
export const money: Dashboard = {
  uid: 'mkt-money',
  title: 'Money',
  panels: [
    {
      title: 'Payments, an hour at a time',
      queries: [
        ['sum by (type) (increase(events_published_total{service="payment"}[1h]))', '{{type}}'],
      ],
    },
    {
      title: 'Posted in the ledger, an hour at a time',
      queries: [
        [
          'sum by (type) (increase(events_consumed_total{service="payout",outcome="applied"}[1h]))',
          '{{type}}',
        ],
      ],
    },
    {
      title: 'Payments that no event of them was posted for, over a day',
      kind: 'stat',
      queries: [
        [
          'sum(increase(events_published_total{type=~"payment.(captured|refunded|voided)"}[1d])) ' +
            '- sum(increase(events_consumed_total{service="payout",type=~"payment.*",outcome="applied"}[1d]))',
          'missing',
        ],
      ],
    },
    {
      title: 'Calls to payments that fail',
      unit: 'reqps',
      queries: [
        [
          'sum by (route, status) (rate(http_request_duration_seconds_count{service="payment",status=~"5.."}[5m]))',
          '{{route}} {{status}}',
        ],
      ],
    },
    {
      title: 'Captures, refunds and voids under way',
      queries: [['max by (saga) (sagas_under_way{service="order"})', '{{saga}}']],
    },
    {
      title: 'Oldest of them',
      unit: 's',
      queries: [['max by (saga) (saga_oldest_age_seconds{service="order"})', '{{saga}}']],
    },
  ],
};
