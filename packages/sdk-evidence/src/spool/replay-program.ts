// A process that replays a spool; the test kills it while a record is on its way. The clock is ahead by the last argument, in milliseconds.
import { createPublisher } from '../publish/publisher.ts';
import { openDirectorySpool } from './directory-spool.ts';
import { replay } from './replay.ts';

const [directory = '', url = '', aheadMs = '0'] = process.argv.slice(2);
const spool = await openDirectorySpool(directory, { clock: { now: () => Date.now() + Number(aheadMs) } });
const publisher = createPublisher({ url, token: async () => 'opaque-test-token-0123456789', attempts: 1 });
process.stdout.write(JSON.stringify(await replay({ spool, publisher })));
