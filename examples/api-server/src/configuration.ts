// Environment and command line, read once. Everything wrong is named at once, by the name of its variable.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EnvironmentName, type Fault, isCodedError, TenantId } from '@promotable/contracts';
import { ApprovalRules, fourEyes } from '@promotable/governance';
import { layerPresets, parseLayer, type LayerDocument, type PresetName, presetNames } from '@promotable/policies';
import type { OidcIssuer } from '@promotable/server-kit';
import { tracingEnvironment } from '@promotable/telemetry/opentelemetry';
import { z } from 'zod';
import { ApiServerError } from './api-server-error.ts';
import { type ConsoleOidc, ConsoleOidcFile, consoleOidc } from './console/console-settings.ts';
import { type NotificationSettings, notificationSettings, notificationVariables } from './notification-settings.ts';
import type { RetentionSettings } from './retention/retention-run.ts';

export interface Configuration {
  readonly production: boolean;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Whether a taken port may be replaced by a free one: only where nobody asked for it by name. */
  readonly fallbackToFreePort: boolean;
  /** Absolute path of the directory for local data, keys and tokens. */
  readonly data: string;
  /** Forget what was kept in `data`, and start anew. */
  readonly reset: boolean;
  /** Go on although the database lies behind an exported checkpoint, and state the loss in the log. */
  readonly acceptLoss: boolean;
  /** Null = the embedded PostgreSQL, its data in `data`. */
  readonly postgresUri: string | null;
  readonly policyLayer: PresetName;
  readonly policyOverrides: readonly LayerDocument[];
  /** `always`: this process's policy becomes the active one; `if-none`: only where none is active yet. */
  readonly activatePolicy: 'always' | 'if-none';
  /** Directory with keys, key set and trust policy; null = made for development in `data`. */
  readonly keys: string | null;
  /** `iss` and `aud` of MC's own tokens; the same for all replicas. */
  readonly tokenIssuer: string;
  /** Longest life of a token that MC issues and keeps on record, seconds. */
  readonly maxTokenSeconds: number;
  /** How long what is kept. */
  readonly retention: RetentionSettings;
  readonly oidcIssuers: readonly OidcIssuer[];
  /** Who must approve a waiver. */
  readonly approvalRules: ApprovalRules;
  /** Who is told of decisions and overrides. */
  readonly notifications: NotificationSettings;
  /** Where people log in to the console; null = nowhere in production, a local issuer in development. */
  readonly consoleOidc: ConsoleOidc | null;
  /** By tenant: the environment of a gate that names none. */
  readonly defaultEnvironments: Readonly<Record<string, string>>;
  /** Environments that `/metrics`, which is public, shows by name; every other one is `other`. */
  readonly metricEnvironments: readonly string[];
  /** Base URL as callers see it; null = where it listens. */
  readonly publicUrl: string | null;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port from 0 to 65535')
    .transform(Number)
    .refine((number) => number <= 65_535, 'must be a port from 0 to 65535')
    .optional(),
  POSTGRES_URI: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a URL such as postgres://user:password@host:5432/mc' }).optional(),
  PROMOTABLE_DATA: z.string().min(1).default('.promotable'),
  PROMOTABLE_POLICY_LAYER: z.enum(presetNames).default('standard'),
  PROMOTABLE_POLICY_OVERRIDES: z.string().optional().transform(fromJsonFile).pipe(z.array(z.unknown()).default([]).transform(layers)),
  PROMOTABLE_ACTIVATE_POLICY: z.enum(['always', 'if-none']).optional(),
  PROMOTABLE_KEYS: z.string().min(1).optional(),
  PROMOTABLE_TOKEN_ISSUER: z.string().min(1).max(256).default('urn:promotable:mc'),
  /** Days; a secret that is renewed every 60 has a month to be late. */
  PROMOTABLE_TOKEN_MAX_DAYS: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number of days from 1 to 366')
    .transform(Number)
    .refine((days) => days >= 1 && days <= 366, 'must be a number of days from 1 to 366')
    .default(90),
  PROMOTABLE_DECISION_DAYS: daysFrom(365, 2557),
  /** Publishers keep receipts for 45 days: until then a repetition must be recognised. */
  PROMOTABLE_EVIDENCE_DAYS: daysFrom(90, 90),
  /** Faults inside are named by the authenticator itself, which knows the shape. */
  PROMOTABLE_OIDC: z
    .string()
    .optional()
    .transform(fromJsonFile)
    .pipe(z.array(z.custom<OidcIssuer>((issuer) => typeof issuer === 'object' && issuer !== null)).default([])),
  PROMOTABLE_APPROVAL_RULES: z.string().optional().transform(fromJsonFile).pipe(ApprovalRules.default(fourEyes)),
  PROMOTABLE_CONSOLE_OIDC: z.string().optional().transform(fromJsonFile).pipe(ConsoleOidcFile.optional()),
  PROMOTABLE_DEFAULT_ENVIRONMENTS: z.string().optional().transform(fromJson).pipe(z.record(TenantId, EnvironmentName).optional()),
  PROMOTABLE_METRIC_ENVIRONMENTS: z
    .string()
    .default('production,staging')
    .transform((names) => names.split(',').map((name) => name.trim()))
    .pipe(z.array(EnvironmentName).max(32)),
  PROMOTABLE_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  ...notificationVariables,
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** The tenant of a local installation. */
export const localTenant = 'local';

/**
 * Reads `argv` (without the program's name) and `env`; an empty variable is one that is not set.
 * @throws {ApiServerError} `CONFIGURATION_INVALID` with every fault, its path the variable or flag
 */
export function readConfiguration(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Configuration {
  const flags = readFlags(argv);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const merged = {
    ...given,
    ...(flags.port === undefined ? {} : { PORT: flags.port }),
    ...(flags.host === undefined ? {} : { HOST: flags.host }),
    ...(flags.data === undefined ? {} : { PROMOTABLE_DATA: flags.data }),
  };
  const parsed = Environment.safeParse(merged);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(({ path, code, message }): Fault => ({ path: path.join('/'), code: code ?? 'invalid', message }));
  faults.push(...tracingFaults(given));
  if ((given['PROMOTABLE_WEBHOOK_URL'] === undefined) !== (given['PROMOTABLE_WEBHOOK_SECRET'] === undefined))
    faults.push({ path: 'PROMOTABLE_WEBHOOK_SECRET', code: 'required', message: 'and PROMOTABLE_WEBHOOK_URL must be set together' });
  const production = given['NODE_ENV'] === 'production';
  if (production) faults.push(...productionFaults(merged, flags.reset));
  if (!parsed.success || faults.length > 0) throw invalid(faults);
  const values = parsed.data;
  const console = values.PROMOTABLE_CONSOLE_OIDC === undefined ? null : consoleOf(values.PROMOTABLE_CONSOLE_OIDC, values.PROMOTABLE_OIDC);
  return {
    production,
    host: values.HOST,
    port: values.PORT ?? 4000,
    fallbackToFreePort: values.PORT === undefined && !production,
    data: resolve(values.PROMOTABLE_DATA),
    reset: flags.reset,
    acceptLoss: flags['accept-loss'],
    postgresUri: values.POSTGRES_URI ?? null,
    policyLayer: values.PROMOTABLE_POLICY_LAYER,
    policyOverrides: values.PROMOTABLE_POLICY_OVERRIDES,
    activatePolicy: values.PROMOTABLE_ACTIVATE_POLICY ?? (production ? 'if-none' : 'always'),
    keys: values.PROMOTABLE_KEYS === undefined ? null : resolve(values.PROMOTABLE_KEYS),
    tokenIssuer: values.PROMOTABLE_TOKEN_ISSUER,
    maxTokenSeconds: values.PROMOTABLE_TOKEN_MAX_DAYS * 86_400,
    retention: { decisionDays: values.PROMOTABLE_DECISION_DAYS, evidenceDays: values.PROMOTABLE_EVIDENCE_DAYS },
    oidcIssuers: values.PROMOTABLE_OIDC,
    approvalRules: values.PROMOTABLE_APPROVAL_RULES,
    notifications: notificationSettings(values),
    consoleOidc: console,
    defaultEnvironments: values.PROMOTABLE_DEFAULT_ENVIRONMENTS ?? (production ? {} : { [localTenant]: 'production' }),
    metricEnvironments: values.PROMOTABLE_METRIC_ENVIRONMENTS,
    publicUrl: values.PROMOTABLE_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    logLevel: values.LOG_LEVEL,
  };
}

/** The variables of OpenTelemetry are read again where tracing starts; here they are only judged. */
function tracingFaults(env: Readonly<Record<string, string | undefined>>): readonly Fault[] {
  try {
    tracingEnvironment(env);
    return [];
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return error.faults;
  }
}

function consoleOf(file: Parameters<typeof consoleOidc>[0], issuers: readonly OidcIssuer[]): ConsoleOidc {
  const settings = consoleOidc(file, issuers);
  if (settings !== null) return settings;
  const message = `needs rules: none are given, and PROMOTABLE_OIDC has none for ${file.issuer}`;
  throw invalid([{ path: 'PROMOTABLE_CONSOLE_OIDC/rules', code: 'required', message }]);
}

/** What development makes by itself must be given in production, and what is made for development is refused. */
function productionFaults(env: Readonly<Record<string, string | undefined>>, reset: boolean): Fault[] {
  const layer = env['PROMOTABLE_POLICY_LAYER'];
  const isDevelopmentLayer =
    layer !== undefined && Object.hasOwn(layerPresets, layer) && layerPresets[layer as PresetName].developmentOnly === true;
  return [
    ...(['POSTGRES_URI', 'PROMOTABLE_KEYS'] as const)
      .filter((name) => env[name] === undefined)
      .map((path) => ({ path, code: 'required', message: 'must be set when NODE_ENV is production' })),
    ...(env['PROMOTABLE_CONSOLE_OIDC'] !== undefined && !isReachedByHttps(env['PROMOTABLE_PUBLIC_URL'])
      ? [
          {
            path: 'PROMOTABLE_PUBLIC_URL',
            code: 'required',
            message:
              'must be the https URL of this server when PROMOTABLE_CONSOLE_OIDC is set and NODE_ENV is production: logins come back to it',
          },
        ]
      : []),
    ...(isDevelopmentLayer
      ? [
          {
            path: 'PROMOTABLE_POLICY_LAYER',
            code: 'development_only',
            message: `must not be ${layer} when NODE_ENV is production: it is made for development`,
          },
        ]
      : []),
    ...(reset ? [{ path: '--reset', code: 'development_only', message: 'is refused when NODE_ENV is production' }] : []),
  ];
}

function isReachedByHttps(url: string | undefined): boolean {
  return url !== undefined && URL.parse(url)?.protocol === 'https:';
}

function readFlags(argv: readonly string[]): {
  readonly data?: string | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly reset: boolean;
  readonly 'accept-loss': boolean;
} {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        reset: { type: 'boolean', default: false },
        'accept-loss': { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    const message = (error as Error).message.split('. ')[0] ?? '';
    throw invalid([
      {
        path: 'command line',
        code: 'unknown_flag',
        message: `${message}; there are --data DIR, --port N, --host ADDRESS, --reset and --accept-loss`,
      },
    ]);
  }
}

function fromJson(text: string | undefined, context: z.RefinementCtx): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
}

function daysFrom(least: number, usual: number) {
  const message = `must be a number of days from ${least} to 36500`;
  return z
    .string()
    .regex(/^\d{1,5}$/, message)
    .transform(Number)
    .refine((days) => days >= least && days <= 36_500, message)
    .default(usual);
}

function fromJsonFile(path: string | undefined, context: z.RefinementCtx): unknown {
  if (path === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    context.addIssue({
      code: 'custom',
      message: `must name a JSON file: ${path} ${(error as NodeJS.ErrnoException).code ?? 'is no JSON'}`,
    });
    return z.NEVER;
  }
}

function layers(documents: readonly unknown[], context: z.RefinementCtx): LayerDocument[] {
  return documents.flatMap((document, index) => {
    try {
      return [parseLayer(document)];
    } catch (error) {
      for (const { path, message } of (error as { faults?: readonly Fault[] }).faults ?? [])
        context.addIssue({ code: 'custom', path: [index, ...path.split('/').slice(1)], message });
      return [];
    }
  });
}

function invalid(faults: readonly Fault[]): ApiServerError {
  const text = faults.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new ApiServerError('CONFIGURATION_INVALID', `The configuration is not valid: ${text}.`, { faults, status: 400 });
}
