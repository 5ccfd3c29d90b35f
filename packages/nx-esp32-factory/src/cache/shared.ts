/** What two apps must not share, from their configs alone: a phone could not tell one device from the other. */
import { absoluteAt, type Source } from '../config/source';
import { at } from './policy';

/** A config of an app, and what it has for itself. */
export interface AppSecrets {
  readonly config: string;
  /** The folder of the app. */
  readonly root: string;
  /** Absolute. */
  readonly dacKey: string | undefined;
  /** Only where it is written in the config. */
  readonly passcode: number | undefined;
}

export interface Shared {
  readonly what: 'DAC key file' | 'inline passcode';
  readonly configs: readonly string[];
  /** The folders of the apps, each once. */
  readonly roots: readonly string[];
}

/** What a config has for its app alone; its source need not be kept for that. */
export function secretsOf(source: Source | undefined): Pick<AppSecrets, 'dacKey' | 'passcode'> {
  return source === undefined
    ? { dacKey: undefined, passcode: undefined }
    : { dacKey: dacKeyOf(source), passcode: passcodeOf(source) };
}

/** The secrets that several apps have. The configs of one app may share theirs. */
export function sharedSecrets(configs: readonly AppSecrets[]): Shared[] {
  return [
    ...groups(configs, 'DAC key file', ({ dacKey }) => dacKey),
    ...groups(configs, 'inline passcode', ({ passcode }) => passcode),
  ];
}

function groups<T>(
  configs: readonly AppSecrets[],
  what: Shared['what'],
  secretIn: (app: AppSecrets) => T | undefined,
): Shared[] {
  const known = new Map<T, AppSecrets[]>();
  for (const app of configs) {
    const secret = secretIn(app);
    if (secret === undefined) continue;
    const others = known.get(secret);
    if (others === undefined) known.set(secret, [app]);
    else others.push(app);
  }
  return [...known.values()].flatMap((apps) => {
    const roots = [...new Set(apps.map(({ root }) => root))];
    return roots.length > 1 ? [{ what, roots, configs: apps.map(({ config }) => config) }] : [];
  });
}

const DAC_KEY = ['attestation', 'dac', 'key', 'file'];

function dacKeyOf({ value, documents }: Source): string | undefined {
  const file = at(value, ...DAC_KEY);
  return typeof file === 'string' ? absoluteAt(documents, DAC_KEY, file) : undefined;
}

function passcodeOf({ value }: Source): number | undefined {
  const passcode = at(value, 'commissioning', 'passcode');
  const number = ['number', 'string'].includes(typeof passcode) ? Number(passcode) : Number.NaN;
  return Number.isNaN(number) ? undefined : number;
}
