import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { services as catalogue } from './catalogue/catalogue.ts';

// What can be checked without Docker: that the file is one that Compose reads, and that it says what the project expects of it.
const text = readFileSync(new URL('../../../compose.yaml', import.meta.url), 'utf8');

interface ComposeService {
  readonly image: string;
  readonly ports?: readonly string[];
  readonly healthcheck?: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
  };
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
}

const { services, configs } = parse(text) as {
  services: Readonly<Record<string, ComposeService>>;
  configs: Readonly<Record<string, { readonly content: string }>>;
};

test('it is YAML without errors or warnings, and so is every file that it carries', () => {
  for (const each of [text, ...Object.values(configs).map(({ content }) => content)]) {
    const { errors, warnings } = parseDocument(each);
    expect([...errors, ...warnings]).toEqual([]);
  }
  const used = Object.values(services).flatMap((service) => service.configs?.map(({ source }) => source) ?? []);
  expect(used.sort()).toEqual(Object.keys(configs).sort());
});

test('every server of the catalogue that has an image is there, of a pinned version, and nothing else', () => {
  expect(Object.keys(services).sort()).toEqual(['collector', 'collector-health', 'kafka', 'neo4j', 'postgres', 'prometheus', 'valkey']);
  for (const { image } of Object.values(services)) expect(image).toMatch(/^[a-z0-9/-]+:v?\d+(\.\d+)+(-[a-z]+)?$/);
});

test('its versions are those that we start ourselves', () => {
  for (const [name, version] of [
    ['neo4j', '5.26.30'],
    ['kafka', '4.3.1'],
    ['prometheus', '2.42'],
    ['valkey', '9.1'],
    ['postgres', '18'],
  ] as const) {
    expect(catalogue.find((service) => service.name === name)?.title).toContain(version);
    expect(services[name]?.image).toContain(version);
  }
});

test('every port is bound to the loopback address', () => {
  for (const port of Object.values(services).flatMap(({ ports = [] }) => ports)) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
});

test('every server has a health check that asks the server itself, the collector through another container', () => {
  for (const [name, { healthcheck }] of Object.entries(services)) {
    if (name === 'collector') continue;
    expect(healthcheck, name).toMatchObject({
      interval: expect.stringMatching(/^\d+s$/),
      timeout: expect.stringMatching(/^\d+s$/),
      retries: 30,
    });
    expect(healthcheck?.test[0]).toBe('CMD');
  }
  expect(services['collector-health']?.healthcheck?.test.join(' ')).toContain('http://collector:13133/');
});

test('the exports in its comments are the variables of the catalogue, at published ports', () => {
  const exported = [...text.matchAll(/([A-Z0-9_]+)=(\S+)/g)].filter(([line]) => /_(URI|URL|USER|PASSWORD|BROKERS|ENDPOINT)=/.test(line));
  const servers = catalogue.filter(({ name }) => name in services);
  expect(exported.map(([, name]) => name).sort()).toEqual(servers.flatMap(({ variables }) => variables).sort());
  for (const { name, variables } of servers) {
    const port = /:(\d+)(\/|$)/.exec(exported.find((line) => line[1] === variables[0])?.[2]?.replace(/^\w+:\/\/([^@]*@)?/, '') ?? '')?.[1];
    expect(services[name]?.ports).toContain(`127.0.0.1:${port}:${port}`);
  }
});
