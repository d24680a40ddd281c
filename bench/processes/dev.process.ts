import { runDev } from '../../marketplace/src/dev.ts';
import { answerParent } from './measured.ts';

/** What `npm start` runs once everything is installed: embedded PostgreSQL, and the demo. */
const { dataDir } = JSON.parse(process.argv[2] ?? '{}') as { dataDir: string };
const dev = await runDev({
  dataDir,
  port: 0,
  host: '127.0.0.1',
  empty: false,
  print: () => {},
});
answerParent({ url: dev.url, idle: () => dev.idle(), stop: () => dev.stop() });
