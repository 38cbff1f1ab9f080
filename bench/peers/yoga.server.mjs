// graphql-yoga with persisted operations and graphql-jit, without landing page, playground and error masking.
import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { createSchema, createYoga } from 'graphql-yoga';
import { announce, answerHeaders, id, operation, resolvers, sdl, variables } from './hot-read.mjs';

const { 'content-type': _own, ...headers } = answerHeaders;
const yoga = createYoga({
  schema: createSchema({ typeDefs: sdl, resolvers }),
  graphiql: false,
  landingPage: false,
  logging: false,
  maskedErrors: false,
  plugins: [
    usePersistedOperations({ getPersistedOperation: (hash) => (hash === id ? operation : null) }),
    useGraphQlJit(),
    {
      onResponse({ response }) {
        for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      },
    },
  ],
});
const server = createServer(yoga);
server.listen(0, '127.0.0.1', () => {
  announce(server.address().port, { extensions: { persistedQuery: { version: 1, sha256Hash: id } }, variables });
});
