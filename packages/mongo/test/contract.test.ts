import { documentsContract } from '@mkt/service-kit/testing/contracts';
import { inject } from 'vitest';
import { openStand } from './stand.ts';

documentsContract('MongoDB', () => openStand(inject('postgresUrl')));
