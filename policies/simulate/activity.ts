import { type Context, contexts, type UseCase, useCases } from '@mkt/topology';

/** What happened in each hour: the same of both engines, so that they can be held together. */
export interface Activity {
  readonly hours: number;
  /** Executions by hour. */
  readonly done: Readonly<Record<UseCase, Float64Array>>;
  /** Executions that no cache answered, of those that have one. */
  readonly missed: Readonly<Record<UseCase, Float64Array>>;
  /** Visits turned away because a store they need was stopped, or by the degrade ladder. */
  readonly refused: Readonly<Record<UseCase, Float64Array>>;
  /** Seconds that a context's serverless database was awake. */
  readonly awakeSeconds: Readonly<Record<Context, Float64Array>>;
  /** How often it was woken. */
  readonly wakes: Readonly<Record<Context, Float64Array>>;
  /** The most document operations in one second of the hour. */
  readonly peakDocumentOperations: Float64Array;
}

export function emptyActivity(hours: number): Activity {
  const perUseCase = () =>
    Object.fromEntries(useCases.map((name) => [name, new Float64Array(hours)])) as Record<
      UseCase,
      Float64Array
    >;
  const perContext = () =>
    Object.fromEntries(contexts.map((name) => [name, new Float64Array(hours)])) as Record<
      Context,
      Float64Array
    >;
  return {
    hours,
    done: perUseCase(),
    missed: perUseCase(),
    refused: perUseCase(),
    awakeSeconds: perContext(),
    wakes: perContext(),
    peakDocumentOperations: new Float64Array(hours),
  };
}

export const total = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0);
