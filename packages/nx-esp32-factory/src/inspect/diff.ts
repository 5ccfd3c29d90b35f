/** The changes between two images, by key and not by byte. */
import { FactoryError, type NvsValue } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { printable } from 'nvs-core/errors';
import { inspectErrors } from '../errors';
import type { ImageContents } from './image';
import { isSecret } from './secrecy';
import { describeSecureCertEntry } from './secure-cert';
import { shortened } from './text';
import { hiddenValue, jsonValue, shownBytes, shownValue } from './value';
import { kindName } from './words';

export interface ImageChange {
  readonly change: 'added' | 'removed' | 'changed';
  /** Namespace, or "esp_secure_cert". */
  readonly namespace: string;
  /** Empty for a namespace without keys; type/subtype in esp_secure_cert. */
  readonly key: string;
  readonly secret: boolean;
  /** Type, and the value if it may be shown. */
  readonly before?: ChangedValue;
  readonly after?: ChangedValue;
}

export interface ChangedValue {
  readonly type: string;
  readonly value?: string | number;
  readonly text: string;
}

interface Item {
  readonly namespace: string;
  readonly key: string;
  readonly secret: boolean;
  /** Equal for equal values. */
  readonly identity: string;
  readonly shown: ChangedValue;
}

/** Throws the errors of an image that cannot be compared, as it is locked or has no data. Errors: inspect.not-comparable. */
export function assertComparable({ kind, nvs, secureCert, keys, findings }: ImageContents): void {
  if (nvs?.encryption !== 'locked' && (nvs ?? secureCert ?? keys) !== undefined) return;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const kindOf = () => inspectErrors.finding('inspect.not-comparable', { kind: kindName(kind) });
  throw new FactoryError(errors.length > 0 ? errors : [kindOf()]);
}

/** The changes from `before` to `after`, in the order of the keys. */
export function diffImages(
  before: ImageContents,
  after: ImageContents,
  { showSecrets = false }: { readonly showSecrets?: boolean } = {},
): ImageChange[] {
  const [old, now] = [itemsOf(before, showSecrets), itemsOf(after, showSecrets)];
  const changes: ImageChange[] = [];
  for (const [name, item] of old) {
    const { namespace, key, secret } = item;
    const other = now.get(name);
    if (other === undefined) changes.push({ change: 'removed', namespace, key, secret, before: item.shown });
    else if (other.identity !== item.identity) {
      changes.push({ change: 'changed', namespace, key, secret, before: item.shown, after: other.shown });
    }
  }
  for (const [name, { namespace, key, secret, shown }] of now) {
    if (!old.has(name)) changes.push({ change: 'added', namespace, key, secret, after: shown });
  }
  const name = ({ namespace, key }: ImageChange) => `${namespace}\0${key}`;
  return changes.sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}

/** All values of an image, each under a unique name. */
function itemsOf({ nvs, secureCert, keys }: ImageContents, showSecrets: boolean): Map<string, Item> {
  const items = new Map<string, Item>();
  if (keys !== undefined) {
    const value = toHex(Buffer.concat([keys.encryptionKey, keys.tweakKey]));
    const shown = {
      type: 'key',
      ...(showSecrets && { value }),
      text: showSecrets ? value : 'hidden (64 bytes)',
    };
    items.set('keys', { namespace: 'nvs_keys', key: 'keys', secret: true, identity: value, shown });
  }
  for (const { name } of nvs?.decoded.namespaces ?? []) {
    const shown = { type: 'namespace', text: 'namespace' };
    items.set(`nvs\0${name}\0`, { namespace: name, key: '', secret: false, identity: '', shown });
  }
  for (const entry of nvs?.decoded.entries ?? []) {
    const { namespace, key, type } = entry;
    const secret = isSecret(namespace, key, type);
    const isShown = showSecrets || !secret;
    const shown = {
      type,
      ...(isShown && { value: jsonValue(entry) }),
      text: isShown ? shownValue(namespace, key, entry) : hiddenValue(entry),
    };
    items.set(`nvs\0${namespace}\0${key}`, { namespace, key, secret, identity: identityOf(entry), shown });
  }
  // A namespace with keys is represented by its keys.
  for (const { namespace } of nvs?.decoded.entries ?? []) items.delete(`nvs\0${namespace}\0`);
  for (const { type, subtype, flags, data, intact } of secureCert?.tlvs ?? []) {
    const name = `cert\0${type}/${subtype}`;
    // The device reads the first intact entry of a type.
    if (!intact || items.has(name)) continue;
    const { label, isSecret: secret = false } = describeSecureCertEntry(type, subtype);
    const isShown = showSecrets || !secret;
    items.set(name, {
      namespace: 'esp_secure_cert',
      key: `${type}/${subtype}`,
      secret,
      identity: `${flags} ${toHex(data)}`,
      shown: {
        type: label,
        ...(isShown && { value: toHex(data) }),
        text: isShown ? shownBytes(data) : `hidden (${data.length} bytes)`,
      },
    });
  }
  return items;
}

function identityOf(value: NvsValue): string {
  return `${value.type} ${value.type === 'string' ? value.value : jsonValue(value)}`;
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;
const COLOURS = { added: 32, removed: 31, changed: 33 } as const;
const VALUE_WIDTH = 84;

/** The changes as text: "~ chip-factory  discriminator  u32  3840 (0xF00) → 3841 (0xF01)". */
export function formatChanges(
  changes: readonly ImageChange[],
  { colour }: { readonly colour: boolean },
): string {
  const width = (text: (change: ImageChange) => string) =>
    changes.reduce((most, change) => Math.max(most, [...text(change)].length), 0);
  const [names, keys] = [width(namespaceOf), width(keyOf)];
  return changes
    .map((change) => {
      const sign = SIGNS[change.change];
      const painted = colour ? `\u001b[${COLOURS[change.change]}m${sign}\u001b[0m` : sign;
      return `${painted} ${namespaceOf(change).padEnd(names)}  ${keyOf(change).padEnd(keys)}  ${whatOf(change)}`;
    })
    .join('\n');
}

function namespaceOf({ namespace }: ImageChange): string {
  return printable(namespace);
}

function keyOf({ key }: ImageChange): string {
  return key === '' ? '(no keys)' : printable(key);
}

function whatOf({ before, after }: ImageChange): string {
  const text = (value: ChangedValue) => shortened(printable(value.text), VALUE_WIDTH);
  if (before === undefined || after === undefined) {
    const only = before ?? after;
    return only === undefined ? '' : `${only.type}  ${text(only)}`;
  }
  const type = before.type === after.type ? before.type : `${before.type} → ${after.type}`;
  if (before.text === after.text) return `${type}  ${text(before)}, changed`;
  return `${type}  ${text(before)} → ${text(after)}`;
}
