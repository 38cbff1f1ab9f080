// What the peers answer with: the contract comes from the harness as JSON, so that their own graphql 16 is all they load.
export const contract = JSON.parse(process.argv[2]);
export const { sdl, operation, id, variables, answerHeaders, data } = contract;
export const resolvers = { Query: { standing: () => data } };

export function announce(port, body) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  process.send({ port, requests: [{ method: 'POST', path: '/graphql', headers, body: JSON.stringify(body) }] });
}
