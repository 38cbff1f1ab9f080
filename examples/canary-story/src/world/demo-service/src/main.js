import { once } from 'node:events';
import { createPricingBackend } from './pricing-backend.js';
import { readReleaseConfig } from './release-config.js';
import { createService } from './service.js';

const { BACKEND_URL, PORT = '0', HOST = '127.0.0.1' } = process.env;
if (BACKEND_URL === undefined) throw new Error('BACKEND_URL is not set');

const backend = createPricingBackend(BACKEND_URL);
const service = createService({ ...(await readReleaseConfig()), price: backend.price });

process.once('SIGTERM', () => service.close(() => backend.close()));
await once(service.listen(Number(PORT), HOST), 'listening');
process.stdout.write(`${JSON.stringify({ listening: service.address().port })}\n`);
