import type { Dashboard } from './panel.ts';

/** Work that waits between services. */
export const events: Dashboard = {
  uid: 'mkt-events',
  title: 'Events and sagas',
  panels: [
    {
      title: 'Oldest event not published',
      unit: 's',
      queries: [['max by (service) (outbox_oldest_age_seconds)', '{{service}}']],
    },
    {
      title: 'Events waiting',
      queries: [['max by (service) (outbox_waiting)', '{{service}}']],
    },
    {
      title: 'Published',
      unit: 'reqps',
      queries: [['sum by (type) (rate(events_published_total[5m]))', '{{type}}']],
    },
    {
      title: 'Handled',
      unit: 'reqps',
      queries: [
        ['sum by (service, outcome) (rate(events_consumed_total[5m]))', '{{service}} {{outcome}}'],
      ],
    },
    {
      title: 'Parked events, over a day',
      kind: 'table',
      queries: [['sum by (service) (increase(dead_letters_total[1d])) > 0', '{{service}}']],
    },
    {
      title: 'Oldest saga with something to do',
      unit: 's',
      queries: [['max by (service, saga) (saga_oldest_age_seconds)', '{{service}} {{saga}}']],
    },
    {
      title: 'Dropped or set aside by the bus, over a day',
      queries: [
        ['sum by (consumer) (increase(bus_trimmed_unread_total[1d]))', '{{consumer}} missed'],
        ['sum by (consumer) (increase(bus_dead_letters_total[1d]))', '{{consumer}} set aside'],
      ],
    },
    {
      title: 'Breakers that are not closed',
      queries: [['max by (service) (circuit_breaker_state) > 0', '{{service}}']],
    },
  ],
};
