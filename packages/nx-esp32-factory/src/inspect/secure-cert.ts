/** The entries of an esp_secure_cert partition, for people. */
import { type SecureCertContents, type SecureCertTlv, tlvName } from 'nvs-core';
import { toHex } from 'nvs-core/bytes';
import { shownBytes } from './value';

export interface SecureCertImage {
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly tlvs: readonly SecureCertTlv[];
  readonly contents: SecureCertContents;
}

export interface SecureCertEntryView {
  readonly type: number;
  readonly subtype: number;
  readonly label: string;
  /** Bytes of the data. */
  readonly length: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Its CRC is valid. */
  readonly intact: boolean;
  readonly secret: boolean;
  readonly value?: string;
  readonly text: string;
}

export interface SecureCertView {
  readonly offset: number;
  readonly entries: readonly SecureCertEntryView[];
}

interface EntryDescription {
  readonly label: string;
  readonly isSecret?: true;
  /** Little-endian number. */
  readonly isNumber?: true;
}

/** Types in esp_secure_cert_tlv_config.h; Matter's have type 201, as written by esp-matter-mfg-tool. */
const DESCRIPTIONS: Readonly<Record<string, EntryDescription>> = {
  '0/0': { label: 'PAI certificate' },
  '1/0': { label: 'DAC certificate' },
  '2/0': { label: 'private key', isSecret: true },
  '6/0': { label: 'eFuse block of the key' },
  '9/0': { label: 'integrity digest' },
  '201/0': { label: 'discriminator', isNumber: true },
  '201/1': { label: 'verifier', isSecret: true },
  '201/2': { label: 'salt', isSecret: true },
  '201/3': { label: 'iteration count', isNumber: true },
  '201/4': { label: 'unique id of the rotating device id', isSecret: true },
  '201/128': { label: 'first fixed random value', isSecret: true },
  '201/129': { label: 'second fixed random value', isSecret: true },
};

/** Types whose entries are alike in all subtypes. */
const NUMBERED: readonly number[] = [0, 1, 2];

/** Describes an entry; unknown ones are treated as secret. */
export function describeSecureCertEntry(type: number, subtype: number): EntryDescription {
  const known = DESCRIPTIONS[`${type}/${subtype}`];
  if (known !== undefined) return known;
  const first = NUMBERED.includes(type) ? DESCRIPTIONS[`${type}/0`] : undefined;
  return { ...(first ?? { isSecret: true }), label: tlvName(type, subtype) };
}

export function secureCertView({ offset, tlvs }: SecureCertImage, showSecrets: boolean): SecureCertView {
  return { offset, entries: tlvs.map((tlv) => entryView(tlv, offset, showSecrets)) };
}

function entryView(tlv: SecureCertTlv, base: number, showSecrets: boolean): SecureCertEntryView {
  const { type, subtype, length, offset, data, intact } = tlv;
  const { label, isSecret, isNumber } = describeSecureCertEntry(type, subtype);
  const secret = isSecret === true;
  const isShown = showSecrets || !secret;
  return {
    type,
    subtype,
    label,
    length,
    offset: base + offset,
    intact,
    secret,
    ...(isShown && { value: toHex(data) }),
    text: isShown ? (isNumber ? numberText(data) : shownBytes(data)) : `hidden (${length} bytes)`,
  };
}

function numberText(data: Uint8Array): string {
  return data.length > 4 ? shownBytes(data) : String(data.reduceRight((sum, byte) => sum * 256 + byte, 0));
}
