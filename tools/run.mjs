// Root commands (`npm start`, `npm test`, …) on a machine that has only Node and npm; `bootstrap/` does the work.
const oldest = 20;

if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    `promotable: Node ${process.versions.node} is too old: install Node ${oldest} or newer (the pinned one is fetched then).\n`,
  );
  process.exitCode = 2;
} else {
  const { bootstrap } = await import('./bootstrap/bootstrap.mjs');
  process.exitCode = await bootstrap(process.argv.slice(2));
}

export {};
