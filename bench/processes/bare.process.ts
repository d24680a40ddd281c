import Fastify from 'fastify';
import { answerParent } from './measured.ts';

/** The reference: the least that Fastify does to answer these bytes. */
interface Settings {
  readonly replies: readonly { readonly path: string; readonly body: string }[];
}

const { replies } = JSON.parse(process.argv[2] ?? '{}') as Settings;
const app = Fastify({ logger: false });
for (const { path, body } of replies) {
  const bytes = Buffer.from(body);
  app.get(path, (_, reply) => {
    reply.type('application/json; charset=utf-8').send(bytes);
  });
}
const url = await app.listen({ host: '127.0.0.1', port: 0 });
answerParent({ url, stop: () => app.close() });
