import { FACTORY_FIELDS, FactoryError, type FactoryRow, type Finding } from 'nvs-core';
import { configErrors } from '../errors';
import { formatPath, type Path } from './document';
import { isRecord, type JsonRecord } from './values/record';

interface Override {
  readonly path: Path;
  /** Text is split at commas. */
  readonly list?: boolean;
}

type FieldName = Exclude<FactoryRow, { secret: true } | { section: 'attestation' }>['name'];

const OF_FIELDS: Readonly<Record<string, Override>> = Object.fromEntries(
  FACTORY_FIELDS.filter(({ secret, section }) => secret !== true && section !== 'attestation').map(
    ({ section, name, kind }) => [name, { path: [section, name], list: kind.type === 'choices' }],
  ),
);

/** Options of a command line that override a field of the config: never a secret. */
export const OVERRIDES = {
  chip: { path: ['chip'] },
  ...(OF_FIELDS as Readonly<Record<FieldName, Override>>),
  flow: { path: ['commissioning', 'flow'] },
  discovery: { path: ['commissioning', 'discovery'], list: true },
  locales: { path: ['deviceInfo', 'locales'], list: true },
  partitionLabel: { path: ['partition', 'label'] },
  partitionSize: { path: ['partition', 'size'] },
  nvsVersion: { path: ['partition', 'version'] },
  readOnly: { path: ['partition', 'readOnly'] },
  attestationSeverity: { path: ['attestation', 'severity'] },
} as const satisfies Record<string, Override>;

export type OverrideName = keyof typeof OVERRIDES;

/** What no option may give, by the last part of its path and what people would call the option. */
const SECRETS = [
  ...FACTORY_FIELDS.filter(({ secret }) => secret === true).map(({ name }) => name),
  ...['passcode', 'paiKey', 'key', 'hmacKey', 'nvsKey', 'passphrase', 'password'],
];

const NUMERAL = /^(0[xX])?[0-9a-fA-F]+$/;

/** The document with the options in it, and the option that sets each field. */
export interface Overridden {
  readonly value: unknown;
  /** Field path to the name of its option, with its dashes. */
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * Overrides a document with options; undefined ones count as not given.
 * Errors: config.unknown-override, config.secret-override.
 */
export function applyOverrides(document: unknown, options: Readonly<Record<string, unknown>>): Overridden {
  const findings: Finding[] = [];
  const labels = new Map<string, string>();
  let value = document;
  for (const [name, given] of Object.entries(options)) {
    if (given === undefined) continue;
    const label = `--${name}`;
    if (!Object.hasOwn(OVERRIDES, name)) {
      findings.push(refuse(name, label));
      continue;
    }
    const { path, list }: Override = OVERRIDES[name as OverrideName];
    labels.set(formatPath(path), label);
    value = put(value, path, list === true ? split(given) : given);
  }
  if (findings.length > 0) throw new FactoryError(findings);
  return { value, labels };
}

function refuse(name: string, label: string): Finding {
  const bare = name.toLowerCase().replaceAll('-', '');
  if (SECRETS.some((secret) => secret.toLowerCase() === bare)) {
    return configErrors.finding('config.secret-override', { name: label }, { field: label });
  }
  const known = Object.keys(OVERRIDES).map((option) => `--${option}`);
  return configErrors.finding('config.unknown-override', { name: label, known }, { field: label });
}

function split(given: unknown): unknown {
  if (typeof given !== 'string' || NUMERAL.test(given)) return given;
  return given.split(',').map((part) => part.trim());
}

function put(document: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const record: JsonRecord = isRecord(document) ? document : {};
  return { ...record, [key]: put(record[key], rest, value) };
}
