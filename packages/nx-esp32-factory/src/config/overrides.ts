import { FactoryError, type Finding } from 'nvs-core';
import { configErrors } from '../errors';
import { formatPath, type Path } from './document';
import { isRecord, type JsonRecord } from './values/record';

interface Override {
  readonly path: Path;
  /** Text is split at commas. */
  readonly list?: true;
}

/** Options of a command line that override a field of the config: never a secret. */
export const OVERRIDES = {
  chip: { path: ['chip'] },
  vendorId: { path: ['deviceInstanceInfo', 'vendorId'] },
  vendorName: { path: ['deviceInstanceInfo', 'vendorName'] },
  productId: { path: ['deviceInstanceInfo', 'productId'] },
  productName: { path: ['deviceInstanceInfo', 'productName'] },
  productLabel: { path: ['deviceInstanceInfo', 'productLabel'] },
  productUrl: { path: ['deviceInstanceInfo', 'productUrl'] },
  productFinish: { path: ['deviceInstanceInfo', 'productFinish'] },
  productColor: { path: ['deviceInstanceInfo', 'productColor'] },
  partNumber: { path: ['deviceInstanceInfo', 'partNumber'] },
  serialNumber: { path: ['deviceInstanceInfo', 'serialNumber'] },
  manufacturingDate: { path: ['deviceInstanceInfo', 'manufacturingDate'] },
  hardwareVersion: { path: ['deviceInstanceInfo', 'hardwareVersion'] },
  hardwareVersionString: { path: ['deviceInstanceInfo', 'hardwareVersionString'] },
  discriminator: { path: ['commissioning', 'discriminator'] },
  iterations: { path: ['commissioning', 'iterations'] },
  flow: { path: ['commissioning', 'flow'] },
  discovery: { path: ['commissioning', 'discovery'], list: true },
  deviceType: { path: ['commissioning', 'deviceType'] },
  locationCapability: { path: ['commissioning', 'locationCapability'] },
  locales: { path: ['deviceInfo', 'locales'], list: true },
  calendarTypes: { path: ['deviceInfo', 'calendarTypes'], list: true },
  partitionLabel: { path: ['partition', 'label'] },
  partitionSize: { path: ['partition', 'size'] },
  nvsVersion: { path: ['partition', 'version'] },
  readOnly: { path: ['partition', 'readOnly'] },
  attestationSeverity: { path: ['attestation', 'severity'] },
} as const satisfies Record<string, Override>;

export type OverrideName = keyof typeof OVERRIDES;

/** Fields that no option may give, by the last part of their path and what people would call the option. */
const SECRETS = [
  'passcode',
  'salt',
  'verifier',
  'rotatingDeviceIdUniqueId',
  'dacKey',
  'paiKey',
  'key',
  'hmacKey',
  'nvsKey',
  'passphrase',
  'password',
];

const NUMERAL = /^(0[xX])?[0-9a-fA-F]+$/;

/** The document with the options in it, and which option stands at which field. */
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
    const override: Override | undefined = Object.hasOwn(OVERRIDES, name)
      ? OVERRIDES[name as OverrideName]
      : undefined;
    if (override === undefined) {
      findings.push(refuse(name, label));
      continue;
    }
    labels.set(formatPath(override.path), label);
    value = put(value, override.path, override.list === true ? split(given) : given);
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
