// mercurius with its just-in-time compiler, persisted queries alone; introspection off.
import { fastify } from 'fastify';
import mercurius from 'mercurius';
import { announce, answerHeaders, id, operation, resolvers, sdl, variables } from './hot-read.mjs';

const app = fastify();
app.addHook('onRequest', (_request, reply, done) => {
  reply.headers(answerHeaders);
  done();
});
await app.register(mercurius, {
  schema: sdl,
  resolvers,
  jit: 1,
  onlyPersisted: true,
  persistedQueries: { [id]: operation },
  graphiql: false,
});
await app.listen({ port: 0, host: '127.0.0.1' });
announce(app.server.address().port, { persisted: true, query: id, variables });
