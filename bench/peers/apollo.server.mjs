// Apollo Server standalone, automatic persisted queries, bounded caches as its documentation for production asks; introspection off.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { announce, answerHeaders, id, operation, resolvers, sdl, variables } from './hot-read.mjs';

const { 'content-type': _own, ...headers } = answerHeaders;
const server = new ApolloServer({
  typeDefs: sdl,
  resolvers,
  introspection: false,
  csrfPrevention: true,
  plugins: [
    {
      async requestDidStart() {
        return {
          async willSendResponse({ response }) {
            for (const [name, value] of Object.entries(headers)) response.http.headers.set(name, value);
          },
        };
      },
    },
  ],
});
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
const persisted = { extensions: { persistedQuery: { version: 1, sha256Hash: id } }, variables };
// The first request brings the text, every other one its hash alone.
await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: operation, ...persisted }),
});
announce(Number(new URL(url).port), persisted);
