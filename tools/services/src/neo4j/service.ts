import { java, maven } from '../catalogue/requirement.ts';
import type { Service } from '../catalogue/service.ts';
import { neo4jJars, neo4jVersion, startNeo4j } from './neo4j.ts';

export const neo4jService: Service = {
  name: 'neo4j',
  title: `Neo4j ${neo4jVersion}`,
  set: 'light',
  variables: ['NEO4J_URI', 'NEO4J_USER', 'NEO4J_PASSWORD'],
  keptAs: `neo4j-${neo4jVersion}`,
  requires: [java, maven],
  provision: neo4jJars,
  async start(options) {
    const { uri, user, password, stop } = await startNeo4j(options);
    return { environment: { NEO4J_URI: uri, NEO4J_USER: user, NEO4J_PASSWORD: password }, stop };
  },
  async query({ NEO4J_URI = '', NEO4J_USER = 'neo4j', NEO4J_PASSWORD = '' }) {
    const { default: neo4j } = await import('neo4j-driver');
    const driver = neo4j.driver(NEO4J_URI, neo4j.auth.basic(NEO4J_USER, NEO4J_PASSWORD));
    try {
      const { records } = await driver.executeQuery('RETURN 6 * 7 AS answer');
      return String(records[0]?.get('answer'));
    } finally {
      await driver.close();
    }
  },
};
