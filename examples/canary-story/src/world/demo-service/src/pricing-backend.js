import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';

/**
 * A client of the pricing backend. It opens as many connections as it is asked for: the pool of the service is the only limit.
 *
 * @param {string} url
 */
export function createPricingBackend(url) {
  const agent = new Agent({ keepAlive: true });
  return {
    /**
     * @param {string} sku
     * @returns {Promise<number>} price in cents
     */
    async price(sku) {
      const response = await new Promise((resolve, reject) => {
        request(new URL(`/prices/${encodeURIComponent(sku)}`, url), { agent }, resolve)
          .on('error', reject)
          .end();
      });
      const { priceCents } = await json(response);
      if (response.statusCode !== 200 || !Number.isSafeInteger(priceCents))
        throw new Error(`the pricing backend answered ${response.statusCode} without a price`);
      return priceCents;
    },
    close() {
      agent.destroy();
    },
  };
}
